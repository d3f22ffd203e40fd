package io.redline.gateway.waha;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.redline.event.Chat;
import io.redline.event.Direction;
import io.redline.event.Event;
import io.redline.event.Person;
import io.redline.event.Unreadable;
import io.redline.gateway.Fields;

/**
 * Translates WAHA notifications, parsed as JSON objects, into events. Each method is named by what a branch of the router says
 * has happened. The engines (WEBJS, NOWEB, GOWS, WPP) shape their payloads differently; what they agree upon is the id of a
 * message ({@link WahaId}). What is told comes with whatever the payload knows of the chat's other id. Times are those of the
 * envelope, in milliseconds, for payloads have seconds or none; only a posting has its own. Lenient. Threadsafe.
 *
 * @see <a href="https://waha.devlike.pro/docs/how-to/events/">WAHA: events</a>
 */
public final class WahaTranslator {

    private static final Pattern PERSON = Pattern.compile("(\\d{5,20})@c\\.us");
    private static final Pattern ULID = Pattern.compile("evt_([0-9a-hjkmnp-tv-z]{10})[0-9a-hjkmnp-tv-z]{16}");
    private static final String ULID_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
    private static final List<String> ACKS = List.of("failed", "pending", "sent", "delivered", "read", "played");
    private static final List<String> ACK_NAMES = List.of("ERROR", "PENDING", "SERVER", "DEVICE", "READ", "PLAYED");
    private static final Set<String> FILES = Set.of("image", "video", "audio", "document", "sticker");
    /** What engines call a message within their own data, as far as it is not our word already. */
    private static final Map<String, String> TYPES = Map.of("chat", "text", "ptt", "audio", "vcard", "contact",
            "multi_vcard", "contact", "poll_creation", "poll", "conversation", "text", "extendedText", "text");

    /**
     * A message was posted. Without a text and a file it may be nothing that people see; it is a message nevertheless.
     *
     * @throws Unreadable without the ids of message and chat
     */
    public List<Event> posted(Map<?, ?> notification) {
        var envelope = new Fields(notification);
        var payload = envelope.object("payload");
        var id = id(payload, "A message has no payload.id.");
        var chat = chat(id.chat());
        if (chat == null) {
            throw new Unreadable("A message's payload.id does not say which chat it is in.");
        }
        var at = payload.asMillis("timestamp");
        var body = payload.text("body");
        var reply = payload.object("replyTo").word("id");
        var direction = direction(payload, id);
        return with(envelope, payload, id.chat(),
                new Event.Posted(instance(envelope), "whatsapp", at != null && at > 0 ? at : at(envelope), chat,
                        id.bare(), direction, person(envelope, payload, id, direction), type(payload),
                        body == null || body.isEmpty() ? null : body, media(payload),
                        reply == null ? null : WahaId.of(reply).bare(),
                        direction == Direction.OUTGOING && payload.word("source") != null
                                ? (Boolean) "api".equals(payload.word("source"))
                                : null,
                        null));
    }

    /** Whether what comes as a message is an edit that the engine could not decrypt, as old releases tell of them. */
    public boolean isEdit(Map<?, ?> notification) {
        return !encrypted(new Fields(notification).object("payload")).isEmpty();
    }

    /**
     * A message was edited. {@code editedMessageId} is the original's bare id; {@code payload.id} is the edit's own, or the
     * original's as well (WEBJS): then the envelope's time tells its edits apart. An empty text was not understood.
     *
     * @throws Unreadable without the original's id
     */
    public List<Event> edited(Map<?, ?> notification) {
        var envelope = new Fields(notification);
        var payload = envelope.object("payload");
        var id = id(payload, "An edit has no payload.id.");
        var target = Stream.of(payload.word("editedMessageId"), keyId(encrypted(payload).object("targetMessageKey")),
                keyId(protocol(payload).object("key")), "WEBJS".equals(engine(envelope)) ? id.bare() : null)
                .filter(Objects::nonNull).findFirst().map(one -> WahaId.of(one).bare())
                .orElseThrow(() -> new Unreadable("An edit has no payload.editedMessageId."));
        var direction = direction(payload, id);
        var at = at(envelope);
        return with(envelope, payload, id.chat(),
                new Event.Edited(instance(envelope), "whatsapp", at, chat(id.chat()), target, id.bare(), direction,
                        person(envelope, payload, id, direction), newText(payload),
                        id.bare().equals(target) ? variant(envelope, at) : null, null));
    }

    private static @Nullable String newText(Fields payload) {
        var body = payload.text("body");
        // A file's caption can be emptied, a text cannot.
        var understood = body != null && (!body.isEmpty()
                || Boolean.TRUE.equals(payload.flag("hasMedia")) && encrypted(payload).isEmpty());
        return understood ? body : null;
    }

