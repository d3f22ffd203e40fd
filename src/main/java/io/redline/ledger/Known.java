package io.redline.ledger;

import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What the ledger knows of a message that a journal lists, as far as the two can be compared.
 *
 * @param original whether its posting was told
 * @param postedText what it said at first
 * @param text what it says now
 * @param edits its edits in their order, applied or not
 * @param deletes ids of its deletes
 * @param status how far it came
 * @param erased whether its text was taken out, and must not come back
 * @param reactions ids of reactions and votes
 */
public record Known(boolean original, @Nullable String postedText, @Nullable String text, List<Edit> edits,
        Set<String> deletes, @Nullable String status, boolean erased, Set<String> reactions) {

    /** Nothing. */
    public static final Known NOTHING = new Known(false, null, null, List.of(), Set.of(), null, false, Set.of());

    /**
     * An edit.
     *
     * @param announced whether the gateway announced its text, so that a journal's is not needed
     * @param read whether a journal named it
     * @param applied whether it counts
     * @param by UNIX milliseconds by which it had happened; {@code null} if only journals told of it
     */
    public record Edit(String eventId, @Nullable String text, boolean announced, boolean read, boolean applied,
            @Nullable Long by) {
    }

    /** Whether a word tells that a message came farther than is known. */
    public boolean isBehind(String word) {
        return StatusLine.rank(word) > StatusLine.rank(status);
    }
}
