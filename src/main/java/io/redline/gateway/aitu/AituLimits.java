package io.redline.gateway.aitu;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What can be known of a command before it is sent to Aitu, which takes commands that it cannot carry out and never says so.
 * Age follows from the id of a message, and is judged with a margin: neither the platform's clock nor its boundary is known.
 *
 * @see <a href="https://btsdigital.github.io/bot-api-contract/DeleteMessage.html">BTS Digital: DeleteMessage</a>
 */
public final class AituLimits {

    /** Before the platform's own boundary, for the way there and for clocks that differ. */
    static final Duration MARGIN = Duration.ofMinutes(5);
    /** Both are days of 24 hours. */
    private static final Duration SHORT = Duration.ofDays(2);
    private static final Duration LONG = Duration.ofDays(30);
    private static final int LONGEST_CONTENT = 4096;
    private static final Set<String> BOTS = Set.of("BOT", "SERVICE");
    private static final Map<String, Duration> DELETABLE = Map.of("USER", SHORT, "GROUP", SHORT, "CHANNEL", LONG);

    /**
     * Why the platform would not do it.
     *
     * @param rule its name
     * @param sentence what it says, and what to do
     */
    public record Limit(String rule, String sentence) {
    }

    private AituLimits() {
    }

    /** Whether something can be done in a chat at all. */
    public static @Nullable Limit ofChat(String chatId) {
        var type = type(chatId);
        if (BOTS.contains(type)) {
            return new Limit("peer-type",
                    "Bots (" + type + ") cannot be written to, and messages to them can be neither"
                            + " edited nor deleted: the platform has this for USER, GROUP and CHANNEL only.");
        }
        if (!DELETABLE.containsKey(type)) {
            return new Limit("chat-id",
                    "The id of a chat is USER:, GROUP: or CHANNEL: and a UUID, as in the chatId of its messages.");
        }
        return Uuids.isUuid(chatId.substring(type.length() + 1))
                ? null
                : new Limit("chat-id", "What follows " + type + ": in the id of the chat has to be a UUID.");
    }

    /** Whether a text can be sent, or be that of an edit. */
    public static @Nullable Limit ofContent(String text) {
        return text.length() > LONGEST_CONTENT
                ? new Limit("text-length", "The text has " + text.length() + " characters; the platform takes "
                        + LONGEST_CONTENT + ".")
                : null;
    }

    /** Whether a message can be the one that another replies to. */
    public static @Nullable Limit ofReply(String messageId) {
        return Uuids.isTimed(messageId)
                ? null
                : new Limit("message-id", "What is replied to has to be a UUID of version 1.");
    }

    /**
     * Whether a message can be deleted.
     *
     * @param then when the gateway would be asked
     */
    public static @Nullable Limit ofDelete(String chatId, String messageId, Instant then) {
        var limit = ofChat(chatId);
        return limit != null ? limit : ofAge(messageId, DELETABLE.get(type(chatId)), then, "deleted");
    }

    /**
     * Whether a message can be edited.
     *
     * @param then when the gateway would be asked
     */
    public static @Nullable Limit ofEdit(String chatId, String messageId, Instant then) {
        var limit = ofChat(chatId);
        return limit != null ? limit : ofAge(messageId, LONG, then, "edited");
    }

    private static @Nullable Limit ofAge(String messageId, Duration longest, Instant then, String done) {
        var sentAt = Uuids.millis(messageId);
        if (sentAt == null) {
            return new Limit("message-id", "The id of a message has to be a UUID of version 1.");
        }
        var age = Duration.between(Instant.ofEpochMilli(sentAt), then);
        if (age.compareTo(MARGIN.negated()) < 0) {
            return new Limit("message-id", "The id of the message holds a time that is still to come.");
        }
        return age.compareTo(longest.minus(MARGIN)) > 0
                ? new Limit("too-old", "Here a message can be " + done + " for " + longest.toDays() + " days, less "
                        + MARGIN.toMinutes() + " minutes to be sure; it was sent at " + Instant.ofEpochMilli(sentAt)
                        + ".")
                : null;
    }

    /** The form in which the ledger has an id of a message, or of a chat with its type. */
    public static String canonical(String id) {
        var colon = id.indexOf(':');
        return id.substring(0, colon + 1) + Uuids.canonical(id.substring(colon + 1));
    }

    private static String type(String chatId) {
        var colon = chatId.indexOf(':');
        return colon < 0 ? "" : chatId.substring(0, colon);
    }
}
