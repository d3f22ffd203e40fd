package io.redline.journal;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

import io.redline.event.Reading;
import io.redline.event.Reading.Kind;
import io.redline.ledger.Known;

/**
 * In what a reading differs from what is known: what has to be told, and whether a doubt remains. A pure function of the two,
 * of the time, and of whether the same was read long enough ago.
 *
 * @param posted the posting was not told
 * @param edit the last edit was not told, or not its text, or not that it is the last
 * @param deleted the delete was not told
 * @param status it came farther than was told
 * @param reaction the reaction was not told
 * @param open what it says now, or which edit is the last, will be known later
 */
record Difference(boolean posted, @Nullable Edit edit, boolean deleted, boolean status, boolean reaction,
        boolean open) {

    /** How far a journal may be behind what happened, in milliseconds. */
    static final long LAG = 120_000;

    private static final Difference NONE = new Difference(false, null, false, false, false, false);

    /**
     * An edit to be told of.
     *
     * @param text what the message says now; {@code null} if that is in doubt, or known already
     */
    record Edit(@Nullable String text) {
    }

    /**
     * Compare.
     *
     * @param since messages older than this, of which nothing is known, are none of ours
     * @param readBefore whether the same edit was read with the same text longer ago than a journal may lag
     */
    static Difference of(Reading reading, Known known, long now, long since, BooleanSupplier readBefore) {
        var stranger = !known.original() && known.edits().isEmpty() && known.deletes().isEmpty()
                && known.status() == null;
        if (stranger && reading.at() != null && reading.at() < since) {
            return NONE;
        }
        var deleted = !reading.deleteId().isEmpty() && !known.deletes().contains(reading.deleteId());
        if (reading.kind() == Kind.DELETE) {
            return new Difference(false, null, deleted, false, false, false);
        }
        if (reading.kind() == Kind.REACTION) {
            return new Difference(false, null, false, false, !known.reactions().contains(reading.reactionId()), false);
        }
        var told = find(known, reading.editId());
        if (reading.kind() == Kind.EDIT) {
            var news = told.isEmpty() || told.get().text() == null && reading.text() != null && !known.erased();
            return new Difference(false, news ? new Edit(known.erased() ? null : reading.text()) : null, false, false,
                    false, false);
        }
        var edit = reading.editId().isEmpty() ? null : edit(reading, known, told.orElse(null), readBefore);
        var open = edit != null && edit.isEmpty();
        var order = told.isPresent() && edit == null ? order(known, told.get(), now) : Order.RIGHT;
        return new Difference(!known.original(),
                told.isEmpty() && open
                        ? new Edit(null)
                        : edit != null && edit.isPresent()
                                ? edit.get()
                                : order == Order.WRONG ? new Edit(null) : null,
                deleted, !reading.status().isEmpty() && known.isBehind(reading.status()), false,
                open || order == Order.UNKNOWN);
    }

    boolean isNone() {
        return !posted && edit == null && !deleted && !status && !reaction;
    }

    private static Optional<Known.Edit> find(Known known, String editId) {
        return known.edits().stream().filter(edit -> edit.eventId().equals(editId)).findFirst();
    }

    /**
     * What the journal says of an edit that is not told, or not with its text.
     *
     * @return what to tell; empty if the text may still be an older one; {@code null} if there is nothing to tell
     */
    private static @Nullable Optional<Edit> edit(Reading reading, Known known, Known.@Nullable Edit told,
            BooleanSupplier readBefore) {
        var text = reading.text();
        if (known.erased()) {
            return told == null ? Optional.of(new Edit(null)) : null;
        }
        if (told == null && text == null) {
            return Optional.of(new Edit(null));
        }
        if (told != null && (told.announced() || text == null || text.equals(told.text()))) {
            return null;
        }
        return isOlder(text, reading, known) && !readBefore.getAsBoolean()
                ? Optional.empty()
                : Optional.of(new Edit(text));
    }

    /** Journals say that a message was edited before they say what it says now. */
    private static boolean isOlder(String text, Reading reading, Known known) {
        return text.equals(known.postedText()) || known.edits().stream()
                .anyMatch(edit -> !edit.eventId().equals(reading.editId()) && text.equals(edit.text()));
    }

    private enum Order {
        RIGHT, WRONG, UNKNOWN
    }

    /** Whether what the journal names is the last edit; what is younger than its lag it may not know yet. */
    private static Order order(Known known, Known.Edit told, long now) {
        if (!told.applied() && !told.read()) {
            // It counts for the gateway.
            return Order.WRONG;
        }
        List<Known.Edit> later = known.edits().subList(known.edits().indexOf(told) + 1, known.edits().size());
        if (later.stream().allMatch(edit -> edit.text() != null && Objects.equals(edit.text(), told.text()))) {
            return Order.RIGHT;
        }
        return later.stream().allMatch(edit -> edit.by() == null || edit.by() <= now - LAG)
                ? Order.WRONG
                : Order.UNKNOWN;
    }
}
