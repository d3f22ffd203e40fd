package io.redline.gateway.waha;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.redline.event.Direction;
import io.redline.event.EventJson;
import io.redline.event.Reading;
import io.redline.event.Reading.Kind;
import io.redline.gateway.Entry;
import io.redline.gateway.Fields;
import io.redline.gateway.Notices;

/**
 * Reads what WAHA's API lists, and turns what it says into the notifications that were lost, in the form of a webhook, without
 * the times that nobody knows. A message is listed as it is now: that it was edited is not said, and not when. Threadsafe.
 *
 * @see <a href="https://waha.devlike.pro/docs/how-to/chats/">WAHA: chats</a>
 */
public final class WahaJournal implements Notices {

    private static final Set<String> WITH_ALL_CHATS = Set.of("GOWS", "NOWEB");
    /** Of these the listed text may be the one before an edit, for ever: https://github.com/devlikeapro/waha/issues/1635 */
    private static final Set<String> WITH_OLD_TEXTS = Set.of("GOWS");

    /**
     * A session.
     *
     * @param status WAHA's word, {@code unknown} if it says none
     * @param engine empty if it does not say
     */
    public record Session(String status, String engine) {

        /** Whether it can be asked for something. */
        public boolean works() {
            return status.equals("WORKING");
        }
    }

    /**
     * A chat in the overview.
     *
     * @param at UNIX milliseconds of its last message
     * @param last what that is
     */
    public record Listed(String id, @Nullable Long at, Object last) {
    }

    private final String session;

    /** @param session of the account whose messages are read */
    public WahaJournal(String session) {
        this.session = session;
    }

    /** What a look at the session answered. */
    public static Session session(@Nullable Object answer) {
        var fields = new Fields(answer instanceof Map<?, ?> object ? object : Map.of());
        var engine = Stream.of(fields.object("engine").word("engine"), fields.word("engine")).filter(Objects::nonNull)
                .findFirst().orElse("");
        var status = fields.word("status");
        return new Session(status == null ? "unknown" : status, engine);
    }

    /** The notification of how a session is. */
    public Map<String, Object> status(Session found, long at) {
        return members("event", "session.status", "session", session, "timestamp", at, "engine",
                found.engine().isEmpty() ? null : found.engine(), "payload",
                members("name", session, "status", found.status()));
    }

    public boolean listsAllChats(String engine) {
        return WITH_ALL_CHATS.contains(engine);
    }

    /** The chats of an overview. */
    public static List<Listed> chats(@Nullable Object answer) {
        List<Listed> chats = new ArrayList<>();
        for (var one : answer instanceof List<?> list ? list : List.of()) {
            var fields = new Fields(one instanceof Map<?, ?> object ? object : Map.of());
            var id = fields.word("id");
            var last = fields.object("lastMessage");
            if (id != null && !last.isEmpty()) {
                chats.add(new Listed(id, last.asMillis("timestamp"),
                        members("id", last.any("id"), "body", last.any("body"), "ack", last.any("ack"))));
            }
        }
        return chats;
    }

    /** Messages that were listed, or one; what is none is passed over. */
    public List<Entry> entries(@Nullable Object answer, String engine) {
        List<Entry> entries = new ArrayList<>();
        for (var one : answer instanceof List<?> list ? list : answer == null ? List.of() : List.of(answer)) {
            var entry = one instanceof Map<?, ?> members ? entry(members, engine) : null;
            if (entry != null) {
                entries.add(entry);
            }
        }
        return entries;
    }

    private static @Nullable Entry entry(Map<?, ?> members, String engine) {
        var fields = new Fields(members);
        var named = fields.word("id");
        var id = named == null ? null : WahaId.of(named);
        if (id == null || id.chat() == null) {
            return null;
        }
        var told = fields.flag("fromMe");
        var direction = Boolean.TRUE.equals(told != null ? told : id.fromMe())
                ? Direction.OUTGOING
                : Direction.INCOMING;
        var at = fields.asMillis("timestamp");
        var chat = Objects.requireNonNull(id.chat());
        var text = text(fields);
        Reading reading;
        var edit = WahaTranslator.editOf(fields);
        var revocation = WahaTranslator.revocationOf(fields);
        if (edit != null) {
            reading = new Reading(Kind.EDIT, chat, edit, at, text, id.bare(), "", "", "");
        } else if (revocation != null) {
            reading = new Reading(Kind.DELETE, chat, revocation, at, null, "", id.bare(), "", "");
        } else {
            var status = direction == Direction.OUTGOING ? WahaTranslator.status(fields) : "";
            var editId = text == null || WITH_OLD_TEXTS.contains(engine)
                    ? ""
                    : "journal-" + EventJson.digest(id.bare() + '\n' + text).substring(0, 32);
            var revoked = isRevoked(fields);
            reading = new Reading(Kind.MESSAGE, chat, id.bare(), at, revoked ? null : text, revoked ? "" : editId,
                    revoked ? "journal-revoked" : "", "", status.equals("unknown") ? "" : status);
        }
        return new Entry(reading, direction, members);
    }

