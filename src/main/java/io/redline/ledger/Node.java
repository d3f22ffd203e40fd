package io.redline.ledger;

import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * A place in an account's ledger that a fact may name: a message, or an edit or delete of one.
 *
 * @param chat the canonical chat id
 * @param id the id, unique within the chat
 */
record Node(String chat, String id) implements Comparable<Node> {

    private static final Comparator<Node> ORDER = Comparator.comparing(Node::id).thenComparing(Node::chat);

    @Override
    public int compareTo(Node other) {
        return ORDER.compare(this, other);
    }

    /** Follow pointers to where they end; a cycle ends at its smallest member, wherever it is entered. */
    static <K extends Comparable<K>> K root(K start, Function<K, @Nullable K> pointer) {
        Set<K> seen = new HashSet<>();
        var at = start;
        while (seen.add(at)) {
            var next = pointer.apply(at);
            if (next == null) {
                return at;
            }
            at = next;
        }
        var smallest = at;
        for (var member = pointer.apply(at); member != null && !member.equals(at); member = pointer.apply(member)) {
            smallest = member.compareTo(smallest) < 0 ? member : smallest;
        }
        return smallest;
    }
}
