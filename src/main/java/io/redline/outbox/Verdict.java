package io.redline.outbox;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;

import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * How the route of an endpoint ended, in its own words. A route that does not fail has delivered; one that fails may say more
 * by exchange properties:
 * <ul>
 * <li>{@code RedlineOutcome}: {@code park} (repeating it is pointless), or {@code pause} (nothing more to this endpoint until
 * a person says so);
 * <li>{@code RedlineRetryAfter}: seconds or an HTTP date, before which the endpoint does not want to be asked;
 * <li>{@code RedlineAnswer}: what the receiver said, in a word, kept with the delivery.
 * </ul>
 *
 * @param kind what went wrong, fit for a log; {@code null} if nothing
 * @param error the same with its own words, for the API only: an error may quote what was sent
 * @param isReached whether there was somebody who could have taken it
 */
record Verdict(@Nullable String kind, @Nullable String error, @Nullable String outcome, @Nullable Duration retryAfter,
        @Nullable String answer, boolean isReached) {

    private static final int LONGEST_ERROR = 500;
    private static final int LONGEST_ANSWER = 100;
    /** Causes of an error can go round in a circle. */
    private static final int DEEPEST = 20;

    static Verdict of(Exchange exchange) {
        var answer = shortened(exchange.getProperty("RedlineAnswer", String.class), LONGEST_ANSWER);
        if (!exchange.isFailed() && !exchange.isRollbackOnly()) {
            return new Verdict(null, null, null, null, answer, true);
        }
        var error = exchange.getException();
        var kind = error == null ? "rolled back" : error.getClass().getSimpleName();
        return new Verdict(kind,
                shortened(error == null || error.getMessage() == null ? kind : kind + ": " + error.getMessage(),
                        LONGEST_ERROR),
                exchange.getProperty("RedlineOutcome", String.class),
                duration(exchange.getProperty("RedlineRetryAfter", String.class)), answer, isReached(error));
    }

    /** Not if nobody listens there, or no way leads there: whatever was to be delivered, it was not looked at. */
    private static boolean isReached(@Nullable Throwable error) {
        var depth = 0;
        for (var one = error; one != null && depth < DEEPEST; one = one.getCause(), depth++) {
            if (one instanceof ConnectException || one instanceof NoRouteToHostException
                    || one instanceof UnknownHostException) {
                return false;
            }
        }
        return true;
    }

    boolean isDelivered() {
        return kind == null;
    }

    boolean parks() {
        return "park".equals(outcome);
    }

    boolean pauses() {
        return "pause".equals(outcome);
    }

    private static @Nullable Duration duration(@Nullable String retryAfter) {
        if (retryAfter == null || retryAfter.isBlank()) {
            return null;
        }
        try {
            return Duration.ofSeconds(Math.max(0, Long.parseLong(retryAfter.strip())));
        } catch (NumberFormatException e) {
            try {
                var until = Duration.between(Instant.now(), ZonedDateTime.parse(retryAfter.strip(),
                        DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
                return until.isNegative() ? Duration.ZERO : until;
            } catch (DateTimeParseException notADate) {
                return null;
            }
        }
    }

    /** PostgreSQL takes no NUL. */
    private static @Nullable String shortened(@Nullable String text, int length) {
        if (text == null) {
            return null;
        }
        var clean = text.replace('\0', ' ');
        return clean.length() > length ? clean.substring(0, length) : clean;
    }
}