    private static @Nullable String variant(Fields envelope, @Nullable Long at) {
        return at == null ? envelope.word("id") : String.valueOf(at);
    }

    /**
     * A message was deleted for everyone.
     *
     * @throws Unreadable without the original's id
     */
    public List<Event> deleted(Map<?, ?> notification) {
        var envelope = new Fields(notification);
        var payload = envelope.object("payload");
        var after = payload.object("after");
        var afterId = after.word("id");
        var beforeId = payload.object("before").word("id");
        // Old releases of WEBJS repeat the id of the revocation there.
        var before = beforeId == null || beforeId.equals(afterId) ? null : beforeId;
        var target = Stream.of(payload.word("revokedMessageId"),
                keyId(after.object("_data").object("protocolMessageKey")), keyId(protocol(payload).object("key")),
                payload.object("_data").word("refId"), before).filter(Objects::nonNull).findFirst()
                .map(one -> WahaId.of(one).bare())
                .orElseThrow(() -> new Unreadable("A revocation does not say of which message."));
        var id = afterId == null ? new WahaId(null, null, target, null) : WahaId.of(afterId);
        var jid = after.word("remoteJid");
        var named = jid == null ? id : new WahaId(id.fromMe(), WahaId.address(jid), id.bare(), null);
        var direction = direction(after, named);
        return with(envelope, payload, named.chat(),
                new Event.Deleted(instance(envelope), "whatsapp", at(envelope), chat(named.chat()), target,
                        named.bare(), direction, person(envelope, after, named, direction)));
    }

    /** Whether a receipt is not about what the account wrote, or is that of one of its own devices. */
    public boolean isOwnReceipt(Map<?, ?> notification) {
        var envelope = new Fields(notification);
        var payload = envelope.object("payload");
        var id = payload.word("id");
        if (id != null && direction(payload, WahaId.of(id)) == Direction.INCOMING) {
            return true;
        }
        var participant = payload.word("participant");
        return participant != null && Stream.of("id", "lid", "jid").map(envelope.object("me")::word)
                .filter(Objects::nonNull).map(WahaId::address).anyMatch(WahaId.address(participant)::equals);
    }

    /** A receipt that tells nothing of a message: it is known, and that is all. */
    public Event receipt(Map<?, ?> notification) {
        var envelope = new Fields(notification);
        var id = envelope.object("payload").word("id");
        return new Event.Status(instance(envelope), "whatsapp", at(envelope),
                id == null ? null : chat(WahaId.of(id).chat()), null, status(envelope.object("payload")), null, null,
                null);
    }

    /**
     * How far something sent by the account came; in a group, for one of its participants. There is no other time than the
     * envelope's. A word that is none of WAHA's own changes nothing.
     *
     * @throws Unreadable without the message's id
     */
    public List<Event> acknowledged(Map<?, ?> notification) {
        var envelope = new Fields(notification);
        var payload = envelope.object("payload");
        var id = id(payload, "A receipt has no payload.id.");
        var group = id.chat() != null && id.chat().endsWith("@g.us");
        var participant = group ? payload.word("participant") : null;
        return with(envelope, payload, id.chat(),
                new Event.Status(instance(envelope), "whatsapp", at(envelope), chat(id.chat()), id.bare(),
                        status(payload), null, participant == null ? null : WahaId.address(participant), null));
    }

    /** Our word for a receipt; {@code unknown} for what is none. */
    static String status(Fields payload) {
        var number = payload.text("ack");
        var byNumber = number == null || !number.matches("-1|[0-4]") ? -1 : Integer.parseInt(number) + 1;
        var index = byNumber >= 0 ? byNumber : ACK_NAMES.indexOf(payload.word("ackName"));
        return index < 0 ? "unknown" : ACKS.get(index);
    }

    /**
     * A message came that cannot be read yet; it is told again when it can. Until then nothing is known of it, and nothing
     * must stand in the way of the message itself.
     *
     * @throws Unreadable without its id
     */
    public List<Event> waiting(Map<?, ?> notification) {
        var envelope = new Fields(notification);
        var payload = envelope.object("payload");
        var id = id(payload, "A message that is waited for has no payload.id.");
        return with(envelope, payload, id.chat(), new Event.Status(instance(envelope), "whatsapp", at(envelope),
                chat(id.chat()), id.bare(), "waiting", null, null, null));
    }

