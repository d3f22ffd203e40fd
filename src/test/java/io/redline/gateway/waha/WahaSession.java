package io.redline.gateway.waha;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.redline.event.EventJson;

/**
 * A session of WAHA as far as Redline sees it: what it announces, in the shape of its engine, and what its API lists. Not
 * threadsafe.
 */
public final class WahaSession {

    private static final String ME = "15550001111@c.us";
    private static final String[] ACKS = {"PENDING", "SERVER", "DEVICE", "READ", "PLAYED"};
    private static final String[] WORDS = {"pending", "sent", "delivered", "read", "played"};

    public final String name;
    public final String engine;
    private final Clock clock;
    private final Random random;
    private final List<Message> messages = new ArrayList<>();
    private final List<Map<String, Object>> announced = new ArrayList<>();
    private int number;
    public String status = "WORKING";
    /** Calls of messages and chats. */
    public int calls;

    /** A message as it truly is. */
    public static final class Message {
        public final String chat;
        public final String id;
        public final boolean fromMe;
        final long sentAt;
        final String posted;
        public String text;
        public boolean revoked;
        public int ack;

        Message(String chat, String id, boolean fromMe, long sentAt, String text) {
            this.chat = chat;
            this.id = id;
            this.fromMe = fromMe;
            this.sentAt = sentAt;
            this.posted = text;
            this.text = text;
        }

        public @Nullable String status() {
            return fromMe && ack > 0 ? WORDS[ack] : null;
        }
    }

    /** An answer of its API. */
    public record Reply(int status, @Nullable Object json) {
    }

    public WahaSession(String name, String engine, Clock clock, Random random) {
        this.name = name;
        this.engine = engine;
        this.clock = clock;
        this.random = random;
    }

    public List<Message> truth() {
        return messages;
    }

    /** What it has to deliver since it was asked last. */
    public List<Map<String, Object>> announced() {
        var all = List.copyOf(announced);
        announced.clear();
        return all;
    }

    private String newId() {
        return String.format("3EB0%012X", ++number);
    }

    public static String hidden(String chat) {
        return "9" + chat.replace("@c.us", "@lid");
    }

    public Message post(String chat, String text, boolean fromMe) {
        var message = new Message(chat, newId(), fromMe, clock.millis() / 1000 * 1000, text);
        messages.add(message);
        announceTwins(message, message.id, "message.any", payload -> payload.put("body", text));
        return message;
    }

    public void edit(Message message, String text) {
        message.text = text;
        // One that is newer than the engine understands.
        var understood = !engine.equals("NOWEB") || random.nextInt(3) > 0;
        announceTwins(message, engine.equals("WEBJS") ? message.id : newId(), "message.edited", payload -> {
            payload.put("body", understood ? text : "");
            payload.put("editedMessageId", message.id);
            if (!understood) {
                data(payload).put("message", map("secretEncryptedMessage", map("targetMessageKey",
                        map("id", message.id), "secretEncType", "MESSAGE_EDIT")));
            }
        });
    }

    public void revoke(Message message) {
        message.revoked = true;
        var action = newId();
        var after = engine.equals("WPP")
                ? map("id", action, "fromMe", message.fromMe, "remoteJid",
                        message.chat.replace("@c.us", "@s.whatsapp.net"))
                : map("id", fullId(message, message.chat, action), "fromMe", message.fromMe, "body", null);
        announce("message.revoked", map("after", after, "before", null, "revokedMessageId", message.id));
    }

    public void come(Message message) {
        if (message.fromMe && message.ack < 3) {
            message.ack++;
            var group = message.chat.endsWith("@g.us");
            announce(group ? "message.ack.group" : "message.ack", map("id", fullId(message, message.chat, message.id),
                    "fromMe", true, "participant", group ? "15551230009@c.us" : null, "ack", message.ack, "ackName",
                    ACKS[message.ack]));
        }
    }

