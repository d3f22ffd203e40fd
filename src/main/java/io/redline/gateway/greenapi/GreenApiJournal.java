package io.redline.gateway.greenapi;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.redline.event.Direction;
import io.redline.event.EventJson;
import io.redline.event.Reading;
import io.redline.event.Reading.Kind;
import io.redline.gateway.Entry;
import io.redline.gateway.Fields;
import io.redline.gateway.Notices;

/**
 * Reads the entries of GREEN-API's journals, and turns what they say into the notifications that were lost: in the form of a
 * webhook, so that the same routes decide about them. An entry names its members otherwise than a webhook does. Of an edit it
 * has the id and, mostly, the text, but no time. Threadsafe.
 *
 * @see <a href="https://green-api.com/en/docs/api/journals/">GREEN-API: journals</a>
 */
public final class GreenApiJournal implements Notices {

    /** How far back the gateway was seen to answer, in minutes. */
    public static final long LONGEST_WINDOW = 20_160;
    private static final Set<String> TEXTS = Set.of("textMessage", "extendedTextMessage", "quotedMessage");
    private static final Set<String> FILES = Set.of("imageMessage", "videoMessage", "documentMessage", "audioMessage",
            "stickerMessage");
    private static final Set<String> REACTIONS = Set.of("reactionMessage", "pollUpdateMessage");

    /** What a method answered, parsed, as entries; what is none is passed over. */
    public static List<Entry> entries(@Nullable Object answer, Direction direction) {
        List<Entry> entries = new ArrayList<>();
        for (var one : answer instanceof List<?> list ? list : answer == null ? List.of() : List.of(answer)) {
            var entry = one instanceof Map<?, ?> members ? entry(members, direction) : null;
            if (entry != null) {
                entries.add(entry);
            }
        }
        return entries;
    }

    private static @Nullable Entry entry(Map<?, ?> members, Direction direction) {
        var fields = new Fields(members);
        var chat = fields.word("chatId");
        var id = fields.word("idMessage");
        if (chat == null || id == null) {
            return null;
        }
        var type = String.valueOf(fields.text("typeMessage"));
        var at = fields.secondsAsMillis("timestamp");
        var side = switch (String.valueOf(fields.text("type"))) {
            case "incoming" -> Direction.INCOMING;
            case "outgoing" -> Direction.OUTGOING;
            default -> direction;
        };
        Reading reading;
        if ("deletedMessage".equals(type)) {
            var of = fields.object("deletedMessageData").word("stanzaId");
            reading = of == null ? null : new Reading(Kind.DELETE, chat, of, at, null, "", id, "", "");
        } else if ("editedMessage".equals(type)) {
            var data = fields.object("editedMessageData");
            var of = data.word("stanzaId");
            var text = data.text("textMessage");
            reading = of == null
                    ? null
                    : new Reading(Kind.EDIT, chat, of, at, text != null ? text : data.text("caption"), id, "", "", "");
        } else if (REACTIONS.contains(type)) {
            var of = fields.object("reactionMessage".equals(type) ? "quotedMessage" : "pollMessageData")
                    .word("stanzaId");
            reading = of == null ? null : new Reading(Kind.REACTION, chat, of, at, null, "", "", id, "");
        } else {
            var text = text(fields, type);
            var edit = changeId(fields, "isEdited", "editedMessageId", id, text);
            reading = new Reading(Kind.MESSAGE, chat, id, at, edit.isEmpty() ? null : text, edit,
                    changeId(fields, "isDeleted", "deletedMessageId", id, null), "",
                    side == Direction.OUTGOING ? word(fields, "statusMessage") : "");
        }
        return reading == null ? null : new Entry(reading, side, members);
    }

    /** The gateway's id of the last edit or of the delete. Should it say only that there was one, what it says is the id. */
    private static String changeId(Fields fields, String flag, String name, String id, @Nullable String text) {
        var told = word(fields, name);
        return told.isEmpty() && Boolean.TRUE.equals(fields.flag(flag))
                ? "journal-" + EventJson.digest(flag + '\n' + id + '\n' + text).substring(0, 32)
                : told;
    }

    private static String word(Fields fields, String name) {
        var word = fields.word(name);
        return word == null ? "" : word;
    }

    private static @Nullable String text(Fields fields, String type) {
        if (TEXTS.contains(type)) {
            var text = fields.text("textMessage");
            return text != null ? text : fields.object("extendedTextMessage").text("text");
        }
        return FILES.contains(type) ? fields.word("caption") : fields.object("pollMessageData").text("name");
    }

    private final String instance;

    /** @param instance idInstance of the account whose journals are read */
    public GreenApiJournal(String instance) {
        this.instance = instance;
    }

    /** The messenger behind an instance, as far as its number and its chats tell. */
    private String typeInstance(String chat) {
        return chat.contains("@") ? "whatsapp" : isTelegram(instance) ? "telegram" : "v3";
    }

    /** Instances of Telegram have their numbers from a pool of their own. */
    public static boolean isTelegram(String instance) {
        return instance.startsWith("41");
    }

