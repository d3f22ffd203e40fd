package io.redline.command;

import java.util.Locale;

/** What can be asked of a gateway. */
public enum Kind {
    /** A message to a chat. */
    SEND,
    /** Another text for a message. */
    EDIT,
    /** A message away. */
    DELETE,
    /** All messages of a chat away. */
    DELETE_MESSAGES,
    /** The chat away. */
    DELETE_CHAT, ARCHIVE, UNARCHIVE,
    /** The chat's messages marked as read. */
    READ,
    /** The chat marked as unread. */
    UNREAD, PIN, UNPIN;

    /** The word in routes, JSON, the database and metrics. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Kind of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /** Whether it has a text. */
    boolean hasText() {
        return this == SEND || this == EDIT;
    }

    /** Whether it is about one message. */
    boolean isOfMessage() {
        return this == EDIT || this == DELETE || this == PIN || this == UNPIN;
    }
}