    /** Under the phone number's chat, the hidden one, or both: which of them is one's own affair. */
    private void announceTwins(Message message, String id, String event, Consumer<Map<String, Object>> more) {
        var chats = message.chat.endsWith("@g.us")
                ? List.of(message.chat)
                : List.of(List.of(message.chat), List.of(hidden(message.chat)),
                        List.of(message.chat, hidden(message.chat))).get(random.nextInt(3));
        for (var chat : chats) {
            var payload = map("id", fullId(message, chat, id), "timestamp", message.sentAt / 1000, "from", chat,
                    "fromMe", message.fromMe, "hasMedia", false, "ack", message.ack, "_data", map());
            if (!chat.equals(message.chat) && random.nextBoolean()) {
                data(payload).put("key", map("remoteJidAlt", message.chat.replace("@c.us", "@s.whatsapp.net")));
            }
            more.accept(payload);
            announce(event, payload);
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> data(Map<String, Object> payload) {
        return (Map<String, Object>) Objects.requireNonNull(payload.get("_data"));
    }

    private static String fullId(Message message, String chat, String id) {
        return message.fromMe + "_" + chat + "_" + id + (chat.endsWith("@g.us") ? "_15551230009@c.us" : "");
    }

    private void announce(String event, Map<String, Object> payload) {
        announced.add(map("id", "evt_" + newId(), "timestamp", clock.millis() + announced.size(), "event", event,
                "session", name, "me", map("id", ME), "engine", engine, "payload", payload));
    }

    /** What GET answers below /api. */
    public Reply get(String path, Map<String, String> query) {
        if (path.equals("/sessions/" + name)) {
            return new Reply(200, map("name", name, "status", status, "engine", map("engine", engine)));
        }
        calls++;
        if (!status.equals("WORKING")) {
            return new Reply(422, map("error", "Session status is not as expected.", "session", name, "status", status,
                    "expected", List.of("WORKING")));
        }
        var chats = "/" + name + "/chats/";
        if (path.equals(chats + "overview")) {
            return new Reply(200, page(overview(), query));
        }
        if (!path.startsWith(chats)) {
            return new Reply(404, map("message", "Cannot GET " + path, "statusCode", 404));
        }
        var parts = path.substring(chats.length()).split("/");
        if (parts[0].equals("all") && !List.of("GOWS", "NOWEB").contains(engine)) {
            return new Reply(501, map("message", "The method is not implemented by '" + engine + "' engine.",
                    "statusCode", 501));
        }
        if (parts.length == 3) {
            return messages.stream().filter(one -> fullId(one, one.chat, one.id).startsWith(parts[2])).findFirst()
                    .map(one -> new Reply(200, listed(one)))
                    .orElseGet(() -> new Reply(404, map("message", "Message not found", "statusCode", 404)));
        }
        var from = Long.parseLong(query.getOrDefault("filter.timestamp.gte", "0")) * 1000;
        return new Reply(200, page(messages.stream().filter(one -> parts[0].equals("all") || one.chat.equals(parts[0]))
                .filter(one -> one.sentAt >= from).sorted(Comparator.comparingLong((Message one) -> -one.sentAt))
                // What has no content is left out when the page is made already.
                .flatMap(one -> Stream.of(listed(one), map())).toList(), query));
    }

    private List<Map<String, Object>> overview() {
        return messages.stream().map(one -> one.chat).distinct().map(chat -> messages.stream()
                .filter(one -> one.chat.equals(chat)).reduce((one, next) -> next).orElseThrow())
                .sorted(Comparator.comparingLong(last -> -last.sentAt))
                .map(last -> map("id", last.chat, "name", null, "lastMessage", listed(last))).toList();
    }

    private static List<Map<String, Object>> page(List<Map<String, Object>> all, Map<String, String> query) {
        var limit = Integer.parseInt(query.getOrDefault("limit", "10"));
        var offset = Integer.parseInt(query.getOrDefault("offset", "0"));
        return all.stream().skip(offset).limit(limit).filter(one -> !one.isEmpty()).toList();
    }

    private Map<String, Object> listed(Message message) {
        var text = engine.equals("GOWS") ? message.posted : message.text;
        return map("id", fullId(message, message.chat, message.id), "timestamp", message.sentAt / 1000, "from",
                message.chat, "fromMe", message.fromMe, "body", message.revoked ? "" : text, "hasMedia", false, "ack",
                message.ack == 0 ? null : message.ack, "ackName", message.ack == 0 ? "UNKNOWN" : ACKS[message.ack],
                "_data", message.revoked ? map("type", "revoked") : map("type", "chat"));
    }

    /** As it is on the way: JSON. */
    public static Map<String, Object> json(Map<String, Object> any) {
        return EventJson.readObject(EventJson.writeInOrder(any));
    }

    private static Map<String, Object> map(@Nullable Object... namesAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return map;
    }
}
