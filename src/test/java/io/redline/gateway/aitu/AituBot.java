package io.redline.gateway.aitu;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/** A bot at Aitu: its updates, which are kept until it is gone, and what it was asked to do. Threadsafe. */
public final class AituBot {

    public static final String USER = "ba017bae-e3e8-11e8-b418-7a609eaf8200";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long GREGORIAN = 0x01B21DD213814000L;
    private static final Set<String> PEERS = Set.of("USER", "GROUP", "BOT", "CHANNEL");
    private static final Map<String, List<String>> COMMANDS = Map.of("SendMessage", List.of("recipient", "content"),
            "EditMessage", List.of("recipient", "messageId"), "DeleteMessage", List.of("dialog", "messageId"));

    private final String id;
    /** Each by its id; what has none, or is none, has a key all the same. */
    private final List<Map.Entry<String, String>> updates = new ArrayList<>();
    private final List<Map<?, ?>> commands = new CopyOnWriteArrayList<>();
    private final Map<String, Answer> misbehaviour = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
    private final List<@Nullable String> cursors = new CopyOnWriteArrayList<>();
    private final AtomicBoolean polled = new AtomicBoolean();
    private final AtomicBoolean forgetful = new AtomicBoolean();
    private final Duration hold = Duration.ofMillis(200);
    private volatile boolean holds = true;
    private volatile boolean hangs;
    private volatile boolean tellsEdits = true;
    private volatile String webhook = "";

    /** An HTTP answer. */
    record Answer(int status, String type, String body) {
    }

    AituBot(String id) {
        this.id = id;
    }

    /** An error as a Spring server tells it. */
    static Answer error(int status, String path, String message) {
        return new Answer(status, "application/json",
                write(Map.of("timestamp", "2021-03-04T05:06:07.000+0000", "status",
                        status, "error", "Error", "message", message, "path", path)));
    }

    /** A UUID of version 1 with a time in it. */
    public static String timeUuid(Instant at) {
        var time = at.toEpochMilli() * 10_000 + GREGORIAN + ThreadLocalRandom.current().nextInt(10_000);
        var high = time << 32 | (time & 0xFFFF_0000_0000L) >>> 16 | time >>> 48 & 0x0FFF | 0x1000;
        return new UUID(high, ThreadLocalRandom.current().nextLong() >>> 2 | Long.MIN_VALUE).toString();
    }

