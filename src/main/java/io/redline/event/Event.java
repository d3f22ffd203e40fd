package io.redline.event;

import java.util.Map;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/**
 * One thing that happened at a gateway, in Redline's own vocabulary, as one telling of it says.
 * <p>
 * Every component that a gateway may leave out is nullable: {@code null} always means "not told", never "empty". Times are
 * UNIX milliseconds as the gateway claims them, unjudged; ids are opaque strings, unique only within a chat.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
        @JsonSubTypes.Type(value = Event.Posted.class, name = Event.Posted.KIND),
        @JsonSubTypes.Type(value = Event.Edited.class, name = Event.Edited.KIND),
        @JsonSubTypes.Type(value = Event.Deleted.class, name = Event.Deleted.KIND),
        @JsonSubTypes.Type(value = Event.Status.class, name = Event.Status.KIND),
        @JsonSubTypes.Type(value = Event.Reaction.class, name = Event.Reaction.KIND),
        @JsonSubTypes.Type(value = Event.ChatAlias.class, name = Event.ChatAlias.KIND),
        @JsonSubTypes.Type(value = Event.Call.class, name = Event.Call.KIND),
        @JsonSubTypes.Type(value = Event.ChatState.class, name = Event.ChatState.KIND),
        @JsonSubTypes.Type(value = Event.AccountState.class, name = Event.AccountState.KIND),
        @JsonSubTypes.Type(value = Event.Commanded.class, name = Event.Commanded.KIND),
        @JsonSubTypes.Type(value = Event.CommandEnd.class, name = Event.CommandEnd.KIND),
        @JsonSubTypes.Type(value = Event.Unrecognised.class, name = Event.Unrecognised.KIND)
})
@JsonInclude(JsonInclude.Include.NON_NULL)
public sealed interface Event {

    /** The gateway's own id of the account it speaks of (idInstance, session, bot). */
    @Nullable
    String instance();

    /** When it happened, as the gateway claims, in UNIX milliseconds. */
    @Nullable
    Long at();

    /** The chat it happened in. */
    @Nullable
    Chat chat();

    /** What makes two tellings tellings of the same thing. */
    EventKey key();

    /** An event that is a fact about one message. */
    sealed interface OfMessage extends Event permits Posted, Change, Status, Reaction, Commanded {

        /** The id of the message as this event names it: the original's, or that of one of its edits. */
        @Nullable
        String target();
    }

    /** An event with an id of its own that changes a message. */
    sealed interface Change extends OfMessage permits Edited, Deleted {

        @Override
        String target();

        /** The gateway's id of this edit or delete. */
        String eventId();

        @Nullable
        Direction direction();

        @Nullable
        Person by();
    }

    /**
     * A message was posted.
     *
     * @param messenger the messenger behind the gateway: {@code whatsapp}, {@code max}, {@code telegram}
     * @param type what it is: {@code text}, {@code image}, {@code location}, …
     * @param text the text, or the caption of a file
     * @param media what is not text, by our names ({@code url}, {@code fileName}, {@code latitude}, …)
     * @param replyTo id of the message it replies to
     * @param byApi whether it was sent through the gateway's API
     * @param epoch how often the account had been authorised anew when this was told; only journals say it
     */
    record Posted(@Nullable String instance, @Nullable String messenger, @Nullable Long at, Chat chat, String messageId,
            @Nullable Direction direction, @Nullable Person sender, @Nullable String type, @Nullable String text,
            @Nullable Map<String, Object> media, @Nullable String replyTo, @Nullable Boolean byApi,
            @Nullable Integer epoch) implements OfMessage {

        public static final String KIND = "posted";

        @Override
        public String target() {
            return messageId;
        }

        @Override
        public EventKey key() {
            return new EventKey(KIND, chat.id(), messageId, "", "");
        }
    }

    /**
     * A message was edited.
     *
     * @param text the whole new text; {@code null} when the gateway says only that there was an edit
     * @param variant tells apart edits that a gateway announces under one event id (WAHA: the envelope's time)
     * @param byReceipt whether the gateway gives edits no time, so that the order of receipt has to do (Aitu)
     */
    record Edited(@Nullable String instance, @Nullable String messenger, @Nullable Long at, @Nullable Chat chat,
            String target, String eventId, @Nullable Direction direction, @Nullable Person by, @Nullable String text,
            @Nullable String variant, @Nullable Boolean byReceipt) implements Change {

        public static final String KIND = "edited";

        @Override
        public EventKey key() {
            return new EventKey(KIND, Chat.idOf(chat), target, eventId, variant == null ? "" : variant);
        }
    }

    /** A message was deleted for everyone. */
    record Deleted(@Nullable String instance, @Nullable String messenger, @Nullable Long at, @Nullable Chat chat,
            String target, String eventId, @Nullable Direction direction, @Nullable Person by) implements Change {

        public static final String KIND = "deleted";

        @Override
        public EventKey key() {
            return new EventKey(KIND, Chat.idOf(chat), target, eventId, "");
        }
    }

    /**
     * The state of a message, an edit or a delete of ours on its way.
     *
     * @param target id of what was sent; {@code null} where the gateway does not say
     * @param status the gateway's word, may be empty or unknown
     * @param participant whose receipt it is, in a group
     */
    record Status(@Nullable String instance, @Nullable String messenger, @Nullable Long at, @Nullable Chat chat,
            @Nullable String target, String status, @Nullable String description, @Nullable String participant,
            @Nullable Boolean byApi) implements OfMessage {

        public static final String KIND = "status";

        @Override
        public EventKey key() {
            var variant = participant == null ? status : status + " " + participant;
            return target == null
                    ? EventKey.ofContent(KIND, this)
                    : new EventKey(KIND, Chat.idOf(chat), target, "", variant);
        }
    }

    /**
     * Somebody reacted to a message or voted in a poll.
     *
     * @param emoji the reaction; empty when it was taken back
     * @param votes the whole current tally of a poll: option to voters
     */
    record Reaction(@Nullable String instance, @Nullable Long at, @Nullable Chat chat, String target, String eventId,
            @Nullable Direction direction, @Nullable Person by, @Nullable String emoji,
            @Nullable Map<String, Object> votes) implements OfMessage {

        public static final String KIND = "reaction";

        @Override
        public EventKey key() {
            return new EventKey(KIND, Chat.idOf(chat), target, eventId, "");
        }
    }

    /**
     * A version of a message was made by a command of ours: our own observation, so that the version says whose it is.
     *
     * @param at when the gateway was asked
     * @param target id of the message
     * @param commandId our own id of the command
     * @param made what it made: {@code posted}, {@code edited}, {@code deleted}
     * @param madeId the gateway's id of that; {@code null} where it is not told, as for most deletes
     * @param operator who asked for it
     */
    record Commanded(@Nullable String instance, @Nullable Long at, Chat chat, String target, String commandId,
            String made, @Nullable String madeId, @Nullable String operator) implements OfMessage {

        public static final String KIND = "commanded";

        @Override
        public EventKey key() {
            return new EventKey(KIND, chat.id(), target, "", commandId);
        }
    }

    /**
     * A command of ours came to an end that somebody has to know of.
     *
     * @param commandId our own id of it
     * @param command what was asked: {@code send}, {@code edit}, {@code delete}, …
     * @param target the message it is about, if it is about one
     * @param state {@code failed}, {@code unconfirmed}, {@code refused}
     * @param operator who asked for it
     * @param description why, in the gateway's words or in a sentence of ours
     */
    record CommandEnd(@Nullable String instance, @Nullable Long at, Chat chat, String commandId, String command,
            @Nullable String target, String state, @Nullable String operator,
            @Nullable String description) implements Event {

        public static final String KIND = "command";

        @Override
        public EventKey key() {
            return new EventKey(KIND, chat.id(), commandId, commandId, state);
        }
    }

    /**
     * One chat is known under two ids.
     *
     * @param seen the other id
     * @param chat the chat under the id that stands for both
     */
    record ChatAlias(@Nullable String instance, @Nullable Long at, String seen, Chat chat) implements Event {

        public static final String KIND = "chat-alias";

        @Override
        public EventKey key() {
            return new EventKey(KIND, chat.id(), seen, "", "");
        }
    }

    /**
     * A call.
     *
     * @param state the gateway's word ({@code offer}, {@code pickUp}, {@code hangUp}, …)
     * @param details what else was told, by the gateway's names
     */
    record Call(@Nullable String instance, @Nullable Long at, @Nullable Chat chat, String callId, Direction direction,
            @Nullable String state, Map<String, Object> details) implements Event {

        public static final String KIND = "call";

        @Override
        public EventKey key() {
            return new EventKey(KIND, Chat.idOf(chat), callId, callId, state == null ? "" : state);
        }
    }

    /**
     * Something happened to a chat as a whole, or in it, that is no message.
     *
     * @param state {@code archived}, {@code unarchived}, {@code blocked}, {@code invited}, {@code quick-button-selected}, …
     * @param eventId the gateway's id of it, where it gives one
     * @param details what else was told, by the gateway's names
     */
    record ChatState(@Nullable String instance, @Nullable Long at, Chat chat, String state, @Nullable String eventId,
            @Nullable Map<String, Object> details) implements Event {

        public static final String KIND = "chat";

        /** One of which nothing more is told. */
        public ChatState(@Nullable String instance, @Nullable Long at, Chat chat, String state) {
            this(instance, at, chat, state, null, null);
        }

        @Override
        public EventKey key() {
            return eventId == null
                    ? EventKey.ofContent(KIND, this)
                    : new EventKey(KIND, chat.id(), eventId, eventId, state);
        }
    }

    /**
     * The account itself changed.
     *
     * @param aspect what changed: {@code state}, {@code connection}, {@code device}, {@code quota}
     * @param state the gateway's word for it
     * @param details what else was told, by the gateway's names
     */
    record AccountState(@Nullable String instance, @Nullable Long at, String aspect, @Nullable String state,
            Map<String, Object> details) implements Event {

        public static final String KIND = "account";

        @Override
        public @Nullable Chat chat() {
            return null;
        }

        @Override
        public EventKey key() {
            return EventKey.ofContent(KIND, this);
        }
    }

    /**
     * A notification that nobody could read. The notification itself is kept beside it, verbatim.
     *
     * @param digest SHA-256 of the notification, in hexadecimal
     * @param reason why, in a sentence without any of its content
     */
    record Unrecognised(@Nullable String instance, @Nullable Long at, String digest, String reason) implements Event {

        public static final String KIND = "unrecognised";

        @Override
        public @Nullable Chat chat() {
            return null;
        }

        @Override
        public EventKey key() {
            return new EventKey(KIND, "", digest, digest, "");
        }
    }
}
