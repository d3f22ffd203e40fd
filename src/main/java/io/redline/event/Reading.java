package io.redline.event;

import org.jspecify.annotations.Nullable;

/**
 * What a gateway's journal says of a message when it is read: not what happened, but what became of it. Parts that are not
 * told are empty, so that readings can be compared with what is known in one query.
 *
 * @param kind whether it is the message itself, or an entry about one of its edits, deletes or reactions
 * @param chatId the chat
 * @param messageId the message it is about
 * @param at UNIX milliseconds as the journal claims them, of the message or of what was done to it; a journal may change them
 * @param text what the message says now; told only where it was edited, for else the posting says it
 * @param editId the last edit there was; empty if there was none
 * @param deleteId the delete; empty if there was none
 * @param reactionId the reaction or vote; empty if it is none
 * @param status how far it came; empty if that is not told
 */
public record Reading(Kind kind, String chatId, String messageId, @Nullable Long at, @Nullable String text,
        String editId, String deleteId, String reactionId, String status) {

    /** What an entry of a journal is. */
    public enum Kind {
        MESSAGE, EDIT, DELETE, REACTION
    }
}
