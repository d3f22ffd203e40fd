package io.redline.command;

import java.time.Duration;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.redline.config.Unusable;

/**
 * How long commands have.
 *
 * @param sendWithin to be sent, where the gateway cannot be asked
 * @param confirmWithin to be confirmed, since the gateway took them
 */
record CommandTimes(Duration sendWithin, Duration confirmWithin) {

    private static final Duration SHORTEST = Duration.ofSeconds(1);

    CommandTimes {
        if (sendWithin.compareTo(SHORTEST) < 0 || confirmWithin.compareTo(SHORTEST) < 0) {
            throw Unusable.because("redline.command.send-within and .confirm-within have to be a second at least.");
        }
    }

    /** As configured. */
    @Singleton
    static final class Configured {

        private final CommandTimes times;

        @Inject
        Configured(@ConfigProperty(name = "redline.command.send-within") Duration sendWithin,
                @ConfigProperty(name = "redline.command.confirm-within") Duration confirmWithin) {
            times = new CommandTimes(sendWithin, confirmWithin);
        }

        CommandTimes get() {
            return times;
        }
    }
}
