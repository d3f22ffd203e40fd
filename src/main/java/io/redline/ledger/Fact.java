package io.redline.ledger;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.redline.event.Event;
import io.redline.event.EventKey;

/**
 * An event with everything that was told of it. Facts only grow, and joining them is commutative, associative and
 * idempotent, so that whatever is derived from them does not depend on what came first.
 *
 * @param tellings what was told, the best first: better source, known time, smaller time, later reading of an edit in a journal,
 *        then the order of the bytes
 */
record Fact(EventKey key, List<Telling> tellings) {

    private static final Comparator<Telling> BEST_FIRST = Comparator.<Telling>comparingInt(t -> t.source().rank())
            .thenComparingLong(Telling::knownAt)
            .thenComparingLong(Telling::outdated)
            .thenComparing(Telling::canonical);

    Fact {
        tellings = List.copyOf(tellings);
    }

    static Fact of(EventKey key, Telling telling) {
        return new Fact(key, List.of(telling));
    }

    /** This fact with one more telling; this very fact if that told nothing new. */
    Fact with(Telling telling) {
        for (int i = 0; i < tellings.size(); i++) {
            if (tellings.get(i).sameAs(telling)) {
                var joined = tellings.get(i).joined(telling);
                if (joined.equals(tellings.get(i))) {
                    return this;
                }
                var changed = new ArrayList<>(tellings);
                changed.set(i, joined);
                changed.sort(BEST_FIRST);
                return new Fact(key, changed);
            }
        }
        var more = new ArrayList<>(tellings);
        more.add(telling);
        more.sort(BEST_FIRST);
        return new Fact(key, more);
    }

    /** The union of two facts of the same key. */
    Fact with(Fact other) {
        var all = this;
        for (var telling : other.tellings) {
            all = all.with(telling);
        }
        return all;
    }

    /** What is known of one field: a known value beats an unknown one, then the best telling has the word. */
    <E extends Event, V> @Nullable V best(Class<E> kind, Function<E, @Nullable V> field) {
        for (var telling : tellings) {
            var value = kind.isInstance(telling.event()) ? field.apply(kind.cast(telling.event())) : null;
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    /** When it happened: the best telling whose time is known and can be true. */
    @Nullable
    Long at() {
        for (var telling : tellings) {
            var at = telling.knownAt();
            if (at != Long.MAX_VALUE) {
                return at;
            }
        }
        return null;
    }

    /** Whether no telling has a time that can be true, but one claims a time. */
    boolean doubtful() {
        return at() == null && tellings.stream().anyMatch(Telling::doubtful);
    }

    /** When it was first heard of, by our own clock. */
    long receivedAt() {
        var first = best().receivedAt();
        for (var telling : tellings) {
            first = Math.min(first, telling.receivedAt());
        }
        return first;
    }

    Telling best() {
        return tellings.get(0);
    }
}
