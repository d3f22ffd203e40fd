package io.redline.outbox;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How an attempt ended.
 *
 * @param error what went wrong, {@code null} if nothing
 * @param answer what the receiver said, as far as the route tells
 * @param retryIn until the next attempt, where there is to be one
 */
record Ended(Claimed claimed, Outcome outcome, @Nullable String error, @Nullable String answer, Duration retryIn) {

    enum Outcome {
        DELIVERED,
        /** Tried again; this attempt counts. */
        RETRIED,
        /** Tried again; the endpoint as a whole is to blame, so this attempt does not count. */
        POSTPONED,
        /** Never to be tried again by itself; the chat goes on. */
        PARKED,
        /** It gave up: parked, and its chat suspended. */
        GAVE_UP,
        /** The probe of a suspended chat failed for so long that all that waits there is parked with it. */
        GAVE_UP_CHAT,
        /** Not tried at all: free for the next one who asks. */
        RELEASED
    }

    static Ended delivered(Claimed claimed, @Nullable String answer) {
        return new Ended(claimed, Outcome.DELIVERED, null, answer, Duration.ZERO);
    }

    static Ended released(Claimed claimed) {
        return new Ended(claimed, Outcome.RELEASED, null, null, Duration.ZERO);
    }
}