    @Override
    public Map<String, Object> posted(Entry entry, @Nullable Integer epoch) {
        var notification = ofMessage(entry, new Fields(entry.members()).word("idMessage"), true);
        if (epoch != null) {
            notification.put("epoch", epoch);
        }
        notification.put("messageData", messageData(entry, entry.reading().editId().isEmpty()));
        return notification;
    }

    @Override
    public Map<String, Object> reaction(Entry entry) {
        var notification = ofMessage(entry, entry.reading().reactionId(), true);
        notification.put("messageData", messageData(entry, true));
        return notification;
    }

    @Override
    public Map<String, Object> edited(Entry entry, @Nullable String text) {
        var reading = entry.reading();
        var notification = ofMessage(entry, reading.editId(), reading.kind() == Kind.EDIT);
        Map<String, Object> data = new LinkedHashMap<>();
        if (text != null) {
            data.put("textMessage", text);
        }
        data.put("stanzaId", reading.messageId());
        notification.put("messageData", members("typeMessage", "editedMessage", "editedMessageData", data));
        return notification;
    }

    @Override
    public Map<String, Object> deleted(Entry entry) {
        var reading = entry.reading();
        var notification = ofMessage(entry, reading.deleteId(), reading.kind() == Kind.DELETE);
        notification.put("messageData", members("typeMessage", "deletedMessage", "deletedMessageData",
                members("stanzaId", reading.messageId())));
        return notification;
    }

    @Override
    public Map<String, Object> status(Entry entry) {
        var reading = entry.reading();
        var notification = envelope("outgoingMessageStatus", reading.chatId());
        notification.put("chatId", reading.chatId());
        notification.put("idMessage", reading.messageId());
        notification.put("status", reading.status());
        var byApi = new Fields(entry.members()).flag("sendByApi");
        if (byApi != null) {
            notification.put("sendByApi", byApi);
        }
        return notification;
    }

    private Map<String, Object> envelope(String typeWebhook, String chat) {
        return members("typeWebhook", typeWebhook, "instanceData",
                members("idInstance", instance, "typeInstance", typeInstance(chat)));
    }

    private Map<String, Object> ofMessage(Entry entry, @Nullable String id, boolean withTime) {
        var fields = new Fields(entry.members());
        var notification = envelope(entry.direction() == Direction.INCOMING
                ? "incomingMessageReceived"
                : Boolean.TRUE.equals(fields.flag("sendByApi"))
                        ? "outgoingAPIMessageReceived"
                        : "outgoingMessageReceived",
                entry.reading().chatId());
        if (withTime && fields.any("timestamp") != null) {
            notification.put("timestamp", fields.any("timestamp"));
        }
        notification.put("idMessage", id);
        var sender = members("chatId", entry.reading().chatId());
        copy(fields, "senderId", sender, "sender");
        copy(fields, "senderName", sender, "senderName");
        copy(fields, "senderContactName", sender, "senderContactName");
        notification.put("senderData", sender);
        return notification;
    }

    private static Map<String, Object> messageData(Entry entry, boolean withText) {
        var fields = new Fields(entry.members());
        var type = String.valueOf(fields.text("typeMessage"));
        var data = members("typeMessage", type);
        if ("textMessage".equals(type)) {
            data.put("textMessageData", withText ? members("textMessage", text(fields, type)) : members());
        } else if (TEXTS.contains(type)) {
            data.put("extendedTextMessageData", withText ? members("text", text(fields, type)) : members());
        } else if (FILES.contains(type)) {
            var file = members();
            for (var name : List.of("downloadUrl", "fileName", "mimeType", "isAnimated", "caption")) {
                copy(fields, name, file, name);
            }
            if (!withText) {
                file.remove("caption");
            }
            data.put("fileMessageData", file);
        } else {
            switch (type) {
                case "locationMessage" -> copy(fields, "location", data, "locationMessageData");
                case "contactMessage" -> copy(fields, "contact", data, "contactMessageData");
                case "contactsArrayMessage" -> data.put("messageData", members("contacts", fields.any("contacts")));
                case "groupInviteMessage" -> copy(fields, "groupInviteMessage", data, "groupInviteMessageData");
                case "reactionMessage" -> data.put("extendedTextMessageData", members("text", reactionText(fields)));
                default -> copy(fields, type, data, type);
            }
            // These two are named alike in both.
            copy(fields, "pollMessageData", data, "pollMessageData");
            copy(fields, "groupInviteMessageData", data, "groupInviteMessageData");
        }
        var quoted = fields.object("quotedMessage");
        if (quoted.word("stanzaId") != null) {
            data.put("quotedMessage",
                    members("stanzaId", quoted.word("stanzaId"), "participant", quoted.text("participant")));
        }
        return data;
    }

    private static @Nullable String reactionText(Fields fields) {
        var text = fields.object("extendedTextMessage").text("text");
        return text != null ? text : fields.text("textMessage");
    }

    private static void copy(Fields from, String name, Map<String, Object> to, String as) {
        var value = from.any(name);
        if (value != null) {
            to.put(as, value);
        }
    }

    private static Map<String, Object> members(@Nullable Object... namesAndValues) {
        Map<String, Object> members = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            members.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return members;
    }
}