    /**
     * Somebody reacted; an empty text takes the reaction back.
     *
     * @throws Unreadable without the id of what was reacted to
     */
    public List<Event> reaction(Map<?, ?> notification) {
        var envelope = new Fields(notification);
        var payload = envelope.object("payload");
        var id = id(payload, "A reaction has no payload.id.");
        var reaction = payload.object("reaction");
        var of = reaction.word("messageId");
        if (of == null) {
            throw new Unreadable("A reaction has no payload.reaction.messageId.");
        }
        var target = WahaId.of(of);
        var chat = target.chat() != null ? target.chat() : id.chat();
        var direction = direction(payload, id);
        var emoji = reaction.text("text");
        var at = at(envelope);
        return with(envelope, payload, id.chat(),
                new Event.Reaction(instance(envelope), at, chat(chat), target.bare(),
                        id.bare().equals(target.bare()) ? id.bare() + "-" + variant(envelope, at) : id.bare(),
                        direction, person(envelope, payload, id, direction), emoji == null ? "" : emoji, null));
    }

    /**
     * A chat was archived or taken out of the archive. The payload's own time is that of its last message.
     *
     * @throws Unreadable without the chat's id, or if it is not said which of the two
     */
    public Event chatArchive(Map<?, ?> notification) {
        var envelope = new Fields(notification);
        var payload = envelope.object("payload");
        var id = payload.word("id");
        var archived = payload.flag("archived");
        if (id == null || archived == null) {
            throw new Unreadable("What was archived has no payload.id or payload.archived.");
        }
        return new Event.ChatState(instance(envelope), at(envelope),
                Objects.requireNonNull(chat(WahaId.address(id))), archived ? "archived" : "unarchived");
    }

    /** The session starts, works, waits for its QR code, or failed. What somebody has to answer it with stays in the notification. */
    public Event sessionStatus(Map<?, ?> notification) {
        var envelope = new Fields(notification);
        var status = envelope.object("payload").word("status");
        if (status == null) {
            throw new Unreadable("A session's status has no payload.status.");
        }
        var engine = engine(envelope);
        return new Event.AccountState(instance(envelope), at(envelope), "state", status,
                engine == null ? Map.of() : Map.of("engine", engine));
    }

    private static WahaId id(Fields payload, String sentence) {
        var id = payload.word("id");
        if (id == null) {
            throw new Unreadable(sentence);
        }
        return WahaId.of(id);
    }

    private static @Nullable String instance(Fields envelope) {
        return envelope.word("session");
    }

    private static @Nullable String engine(Fields envelope) {
        var engine = envelope.word("engine");
        return engine != null ? engine : envelope.object("environment").word("engine");
    }

    /** When WAHA told it; old releases say it in the id of the envelope only. */
    private static @Nullable Long at(Fields envelope) {
        var at = envelope.asMillis("timestamp");
        var id = envelope.word("id");
        if (at != null || id == null) {
            return at;
        }
        var ulid = ULID.matcher(id);
        return ulid.matches()
                ? (Long) ulid.group(1).chars().mapToLong(ULID_DIGITS::indexOf).reduce(0, (sum, one) -> sum * 32 + one)
                : null;
    }

    private static @Nullable Chat chat(@Nullable String id) {
        if (id == null) {
            return null;
        }
        var person = PERSON.matcher(id);
        return new Chat(id, null, person.matches() ? person.group(1) : null);
    }

    private static @Nullable Direction direction(Fields message, WahaId id) {
        var told = message.flag("fromMe");
        var fromMe = told != null ? told : id.fromMe();
        return fromMe == null ? null : fromMe ? Direction.OUTGOING : Direction.INCOMING;
    }

    /** Who did it: the account itself, a participant, or the one the chat is with; by phone number where that is told. */
    private static @Nullable Person person(Fields envelope, Fields message, WahaId id, @Nullable Direction direction) {
        var data = message.object("_data");
        var name = Stream.of(data.word("pushName"), data.object("Info").word("PushName"), data.word("notifyName"))
                .filter(Objects::nonNull).findFirst().orElse(null);
        var chat = id.chat();
        String who;
        if (direction == Direction.OUTGOING) {
            who = envelope.object("me").word("id");
        } else if (id.participant() != null) {
            who = id.participant();
        } else if (message.word("participant") != null) {
            who = message.word("participant");
        } else {
            who = chat == null || chat.endsWith("@g.us") ? null : chat;
        }
        var address = who == null ? null : WahaId.address(who);
        var alias = address == null || !address.endsWith("@lid") ? null : phoneOf(envelope, message, chat, address);
        return address == null && name == null ? null : new Person(alias == null ? address : alias, name);
    }

    /** What happened, after what the payload tells of the two ids of its chat. */
    private static List<Event> with(Fields envelope, Fields payload, @Nullable String chat, Event event) {
        List<Event> events = new ArrayList<>(2);
        if (chat != null && chat.endsWith("@lid")) {
            var phone = phoneOf(envelope, payload, chat, chat);
            if (phone != null) {
                // It has no time, so that it is the same each time.
                events.add(new Event.ChatAlias(instance(envelope), null, chat, Objects.requireNonNull(chat(phone))));
            }
        }
        events.add(event);
        return events;
    }

