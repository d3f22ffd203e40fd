package io.redline.outbox;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How often and when a delivery that failed is tried again.
 *
 * @param attempts how many before it is parked
 * @param delay before the second attempt; doubled for each further one
 * @param maxDelay the longest delay, and how often a suspended chat is probed
 * @param maxAge how long it, or its suspended chat, may fail before it is parked whatever the attempts
 */
record Retry(int attempts, Duration delay, Duration maxDelay, Duration maxAge) {

    /** Doubled each time up to the longest, less up to a fifth, so that not all come back at once. */
    Duration delayAfter(int attempt) {
        var doubled = delay.toMillis() * (1L << Math.min(Math.max(attempt, 1) - 1, 30));
        var longest = Math.min(Math.max(doubled, 0), maxDelay.toMillis());
        return Duration.ofMillis(longest - (long) (longest * ThreadLocalRandom.current().nextDouble(0.2)));
    }
}
