package io.redline.ledger;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.redline.event.Chat;
import io.redline.event.Direction;
import io.redline.event.Person;

/**
 * One message as it now stands, derived from all facts known of it.
 *
 * @param chatId the chat under its canonical id
 * @param messageId the id of the original
 * @param text the newest known text
 * @param textKnown false when an edit is known whose text was never told, so that {@code text} is an older one
 * @param original what is known of the posting itself
 * @param hidden whether nothing but statuses and reactions is known, which is not yet a message to show
 * @param receipts how far it came with each participant of a group
 * @param reactions who reacted how, at last
 */
record MessageView(Chat chat, String messageId, @Nullable Person sender, @Nullable Direction direction,
        @Nullable Long sentAt, @Nullable String type, @Nullable String text, boolean textKnown,
        @Nullable Map<String, Object> media, @Nullable String replyTo, boolean edited, boolean deleted,
        StatusLine status, Original original, boolean hidden, List<Receipt> receipts, List<Reacted> reactions,
        @Nullable Map<String, Object> votes, List<Version> versions) {

    /**
     * Whether it says the same as another view of the message. How its versions came about does not matter: what a journal told
     * first and a webhook then is one thing, and nobody need be told of it twice.
     */
    boolean saysSameAs(@Nullable MessageView other) {
        return other != null && other.versions.size() == versions.size() && bare().equals(other.bare());
    }

    private MessageView bare() {
        return new MessageView(chat, messageId, sender, direction, sentAt, type, text, textKnown, media, replyTo,
                edited, deleted, status, original, hidden, receipts, reactions, votes,
                versions.stream().map(Version::bare).toList());
    }

    /** What is known of the posting. */
    enum Original {
        /** It was told. */
        KNOWN,
        /** Only later events were told. */
        MISSING,
        /** Read from a journal after ids had changed, and nothing older is like it. */
        UNMATCHED
    }

    /** How far a message came with one participant. */
    record Receipt(String participant, @Nullable String status, @Nullable Long at) {
    }

    /** Somebody's last reaction. */
    record Reacted(@Nullable String by, @Nullable String emoji, @Nullable Long at) {
    }
}
