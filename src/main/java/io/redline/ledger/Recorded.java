package io.redline.ledger;

import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What became of a {@link Submission}.
 *
 * @param eventId our own number of the event
 * @param accountId our own number of its account
 * @param notificationId our own number of the notification that told it; {@code null} where there was none, or where it told
 *        nothing new
 * @param novelty whether it said anything new
 * @param changes what it changed; of what was known and changes nothing now, what it had changed before
 */
public record Recorded(long eventId, long accountId, @Nullable Long notificationId, Novelty novelty,
        List<Changed> changes) {

    /** Whether an event said anything new. */
    public enum Novelty {
        /** Nobody had told it before. */
        NEW,
        /** It was known, and now more of it is. */
        ENRICHED,
        /** It was known, and other content came under the same key from as good a source. */
        CONFLICT,
        /** It was known as it is. */
        REPEAT
    }

    /**
     * One change and whom it concerns.
     *
     * @param chat the order key: deliveries of one chat keep their order; empty for the account as a whole
     */
    public record Changed(long id, long accountId, String chat, Set<String> endpoints) {
    }
}
