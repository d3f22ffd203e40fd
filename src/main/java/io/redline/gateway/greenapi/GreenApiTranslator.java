package io.redline.gateway.greenapi;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.redline.event.Chat;
import io.redline.event.Direction;
import io.redline.event.Event;
import io.redline.event.EventJson;
import io.redline.event.Person;
import io.redline.event.Unreadable;
import io.redline.gateway.Fields;

/**
 * Translates GREEN-API notifications, parsed as JSON objects, into events. Each method is named by what a branch of the
 * router says has happened. Lenient: unknown members are ignored, missing ones are unknown. Threadsafe.
 *
 * @see <a href="https://green-api.com/en/docs/api/receiving/">GREEN-API: receiving notifications</a>
 */
public final class GreenApiTranslator {

    private static final Pattern PERSON = Pattern.compile("(\\d{5,20})@c\\.us");
    private static final Pattern MAX_ID = Pattern.compile("[1-9]\\d{17}");
    /** How far the time within a MAX id may be from the notification's. */
    private static final long MAX_ID_TOLERANCE = 2_000;
    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("textMessage", "text"), Map.entry("extendedTextMessage", "text"),
            Map.entry("quotedMessage", "text"), Map.entry("imageMessage", "image"), Map.entry("videoMessage", "video"),
            Map.entry("documentMessage", "document"), Map.entry("audioMessage", "audio"),
            Map.entry("stickerMessage", "sticker"), Map.entry("locationMessage", "location"),
            Map.entry("contactMessage", "contact"), Map.entry("contactsArrayMessage", "contact"),
            Map.entry("pollMessage", "poll"), Map.entry("groupInviteMessage", "invite"));

    /**
     * A message was posted.
     *
     * @throws Unreadable without the ids of message and chat
     */
    public Event posted(Map<?, ?> notification) {
        var fields = new Fields(notification);
        var data = fields.object("messageData");
        var chat = chat(fields);
        if (chat == null) {
            throw new Unreadable("A message has no senderData.chatId.");
        }
        var typeMessage = data.word("typeMessage");
        return new Event.Posted(instance(fields), messenger(fields), at(fields), chat,
                required(fields, "idMessage", "A message has no idMessage."), direction(fields), sender(fields),
                typeMessage == null ? null : TYPES.getOrDefault(typeMessage, "buttons"), text(data), media(data),
                replyTo(data), byApi(fields), epoch(fields));
    }

    /**
     * A message was edited: {@code idMessage} is the edit's own, {@code stanzaId} the original's.
     *
     * @throws Unreadable without the original's id
     */
    public Event edited(Map<?, ?> notification) {
        var fields = new Fields(notification);
        var data = fields.object("messageData").object("editedMessageData");
        var text = data.text("textMessage");
        return new Event.Edited(instance(fields), messenger(fields), at(fields), chat(fields), original(data),
                eventId(fields), direction(fields), sender(fields), text != null ? text : data.text("caption"), null,
                null);
    }

    /**
     * A message was deleted for everyone.
     *
     * @throws Unreadable without the original's id
     */
    public Event deleted(Map<?, ?> notification) {
        var fields = new Fields(notification);
        var data = fields.object("messageData").object("deletedMessageData");
        return new Event.Deleted(instance(fields), messenger(fields), at(fields), chat(fields), original(data),
                eventId(fields), direction(fields), sender(fields));
    }

    /**
     * Somebody reacted; an empty text takes the reaction back.
     *
     * @throws Unreadable without the id of what was reacted to
     */
    public Event reaction(Map<?, ?> notification) {
        var fields = new Fields(notification);
        var data = fields.object("messageData");
        var emoji = data.object("extendedTextMessageData").text("text");
        return new Event.Reaction(instance(fields), at(fields), chat(fields),
                required(data.object("quotedMessage"), "stanzaId", "A reaction has no quotedMessage.stanzaId."),
                eventId(fields), direction(fields), sender(fields), emoji == null ? "" : emoji, null);
    }

    /**
     * Somebody voted; the tally is the whole current one.
     *
     * @throws Unreadable without the poll's id
     */
    public Event pollVote(Map<?, ?> notification) {
        var fields = new Fields(notification);
        var data = fields.object("messageData").object("pollMessageData");
        Map<String, Object> votes = new LinkedHashMap<>();
        if (data.any("votes") instanceof List<?> options) {
            for (var option : options) {
                if (option instanceof Map<?, ?> one && one.get("optionName") instanceof String name) {
                    votes.put(name, one.get("optionVoters") instanceof List<?> voters ? voters : List.of());
                }
            }
        }
        return new Event.Reaction(instance(fields), at(fields), chat(fields),
                required(data, "stanzaId", "A vote has no pollMessageData.stanzaId."), eventId(fields),
                direction(fields), sender(fields), null, votes);
    }

    /** How far something sent by the account came. Without idMessage it says so of no message in particular. */
    public Event status(Map<?, ?> notification) {
        var fields = new Fields(notification);
        var chatId = fields.word("chatId");
        var status = fields.text("status");
        return new Event.Status(instance(fields), messenger(fields), at(fields),
                chatId == null ? null : new Chat(chatId, null, phone(chatId)), fields.word("idMessage"),
                status == null ? "" : status, fields.word("description"), null, fields.flag("sendByApi"));
    }

    /** A call came in, was taken, missed, ended; or went out. */
    public Event call(Map<?, ?> notification) {
        var fields = new Fields(notification);
        var from = fields.word("from");
        return new Event.Call(instance(fields), at(fields), from == null ? null : new Chat(from, null, phone(from)),
                eventId(fields), "outgoingCall".equals(fields.text("typeWebhook"))
                        ? Direction.OUTGOING
                        : Direction.INCOMING,
                fields.word("status"), details(fields, "isVideo", "duration", "participants"));
    }

    /** The peer blocked the account, or the like. */
    public Event chatState(Map<?, ?> notification) {
        var fields = new Fields(notification);
        var chatId = required(fields, "chatId", "A chat's state has no chatId.");
        var state = fields.word("chatState");
        return new Event.ChatState(instance(fields), at(fields), new Chat(chatId, null, phone(chatId)),
                state == null ? "unknown" : state);
    }

    /** The account was authorised, disconnected, limited, or tells of its device. */
    public Event accountState(Map<?, ?> notification) {
        var fields = new Fields(notification);
        var type = fields.text("typeWebhook");
        var quota = fields.object("quotaData");
        return switch (type == null ? "" : type) {
            case "stateInstanceChanged" -> account(fields, "state", fields.word("stateInstance"), Map.of());
            case "statusInstanceChanged" -> account(fields, "connection", fields.word("statusInstance"), Map.of());
            case "quotaExceeded" -> account(fields, "quota", quota.word("status"),
                    details(quota, "method", "used", "total", "description"));
            case "deviceInfo" -> account(fields, "device", null, details(fields, "deviceData"));
            default -> throw new Unreadable("Its typeWebhook says nothing of the account.");
        };
    }

    private static Event account(Fields fields, String aspect, @Nullable String state, Map<String, Object> details) {
        return new Event.AccountState(instance(fields), at(fields), aspect, state, details);
    }

    private static @Nullable String instance(Fields fields) {
        return fields.object("instanceData").word("idInstance");
    }

    private static @Nullable String messenger(Fields fields) {
        var type = fields.object("instanceData").word("typeInstance");
        return "v3".equals(type) ? "max" : type;
    }

    /** Seconds, or the milliseconds within an 18-digit MAX id if they agree: two edits within a second keep their order. */
    private static @Nullable Long at(Fields fields) {
        var at = fields.secondsAsMillis("timestamp");
        var id = fields.word("idMessage");
        if (at != null && id != null && "max".equals(messenger(fields)) && MAX_ID.matcher(id).matches()) {
            var precise = Long.parseLong(id) >> 16;
            return Math.abs(precise - at) <= MAX_ID_TOLERANCE ? (Long) precise : at;
        }
        return at;
    }

    private static @Nullable Chat chat(Fields fields) {
        var senderData = fields.object("senderData");
        var id = senderData.word("chatId");
        if (id == null) {
            return null;
        }
        var phone = phone(id);
        var number = senderData.word("senderPhoneNumber");
        if (phone == null && number != null && !"0".equals(number) && "user".equals(senderData.text("chatType"))
                && direction(fields) == Direction.INCOMING) {
            phone = number;
        }
        return new Chat(id, senderData.word("chatName"), phone);
    }

    private static @Nullable String phone(String chatId) {
        var person = PERSON.matcher(chatId);
        return person.matches() ? person.group(1) : null;
    }

    private static @Nullable Person sender(Fields fields) {
        var senderData = fields.object("senderData");
        var id = senderData.word("sender");
        var name = senderData.firstWord("senderName", "senderContactName");
        return id == null && name == null ? null : new Person(id, name);
    }

    private static @Nullable Direction direction(Fields fields) {
        var type = fields.text("typeWebhook");
        if (type != null && type.startsWith("incoming")) {
            return Direction.INCOMING;
        } else if (type != null && type.startsWith("outgoing")) {
            return Direction.OUTGOING;
        }
        // The names of settings, should they ever come as types, do not tell the direction; the writer does.
        var sender = fields.object("senderData").word("sender");
        return sender == null
                ? null
                : sender.equals(fields.object("instanceData").word("wid")) ? Direction.OUTGOING : Direction.INCOMING;
    }

    private static @Nullable Boolean byApi(Fields fields) {
        return switch (String.valueOf(fields.text("typeWebhook"))) {
            case "outgoingAPIMessageReceived" -> true;
            case "outgoingMessageReceived" -> false;
            default -> null;
        };
    }

    /** Only what was read in a journal has one. */
    private static @Nullable Integer epoch(Fields fields) {
        return fields.any("epoch") instanceof Integer epoch ? epoch : null;
    }

    private static @Nullable String text(Fields data) {
        return switch (String.valueOf(data.text("typeMessage"))) {
            case "textMessage" -> data.object("textMessageData").text("textMessage");
            case "extendedTextMessage", "quotedMessage" -> data.object("extendedTextMessageData").text("text");
            case "pollMessage" -> data.object("pollMessageData").text("name");
            case "groupInviteMessage" -> data.object("groupInviteMessageData").word("caption");
            case "templateMessage" -> data.object("templateMessage").word("contentText");
            case "buttonsMessage" -> data.object("buttonsMessage").word("contentText");
            case "listMessage" -> data.object("listMessage").word("contentText");
            case "interactiveButtons" -> data.object("interactiveButtons").word("contentText");
            case "interactiveButtonsReply" -> data.object("interactiveButtonsReply").word("contentText");
            case "buttonsResponseMessage" -> data.object("buttonsResponseMessage").word("selectedButtonText");
            case "listResponseMessage" -> data.object("listResponseMessage").word("title");
            case "templateButtonsReplyMessage", "templateButtonReplyMessage" -> data
                    .object(String.valueOf(data.text("typeMessage"))).word("selectedDisplayText");
            default -> data.object("fileMessageData").word("caption");
        };
    }

    private static @Nullable Map<String, Object> media(Fields data) {
        var media = switch (String.valueOf(data.text("typeMessage"))) {
            case "imageMessage", "videoMessage", "documentMessage", "audioMessage", "stickerMessage" -> renamed(
                    data.object("fileMessageData"), "downloadUrl", "url", "fileName", "fileName", "mimeType",
                    "mimeType");
            case "locationMessage" -> renamed(data.object("locationMessageData"), "latitude", "latitude", "longitude",
                    "longitude", "nameLocation", "name", "address", "address");
            case "contactMessage" -> renamed(data.object("contactMessageData"), "displayName", "displayName", "vcard",
                    "vcard");
            case "contactsArrayMessage" -> renamed(data.object("messageData"), "contacts", "contacts");
            case "pollMessage" -> renamed(data.object("pollMessageData"), "options", "options", "multipleAnswers",
                    "multipleAnswers");
            case "groupInviteMessage" -> renamed(data.object("groupInviteMessageData"), "groupJid", "groupId",
                    "groupName", "groupName");
            case "textMessage", "extendedTextMessage", "quotedMessage" -> Map.<String, Object>of();
            default -> renamed(data, String.valueOf(data.text("typeMessage")), "content");
        };
        return media.isEmpty() ? null : media;
    }

    private static Map<String, Object> renamed(Fields fields, String... fromTo) {
        Map<String, Object> renamed = new LinkedHashMap<>();
        for (int i = 0; i < fromTo.length; i += 2) {
            var value = fields.any(fromTo[i]);
            if (value != null && !"".equals(value)) {
                renamed.put(fromTo[i + 1], value);
            }
        }
        return renamed;
    }

    private static Map<String, Object> details(Fields fields, String... names) {
        Map<String, Object> details = new LinkedHashMap<>();
        for (var name : names) {
            var value = fields.any(name);
            if (value != null) {
                details.put(name, value);
            }
        }
        return details;
    }

    private static @Nullable String replyTo(Fields data) {
        var quoted = data.object("quotedMessage").word("stanzaId");
        if (quoted != null) {
            return quoted;
        }
        var inText = data.object("extendedTextMessageData").word("stanzaId");
        if (inText != null) {
            return inText;
        }
        var inFile = data.object("fileMessageData").word("stanzaId");
        // Replies to buttons, lists and templates have it in the object that is named like their type.
        return inFile != null ? inFile : data.object(String.valueOf(data.text("typeMessage"))).word("stanzaId");
    }

    private static String original(Fields data) {
        // An edited document came without its data (gateway issue 729): then even the original is unknown.
        return required(data, "stanzaId",
                "An edit or delete has no stanzaId, so that it is not known which message it is about.");
    }

    private static String required(Fields fields, String name, String sentence) {
        var value = fields.word(name);
        if (value == null) {
            throw new Unreadable(sentence);
        }
        return value;
    }

    /** The event's own id; without one, what it says is its identity. */
    private static String eventId(Fields fields) {
        var id = fields.word("idMessage");
        return id != null ? id : "sha256-" + EventJson.digest(EventJson.write(fields.members())).substring(0, 32);
    }
}
