package io.redline.ledger;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.redline.event.Event;

/**
 * How far something sent by us came. Statuses arrive in any order, so they stand on one line and the farthest wins; a word
 * that is not on the line is kept as a fact and changes nothing.
 *
 * @param status the word, {@code null} if nothing is known
 * @param at UNIX milliseconds
 * @param description the gateway's own, for failures
 */
record StatusLine(@Nullable String status, @Nullable Long at, @Nullable String description) {

    private static final List<String> LINE = List.of("pending", "sent", "failed", "notInGroup", "noAccount",
            "delivered",
            "read", "played");
    private static final List<String> FAILURES = List.of("failed", "notInGroup", "noAccount");
    static final StatusLine UNKNOWN = new StatusLine(null, null, null);

    /** The farthest of many; of several as far, the earliest. */
    static StatusLine of(Collection<Fact> statuses) {
        return statuses.stream()
                .filter(StatusLine::isOn)
                .max(Comparator.<Fact>comparingInt(fact -> LINE.indexOf(word(fact)))
                        .thenComparing(fact -> fact.at() == null ? Long.MIN_VALUE : -fact.at())
                        .thenComparing(fact -> fact.key()))
                .map(fact -> new StatusLine(word(fact), fact.at(),
                        fact.best(Event.Status.class, Event.Status::description)))
                .orElse(UNKNOWN);
    }

    /** Where a word stands on the line; -1 if it does not. */
    static int rank(@Nullable String word) {
        return word == null ? -1 : LINE.indexOf(word);
    }

    /** The words of the line in their order. */
    static List<String> line() {
        return LINE;
    }

    boolean isFailure() {
        return status != null && FAILURES.contains(status);
    }

    /** Whether a status says how far something of ours came. */
    static boolean isOn(Fact status) {
        return LINE.contains(word(status));
    }

    private static String word(Fact fact) {
        return ((Event.Status) fact.best().event()).status();
    }
}
