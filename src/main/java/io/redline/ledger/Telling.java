package io.redline.ledger;

import io.redline.event.Event;
import io.redline.event.EventJson;
import io.redline.event.Source;

/**
 * Who told an event, when we heard it, and what they said.
 *
 * @param receivedAt UNIX milliseconds of our own clock: when it was first heard, from a journal when it was last read
 */
public record Telling(Source source, long receivedAt, Event event) {

    /** 2009-01-01: before any of these messengers existed. */
    private static final long EARLIEST = 1_230_768_000_000L;
    /** How far a gateway's clock may be ahead of ours. */
    private static final long CLOCK_SKEW = 5 * 60_000L;

    /** Whether the claimed time can be true. A time that was not told is not doubtful, it is just unknown. */
    boolean doubtful() {
        var at = event.at();
        return at != null && (at < EARLIEST || at > receivedAt + CLOCK_SKEW);
    }

    /** The claimed time where it is known and can be true, else {@link Long#MAX_VALUE}. */
    long knownAt() {
        var at = event.at();
        return at == null || doubtful() ? Long.MAX_VALUE : at;
    }

    /** Smaller is newer: a journal shows a message as edited before it shows the new text, so its last reading has the word. */
    long outdated() {
        return source == Source.JOURNAL && event instanceof Event.Edited ? -receivedAt : 0;
    }

    /** Whether the other says the same, whenever it was heard. */
    boolean sameAs(Telling other) {
        return source.rank() == other.source.rank() && event.equals(other.event);
    }

    /** Two tellings that say the same, as one. */
    Telling joined(Telling other) {
        var received = source == Source.JOURNAL
                ? Math.max(receivedAt, other.receivedAt)
                : Math.min(receivedAt, other.receivedAt);
        var first = source.ordinal() <= other.source.ordinal() ? source : other.source;
        return new Telling(first, received, event);
    }

    String canonical() {
        return EventJson.write(event);
    }
}
