package io.redline.journal;

import java.time.Duration;

import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

import io.quarkus.runtime.configuration.DurationConverter;
import io.redline.account.Account;
import io.redline.account.Gateway;
import io.redline.config.Unusable;
import io.redline.gateway.greenapi.GreenApiJournal;

/**
 * How often journals are read, and how far back.
 *
 * @param period the time between two passes
 * @param window how far back a pass looks: longer than messages can be edited, and than journals lag
 * @param deepPeriod the time between two passes that look farther back
 * @param deepWindow how far those look: as long as messages can be deleted
 * @param first how far the very first pass looks back; {@code null} for all there is, zero for not at all
 * @param longest farther than this nobody looks; what is older is not kept here
 */
record JournalSettings(Duration period, Duration window, Duration deepPeriod, Duration deepWindow,
        @Nullable Duration first, Duration longest) {

    /** As long as messages can be edited on Telegram. */
    private static final Duration TELEGRAM = Duration.ofHours(48);
    private static final Duration KEPT_BY_GATEWAY = Duration.ofMinutes(GreenApiJournal.LONGEST_WINDOW);
    private static final Duration MARGIN = Duration.ofHours(1);

    /** How far back an ordinary pass looks. */
    Duration windowOf(Account account) {
        return account.kind() == Gateway.GREEN_API && GreenApiJournal.isTelegram(account.instance())
                && window.compareTo(TELEGRAM) < 0 ? TELEGRAM : window;
    }

    /** The settings as configured. */
    @Singleton
    static class Configured {

        private final JournalSettings settings;

        Configured(@ConfigProperty(name = "redline.journal.period") Duration period,
                @ConfigProperty(name = "redline.journal.window") Duration window,
                @ConfigProperty(name = "redline.journal.deep-period") Duration deepPeriod,
                @ConfigProperty(name = "redline.journal.deep-window") Duration deepWindow,
                @ConfigProperty(name = "redline.journal.first") String first,
                @ConfigProperty(name = "redline.retention.messages") String kept) {
            if (period.compareTo(Duration.ofSeconds(2)) < 0) {
                throw Unusable.because("redline.journal.period has to be at least 2s: GREEN-API answers each of its"
                        + " journals once a second.");
            }
            settings = new JournalSettings(period, window, deepPeriod, deepWindow, first(first.strip()), longest(kept));
        }

        JournalSettings get() {
            return settings;
        }

        private static @Nullable Duration first(String text) {
            try {
                return switch (text) {
                    case "all" -> null;
                    case "none" -> Duration.ZERO;
                    default -> DurationConverter.parseDuration(text);
                };
            } catch (IllegalArgumentException e) {
                throw Unusable.because("redline.journal.first is '" + text
                        + "', but has to be a time, as in 24h, or none, or all.");
            }
        }

        /** A message that was removed for its age must not come back. */
        private static Duration longest(String kept) {
            try {
                var retention = "forever".equals(kept.strip()) ? null : DurationConverter.parseDuration(kept.strip());
                return retention == null || retention.compareTo(KEPT_BY_GATEWAY) > 0
                        ? KEPT_BY_GATEWAY
                        : retention.minus(MARGIN);
            } catch (IllegalArgumentException e) {
                // Retention has its own sentence for that.
                return KEPT_BY_GATEWAY;
            }
        }
    }
}