    /** The address by phone number of somebody who is named by a hidden one, where the payload tells it. */
    private static @Nullable String phoneOf(Fields envelope, Fields payload, @Nullable String chat, String lid) {
        var me = envelope.object("me");
        if (lid.equals(me.word("lid"))) {
            return me.word("id");
        }
        var data = payload.object("_data");
        var key = data.object("key");
        var info = data.object("Info");
        // Of a chat with one person the sender of what came in and the recipient of what went out are that person.
        var mine = Boolean.TRUE.equals(info.flag("IsFromMe"));
        var candidates = lid.equals(chat)
                ? Stream.of(key.word("remoteJidAlt"), info.word(mine ? "RecipientAlt" : "SenderAlt"))
                : Stream.of(key.word("participantAlt"), info.word("SenderAlt"));
        return candidates.filter(Objects::nonNull).map(WahaId::address).filter(one -> PERSON.matcher(one).matches())
                .findFirst().orElse(null);
    }

    /** An edit that could not be decrypted; without members if there is none. */
    private static Fields encrypted(Fields payload) {
        var data = payload.object("_data");
        var noweb = data.object("message").object("secretEncryptedMessage");
        return noweb.isEmpty() ? data.object("Message").object("secretEncryptedMessage") : noweb;
    }

    private static Fields protocol(Fields payload) {
        var data = payload.object("_data");
        var noweb = data.object("message").object("protocolMessage");
        return noweb.isEmpty() ? data.object("Message").object("protocolMessage") : noweb;
    }

    /** The bare id of what is edited by something that is listed as a message; {@code null} if it is no edit. */
    static @Nullable String editOf(Fields message) {
        var key = encrypted(message).object("targetMessageKey");
        var id = keyId(key.isEmpty() && !protocol(message).object("editedMessage").isEmpty()
                ? protocol(message).object("key")
                : key);
        return id == null ? null : WahaId.of(id).bare();
    }

    /** The bare id of what is deleted by something that is listed as a message; {@code null} if it is no delete. */
    static @Nullable String revocationOf(Fields message) {
        var type = protocol(message).text("type");
        var id = "REVOKE".equals(type) || "0".equals(type) ? keyId(protocol(message).object("key")) : null;
        return id == null ? null : WahaId.of(id).bare();
    }

    private static @Nullable String keyId(Fields key) {
        var id = key.word("id");
        return id != null ? id : key.word("ID");
    }

    private static @Nullable String type(Fields payload) {
        var told = typeOfEngine(payload.object("_data"));
        if (!payload.object("location").isEmpty()) {
            return "location";
        } else if (payload.any("vCards") instanceof List<?> cards && !cards.isEmpty()) {
            return "contact";
        } else if (Boolean.TRUE.equals(payload.flag("hasMedia"))) {
            return told != null && FILES.contains(told)
                    ? told
                    : typeOfFile(payload.object("media").word("mimetype"));
        }
        return told != null ? told : payload.word("body") != null ? "text" : null;
    }

    private static String typeOfFile(@Nullable String mimetype) {
        var kind = mimetype == null ? "" : mimetype.replaceFirst("/.*", "");
        return FILES.contains(kind) ? kind : "document";
    }

    /** WEBJS and WPP say {@code type}, the others name the member that the content is in. */
    private static @Nullable String typeOfEngine(Fields data) {
        var word = data.word("type");
        if (word == null) {
            var message = data.object("message").isEmpty() ? data.object("Message") : data.object("message");
            word = message.members().keySet().stream().map(String::valueOf)
                    .filter(name -> name.endsWith("Message") || name.equals("conversation")).findFirst()
                    .map(name -> name.startsWith("pollCreation") ? "poll" : name.replaceFirst("Message$", ""))
                    .orElse(null);
        }
        var ours = word == null ? null : TYPES.getOrDefault(word, word);
        return ours != null && (FILES.contains(ours) || Set.of("text", "location", "contact", "poll").contains(ours))
                ? ours
                : null;
    }

    private static @Nullable Map<String, Object> media(Fields payload) {
        var file = payload.object("media");
        var media = renamed(file, "url", "url", "filename", "fileName", "mimetype", "mimeType");
        media.putAll(renamed(payload.object("location"), "latitude", "latitude", "longitude", "longitude",
                "description", "name"));
        if (payload.any("vCards") instanceof List<?> cards && !cards.isEmpty()) {
            media.put("vcards", cards);
        }
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
}
