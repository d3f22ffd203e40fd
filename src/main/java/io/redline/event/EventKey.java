package io.redline.event;

import java.util.Comparator;

/**
 * What makes two tellings tellings of the same event, within an account. Parts that do not apply are empty, never null.
 *
 * @param kind the event's kind
 * @param chat the chat as named, or empty
 * @param target the message as named; for events without a message the event's own id or digest
 * @param eventId the gateway's id of an edit, delete, reaction or call
 * @param variant whatever else tells two events apart: the status and participant, the state of a call
 */
public record EventKey(String kind, String chat, String target, String eventId,
        String variant) implements Comparable<EventKey> {

    private static final Comparator<EventKey> ORDER = Comparator.comparing(EventKey::kind)
            .thenComparing(EventKey::target).thenComparing(EventKey::chat).thenComparing(EventKey::eventId)
            .thenComparing(EventKey::variant);

    /** The key of an event without an id: the digest of all it says. */
    static EventKey ofContent(String kind, Event event) {
        var digest = EventJson.digest(EventJson.write(event));
        return new EventKey(kind, Chat.idOf(event.chat()), digest, digest, "");
    }

    @Override
    public int compareTo(EventKey other) {
        return ORDER.compare(this, other);
    }
}