    private static @Nullable String text(Fields fields) {
        var body = fields.text("body");
        return body == null || body.isEmpty() ? null : body;
    }

    /** A message in the state that its revocation left it in. */
    private static boolean isRevoked(Fields fields) {
        var data = fields.object("_data");
        var stub = data.word("messageStubType");
        return "revoked".equals(data.word("type")) || "REVOKE".equals(stub) || "1".equals(stub);
    }

    /**
     * An entry beside what is known of its message: what is known already is no edit and no delete.
     *
     * @param original whether its posting is known
     * @param text what it says as far as is known
     * @param edited whether edits are known
     * @param deleted whether deletes are known
     * @param erased whether its text must not come back
     */
    public Entry beside(Entry entry, boolean original, @Nullable String text, boolean edited, boolean deleted,
            boolean erased) {
        var reading = entry.reading();
        if (reading.kind() != Kind.MESSAGE) {
            return entry;
        }
        var same = erased || deleted || reading.text() == null || reading.text().equals(text)
                || text == null && !edited;
        Map<Object, Object> members = new LinkedHashMap<>(entry.members());
        if (!original && (edited || erased || deleted || !reading.deleteId().isEmpty())) {
            // Nobody knows what it said at first.
            members.remove("body");
            members.remove("media");
        }
        return new Entry(new Reading(reading.kind(), reading.chatId(), reading.messageId(), reading.at(),
                reading.text(), same ? "" : reading.editId(), deleted ? "" : reading.deleteId(), "",
                reading.status()), entry.direction(), members);
    }

    @Override
    public Map<String, Object> posted(Entry entry, @Nullable Integer epoch) {
        return envelope("message.any", null, payload(entry.members()));
    }

    @Override
    public Map<String, Object> edited(Entry entry, @Nullable String text) {
        var reading = entry.reading();
        var own = reading.kind() == Kind.EDIT;
        var payload = own ? payload(entry.members()) : named(entry, reading.editId());
        payload.put("body", text);
        payload.put("editedMessageId", reading.messageId());
        return envelope("message.edited", own ? reading.at() : null, payload);
    }

    @Override
    public Map<String, Object> deleted(Entry entry) {
        var reading = entry.reading();
        var own = reading.kind() == Kind.DELETE;
        return envelope("message.revoked", own ? reading.at() : null,
                members("after", own ? payload(entry.members()) : named(entry, reading.deleteId()), "before", null,
                        "revokedMessageId", reading.messageId()));
    }

    @Override
    public Map<String, Object> status(Entry entry) {
        var fields = new Fields(entry.members());
        var payload = named(entry, entry.reading().messageId());
        payload.put("ack", fields.any("ack"));
        payload.put("ackName", fields.any("ackName"));
        payload.remove("participant");
        return envelope("message.ack", null, payload);
    }

    /** There are none in what is listed. */
    @Override
    public Map<String, Object> reaction(Entry entry) {
        throw new IllegalStateException("WAHA lists no reactions.");
    }

    private static Map<String, Object> payload(Map<?, ?> members) {
        Map<String, Object> payload = new LinkedHashMap<>();
        members.forEach((name, value) -> payload.put(String.valueOf(name), value));
        return payload;
    }

    /** Something else that happened to the message: its id has another bare part, and nothing of the content. */
    private static Map<String, Object> named(Entry entry, String bare) {
        var fields = new Fields(entry.members());
        var id = WahaId.of(String.valueOf(fields.text("id")));
        var payload = members("id", new WahaId(entry.direction() == Direction.OUTGOING, id.chat(), bare,
                id.participant()).full(), "fromMe", entry.direction() == Direction.OUTGOING);
        var participant = fields.word("participant");
        if (participant != null) {
            payload.put("participant", participant);
        }
        return payload;
    }

    private Map<String, Object> envelope(String event, @Nullable Long at, Map<String, Object> payload) {
        var envelope = members("event", event, "session", session);
        if (at != null) {
            envelope.put("timestamp", at);
        }
        envelope.put("payload", payload);
        return envelope;
    }

    private static Map<String, Object> members(@Nullable Object... namesAndValues) {
        Map<String, Object> members = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            members.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return members;
    }
}
