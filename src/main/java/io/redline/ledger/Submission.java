package io.redline.ledger;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.redline.account.Account;
import io.redline.event.Event;
import io.redline.event.EventKey;
import io.redline.event.Source;

/**
 * One event on its way into the ledger.
 *
 * @param receivedAt UNIX milliseconds of our own clock
 * @param notification what the gateway sent, verbatim, where there is such a thing
 * @param endpoints who is owed what this changes
 * @param backfill whether it was found in old history
 */
public record Submission(Account account, Event event, Source source, long receivedAt,
        byte @Nullable [] notification, List<String> endpoints, boolean backfill) {

    public Submission(Account account, Event event, Source source, long receivedAt, byte @Nullable [] notification,
            List<String> endpoints) {
        this(account, event, source, receivedAt, notification, endpoints, false);
    }

    /** The same, told by a notification. */
    public Submission with(byte[] told) {
        return new Submission(account, event, source, receivedAt, told, endpoints, backfill);
    }

    /**
     * The key of the event. One that has neither id nor time is known by its content, and may happen again another day.
     */
    EventKey key() {
        var key = event.key();
        // An edit may bear the id of what it edits, and still has an id.
        var hasId = event instanceof Event.Unrecognised || event instanceof Event.OfMessage of && of.target() != null;
        var timeless = event.at() == null && key.eventId().equals(key.target()) && key.variant().isEmpty() && !hasId;
        return timeless
                ? new EventKey(key.kind(), key.chat(), key.target(), key.eventId(),
                        LocalDate.ofInstant(Instant.ofEpochMilli(receivedAt), ZoneOffset.UTC).toString())
                : key;
    }
}