    private static String write(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Object> peer(String type, String id) {
        return Map.of("type", type, "id", id);
    }

    /** Somebody writes to the bot. */
    public String receive(String text) {
        var message = timeUuid(Instant.now());
        announce("Message", Map.of("messageId", message, "sentAt", Instant.now().toString(), "author",
                peer("USER", USER), "dialog", peer("USER", USER), "content", text, "media", List.of()));
        return message;
    }

    /** They edit it. */
    public void edit(String message, String text) {
        announce("MessageEdited", Map.of("messageId", message, "author", peer("USER", USER), "dialog",
                peer("USER", USER), "content", text));
    }

    public void announce(String type, Map<String, ?> members) {
        Map<String, Object> update = new LinkedHashMap<>();
        update.put("updateId", UUID.randomUUID().toString());
        update.putAll(members);
        update.put("type", type);
        put((String) update.get("updateId"), write(update));
    }

    /** Whatever it is told of how far somebody is, it begins anew, once. */
    public void forgetCursors() {
        forgetful.set(true);
    }

    /** Anything at all takes the place of an update. */
    public void put(String updateId, String json) {
        synchronized (updates) {
            updates.add(Map.entry(updateId, json));
        }
    }

    /** What updates there are, as a webhook would bring them. */
    public String all() {
        synchronized (updates) {
            return list(updates);
        }
    }

    private static String list(List<Map.Entry<String, String>> some) {
        return some.stream().map(Map.Entry::getValue).collect(Collectors.joining(",", "{\"updates\":[", "]}"));
    }

    /** Answer otherwise; by the path below the base, with its verb. */
    public void misbehave(String call, int status, String body) {
        misbehaviour.put(call, new Answer(status, "application/json", body));
    }

    /** Refuse as a Spring server does. */
    public void refuse(String call, int status, String message) {
        misbehaviour.put(call, error(status, AituDouble.BASE + "/updates", message));
    }

    public void behave() {
        misbehaviour.clear();
        holds = true;
        hangs = false;
        tellsEdits = true;
        webhook = "";
    }

    /** Answer at once although there is nothing. */
    public void doNotHold() {
        holds = false;
    }

    public void hang() {
        hangs = true;
    }

    /** Whether edits of its own messages are told of; no document says so. */
    public void doNotTellEdits() {
        tellsEdits = false;
    }

    public void setWebhook(String url) {
        webhook = url;
    }

    public int calls(String call) {
        return calls.computeIfAbsent(call, name -> new AtomicInteger()).get();
    }

    /** Every lastUpdateId it was told, null where there was none. */
    public List<@Nullable String> cursors() {
        return cursors;
    }

    /** Every command it took. */
    public List<Map<?, ?>> commands() {
        return commands;
    }

    /** @return {@code null} to never answer */
    @Nullable
    Answer answer(String verb, String path, @Nullable String query, String body) {
        var call = verb + " " + path;
        calls.computeIfAbsent(call, name -> new AtomicInteger()).incrementAndGet();
        if (hangs) {
            return null;
        }
        var bad = misbehaviour.get(call);
        if (bad != null) {
            return bad;
        }
        return switch (call) {
            case "GET updates" -> poll(query);
            case "POST updates" -> command(body);
            case "GET getMe" -> ok(write(Map.of("botId", id, "name", "Bot", "username", "bot")));
            case "GET webhook" -> ok(write(Map.of("url", webhook)));
            default -> error(404, path, "No message available");
        };
    }

    private static Answer ok(String body) {
        return new Answer(200, "application/json", body);
    }

    private Answer poll(@Nullable String query) {
        if (!webhook.isEmpty()) {
            return error(400, "updates", "Webhook is specified");
        }
        if (!polled.compareAndSet(false, true)) {
            return error(409, "updates", "Duplicate request not allowed in long polling");
        }
        try {
            var cursor = query == null ? null : query.replaceFirst("^lastUpdateId=", "");
            cursors.add(cursor);
            if (forgetful.getAndSet(false)) {
                cursor = null;
            }
            var end = System.nanoTime() + hold.toNanos();
            while (after(cursor).isEmpty() && holds && System.nanoTime() < end) {
                LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
            }
            return ok(list(after(cursor)));
        } finally {
            polled.set(false);
        }
    }

    /** Whoever does not say how far he is gets all there are. */
    private List<Map.Entry<String, String>> after(@Nullable String cursor) {
        synchronized (updates) {
            for (int i = updates.size() - 1; i >= 0; i--) {
                if (updates.get(i).getKey().equals(cursor)) {
                    return List.copyOf(updates.subList(i + 1, updates.size()));
                }
            }
            return List.copyOf(updates);
        }
    }

    private Answer command(String body) {
        Map<?, ?> request;
        try {
            request = JSON.readValue(body, Map.class);
        } catch (JsonProcessingException e) {
            return error(400, "updates", "Failed to read HTTP message");
        }
        if (!(request.get("commands") instanceof List<?> all) || all.size() > 10) {
            return error(400, "updates", "maximum commands length is 10");
        }
        for (var one : all) {
            var wrong = wrong((Map<?, ?>) one);
            if (wrong != null) {
                return error(400, "updates", wrong);
            }
        }
        all.forEach(one -> accept((Map<?, ?>) one));
        return ok("{}");
    }

    private static @Nullable String wrong(Map<?, ?> command) {
        var required = COMMANDS.get(String.valueOf(command.get("type")));
        if (required == null || !command.keySet().containsAll(required)) {
            return "Failed to read HTTP message";
        }
        for (var member : List.of("dialog", "recipient")) {
            if (command.get(member) instanceof Map<?, ?> peer) {
                if (!PEERS.contains(peer.get("type"))) {
                    return "Failed to read HTTP message";
                }
                if (!Uuids.isUuid(String.valueOf(peer.get("id")))) {
                    return "id is not a valid UUID";
                }
            }
        }
        if (command.get("messageId") instanceof String messageId && !Uuids.isTimed(messageId)) {
            return "messageId is not a valid Time UUID";
        }
        if (command.get("content") instanceof String content && content.length() > 4096) {
            return "content length should be <= 4096";
        }
        return command.get("localId") instanceof String local && local.length() > 255
                ? "localId length should be <= 255"
                : null;
    }

    private void accept(Map<?, ?> command) {
        commands.add(command);
        if ("SendMessage".equals(command.get("type")) && command.get("localId") != null) {
            announce("MessageIdAssigned", Map.of("localId", command.get("localId"), "dialog", command.get("recipient"),
                    "id", timeUuid(Instant.now())));
        } else if ("EditMessage".equals(command.get("type")) && tellsEdits) {
            announce("MessageEdited", Map.of("messageId", command.get("messageId"), "author", peer("BOT", id), "dialog",
                    command.get("recipient"), "content", command.get("content")));
        }
    }
}
