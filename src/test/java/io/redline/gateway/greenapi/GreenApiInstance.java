package io.redline.gateway.greenapi;

import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * One instance as GREEN-API has it: what people do in its chats, what it notifies of, and what its methods answer. It follows
 * the public documentation and the answers that third parties captured. Times are those of the given clock, so that days can
 * pass in a moment. Threadsafe.
 * <p>
 * Journals show what happened after a lag. An edit changes its entry, whose id and time stay; a delete changes its entry, whose
 * text stays, and adds an entry of its own. Between its rates and 429 there are two hundredths of a second, for what a network
 * does to the time between two calls.
 */
public final class GreenApiInstance {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {
    };
    private static final Duration KEPT_IN_QUEUE = Duration.ofHours(24);
    private static final Duration RESTART = Duration.ofSeconds(1);
    private static final long RATE_WINDOW = 980;
    /** What one may ask for in a second. Everything else once. */
    private static final Map<String, Integer> RATES = Map.of("qr", 3, "downloadFile", 5, "getMessage", 10,
            "deleteMessage", 10, "archiveChat", 10, "sendMessage", 50, "receiveNotification", 100,
            "deleteNotification", 100);
    private static final Set<String> POSTED = Set.of("setSettings", "getChatHistory", "getMessage", "sendMessage",
            "editMessage", "deleteMessage", "archiveChat", "unarchiveChat", "downloadFile");
    private static final Duration EDIT_WINDOW = Duration.ofMinutes(15);

    /** What a method answers. */
    public record Answer(int status, String type, String body) {

        static Answer json(@Nullable Object value) {
            return new Answer(200, "application/json", write(value));
        }

        static Answer text(int status, String body) {
            return new Answer(status, "text/plain", body);
        }
    }

    /** A notification that waits to be taken. */
    private record Queued(long receiptId, long at, Map<String, Object> body) {
    }

    /** What the journals show of a message from some moment on; . */
    private record Shown(long from, Map<String, Object> entry) {
    }

    /** A message as it truly is. */
    public static final class Message {
        private final String chat;
        private final String id;
        private final boolean incoming;
        private final @Nullable Boolean byApi;
        private final long sentAt;
        private final List<Shown> shown = new ArrayList<>();
        private final List<Shown> shownAlone = new ArrayList<>();
        private long timestamp;
        private String text;
        private @Nullable String status;
        private String editedId = "";
        private String deletedId = "";
        private String typeMessage = "textMessage";
        private @Nullable String stanzaId;

        Message(String chat, String id, boolean incoming, @Nullable Boolean byApi, long at, String text) {
            this.chat = chat;
            this.id = id;
            this.incoming = incoming;
            this.byApi = byApi;
            this.sentAt = at;
            this.timestamp = at / 1000;
            this.text = text;
        }

        public String chat() {
            return chat;
        }

        public String id() {
            return id;
        }

        public boolean incoming() {
            return incoming;
        }

        /** As it stands now. */
        public String text() {
            return text;
        }

        public @Nullable String status() {
            return status;
        }

        public boolean edited() {
            return !editedId.isEmpty();
        }

        public boolean deleted() {
            return !deletedId.isEmpty();
        }

        public long sentAt() {
            return sentAt;
        }

        boolean isDeletion() {
            return stanzaId != null;
        }
    }

    private final String idInstance;
    private final String typeInstance;
    private final Clock clock;
    private final Map<String, Object> settings = new LinkedHashMap<>();
    private final Map<String, Message> messages = new LinkedHashMap<>();
    private final Deque<Queued> queue = new ArrayDeque<>();
    private final List<Map<String, Object>> notified = new ArrayList<>();
    private final Map<String, Deque<Long>> calls = new HashMap<>();
    private final Map<String, Integer> counted = new TreeMap<>();
    private final Map<String, Integer> refused = new TreeMap<>();
    private final Map<String, Answer> orders = new HashMap<>();
    private final Map<String, List<String>> bodies = new HashMap<>();
    private final List<Map<String, Object>> sendQueue = new ArrayList<>();
    private final Set<String> deaf = new HashSet<>();
    private final Set<Long> takenReceipts = new HashSet<>();
    private final Set<String> ids = new HashSet<>();
    private Supplier<Duration> lag = () -> Duration.ZERO;
    private Duration textLag = Duration.ZERO;
    private String token;
    private String state = "authorized";
    private long receipts;
    private long numbers;
    private long unanswerableUntil;
    private int reboots;
    private boolean entriesOfEdits;

    /**
     * An instance whose settings are all on.
     *
     * @param typeInstance {@code whatsapp}, {@code v3} or {@code telegram}
     */
    public GreenApiInstance(String idInstance, String token, String typeInstance, Clock clock) {
        this.idInstance = idInstance;
        this.token = token;
        this.typeInstance = typeInstance;
        this.clock = clock;
        settings.put("wid", "79990001122@c.us");
        if (!"whatsapp".equals(typeInstance)) {
            settings.put("typeInstance", typeInstance);
        }
        settings.put("webhookUrl", "");
        settings.put("webhookUrlToken", "");
        settings.put("delaySendMessagesMilliseconds", 500);
        for (var setting : List.of("incomingWebhook", "outgoingWebhook", "outgoingMessageWebhook",
                "outgoingAPIMessageWebhook", "editedMessageWebhook", "deletedMessageWebhook", "stateWebhook")) {
            settings.put(setting, "yes");
        }
    }

    public String idInstance() {
        return idInstance;
    }

    // How it behaves

    /** Set what a setting is, as its owner does in the console. */
    public synchronized GreenApiInstance with(String setting, Object value) {
        settings.put(setting, value);
        return this;
    }

    /** All notifications off, as on a new instance. */
    public synchronized GreenApiInstance asNew() {
        settings.replaceAll((name, value) -> name.endsWith("Webhook") ? "no" : value);
        return this;
    }

    /** How long after it happened a journal shows something; at most two minutes at the real one. */
    public synchronized GreenApiInstance lagging(Supplier<Duration> by) {
        lag = by;
        return this;
    }

    /** How long lists show the old text of what they say is edited. */
    public synchronized GreenApiInstance showingOldTextsFor(Duration time) {
        textLag = time;
        return this;
    }

    /** Whether edits are entries of their own as well, which clients have been told to expect. */
    public synchronized GreenApiInstance withEntriesOfEdits() {
        entriesOfEdits = true;
        return this;
    }

    public synchronized void changeToken(String to) {
        token = to;
    }

    public synchronized void changeState(String to) {
        state = to;
        Map<String, Object> notification = envelope("stateInstanceChanged", clock.millis() / 1000);
        notification.put("stateInstance", to);
        announce("stateWebhook", notification);
    }

    /** Answer a method so, until {@link #behave}. */
    public synchronized void misbehave(String method, int status, String body) {
        orders.put(method, Answer.text(status, body));
    }

    public synchronized void behave(String method) {
        orders.remove(method);
    }

    public synchronized void behave() {
        orders.clear();
        deaf.clear();
    }

    /** How often a method was called, refused ones included. */
    public synchronized int calls(String method) {
        return counted.getOrDefault(method, 0);
    }

    /** What was posted to a method, byte for byte. */
    public synchronized List<String> posted(String method) {
        return List.copyOf(bodies.getOrDefault(method, List.of()));
    }

    /** So many messages wait to be sent. */
    public synchronized void queueToSend(int messages) {
        sendQueue.clear();
        for (int i = 0; i < messages; i++) {
            sendQueue.add(map("messageID", "QUEUED" + i, "type", "sendMessage", "body", map("message", "waits")));
        }
    }

    /** Do what a method is asked, and answer 502 all the same, until {@link #behave}. */
    public synchronized void doWithoutAnswer(String method) {
        deaf.add(method);
    }

    /** How often a method was called too fast, by method; empty is as it should be. */
    public synchronized Map<String, Integer> tooFast() {
        return new TreeMap<>(refused);
    }

    public synchronized int reboots() {
        return reboots;
    }

    public synchronized Map<String, Object> settings() {
        return new LinkedHashMap<>(settings);
    }

    /** What waits in the queue. */
    public synchronized int queued() {
        expire();
        return queue.size();
    }

    /** Whether anything is announced at all; if not, a long poll does not wait. */
    synchronized boolean announces() {
        return settings.entrySet().stream()
                .anyMatch(one -> one.getKey().endsWith("Webhook") && "yes".equals(one.getValue()));
    }

    /** What was announced since this was asked last, whoever should have got it. */
    public synchronized List<Map<String, Object>> announced() {
        var all = List.copyOf(notified);
        notified.clear();
        return all;
    }

    /** The messages as they truly are, without the entries of deletes and edits. */
    public synchronized Collection<Message> truth() {
        return messages.values().stream().filter(message -> !message.isDeletion()).toList();
    }

    public synchronized Message truth(String chat, String id) {
        return Objects.requireNonNull(messages.get(chat + '\n' + id), id);
    }

    // What people do

    /** Somebody writes to the account. */
    public synchronized String receive(String chat, String text) {
        var message = post(chat, true, null, text);
        announce("incomingWebhook", posted(message));
        return message.id;
    }

    /** The account's owner writes on the phone. */
    public synchronized String send(String chat, String text) {
        var message = post(chat, false, false, text);
        announce("outgoingMessageWebhook", posted(message));
        return message.id;
    }

    /** The account writes by API. */
    public synchronized String sendByApi(String chat, String text) {
        var message = post(chat, false, true, text);
        announce("outgoingAPIMessageWebhook", posted(message));
        return message.id;
    }

    /** @return the id of the edit */
    public synchronized String edit(String chat, String id, String text) {
        var message = truth(chat, id);
        var edit = newId(message.byApi);
        var old = message.text;
        message.text = text;
        message.editedId = edit;
        var from = now() + lag.get().toMillis();
        // Lists say that it is edited before they know what it says now.
        show(message.shown, from, entry(message, old));
        if (!textLag.isZero()) {
            show(message.shown, from + textLag.toMillis(), entry(message, text));
        } else {
            show(message.shown, from, entry(message, text));
        }
        show(message.shownAlone, from, entry(message, text));
        if (entriesOfEdits) {
            var own = new Message(chat, edit, message.incoming, message.byApi, now(), text);
            own.typeMessage = "editedMessage";
            own.stanzaId = id;
            messages.put(chat + '\n' + edit, own);
            show(own.shown, from, entry(own, text));
        }
        var notification = change(message, edit, "editedMessage");
        data(notification).put("editedMessageData", map("textMessage", text, "stanzaId", id));
        announce("editedMessageWebhook", notification);
        return edit;
    }

    /** @return the id of the delete */
    public synchronized String delete(String chat, String id) {
        var message = truth(chat, id);
        var delete = newId(message.byApi);
        message.deletedId = delete;
        var from = now() + lag.get().toMillis();
        show(message.shown, from, lastShownText(message));
        show(message.shownAlone, from, entry(message, message.text));
        var own = new Message(chat, delete, message.incoming, message.byApi, now(), "");
        own.typeMessage = "deletedMessage";
        own.stanzaId = id;
        own.status = message.incoming ? null : "sent";
        messages.put(chat + '\n' + delete, own);
        show(own.shown, from, entry(own, ""));
        var notification = change(message, delete, "deletedMessage");
        data(notification).put("deletedMessageData", map("stanzaId", id));
        if (!message.incoming && !"whatsapp".equals(typeInstance)) {
            // Of one's own deleted message MAX and Telegram do not say in which chat it was.
            notification.remove("senderData");
        }
        announce("deletedMessageWebhook", notification);
        return delete;
    }

    /** What was sent came so far. */
    public synchronized void come(String chat, String id, String status) {
        var message = truth(chat, id);
        message.status = status;
        var from = now() + lag.get().toMillis();
        show(message.shown, from, lastShownText(message));
        show(message.shownAlone, from, entry(message, message.text));
        announce("outgoingWebhook", statusOf(message, id, status, null));
    }

    /** What was sent, or an edit of it, failed; that is announced whatever the settings say. */
    public synchronized void fail(String chat, String message, String id, String description) {
        announce(null, statusOf(truth(chat, message), id, "failed", description));
    }

    /** The journal gives an entry another time, as it does now and then. */
    public synchronized void overwriteTime(String chat, String id, long seconds) {
        var message = truth(chat, id);
        message.timestamp = seconds;
        show(message.shown, now(), lastShownText(message));
        show(message.shownAlone, now(), entry(message, message.text));
    }

    /** After an account of Telegram was authorised anew its journals list what there was under new ids. */
    public synchronized void giveNewIds() {
        var old = truth();
        messages.clear();
        for (var one : old) {
            var message = new Message(one.chat, newId(one.byApi), one.incoming, one.byApi, one.sentAt, one.text);
            message.status = one.status;
            messages.put(one.chat + '\n' + message.id, message);
            show(message.shown, now(), entry(message, one.text));
            show(message.shownAlone, now(), entry(message, one.text));
        }
    }

    private Message post(String chat, boolean incoming, @Nullable Boolean byApi, String text) {
        var message = new Message(chat, newId(byApi), incoming, byApi, now(), text);
        message.status = incoming ? null : "pending";
        messages.put(chat + '\n' + message.id, message);
        var from = now() + lag.get().toMillis();
        show(message.shown, from, entry(message, text));
        show(message.shownAlone, from, entry(message, text));
        return message;
    }

    private String newId(@Nullable Boolean byApi) {
        numbers++;
        var id = idOf(byApi);
        return ids.add(id) ? id : newId(byApi);
    }

    private String idOf(@Nullable Boolean byApi) {
        return switch (typeInstance) {
            case "whatsapp" -> "3EB0%016X".formatted(numbers * 0x9E3779B97F4A7C15L);
            case "v3" -> Boolean.TRUE.equals(byApi)
                    ? String.valueOf(now() + numbers % 1000)
                    : String.valueOf((now() << 16) + numbers % 65536);
            default -> String.valueOf(now() + numbers);
        };
    }

    private long now() {
        return clock.millis();
    }

    /** Whatever its lag, a journal never goes back behind what it showed. */
    private static void show(List<Shown> shown, long from, Map<String, Object> entry) {
        var last = shown.isEmpty() ? from : Math.max(from, shown.get(shown.size() - 1).from());
        shown.add(new Shown(last, entry));
    }

    /** The entry as it is now, with the text that lists last showed or are about to. */
    private Map<String, Object> lastShownText(Message message) {
        return entry(message, message.text);
    }

    private Map<String, Object> entry(Message message, String text) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("type", message.incoming ? "incoming" : "outgoing");
        entry.put("idMessage", message.id);
        entry.put("timestamp", message.timestamp);
        entry.put("typeMessage", message.typeMessage);
        entry.put("chatId", message.chat);
        if ("deletedMessage".equals(message.typeMessage)) {
            entry.put("deletedMessageData", map("stanzaId", message.stanzaId));
        } else if ("editedMessage".equals(message.typeMessage)) {
            entry.put("editedMessageData", map("textMessage", text, "stanzaId", message.stanzaId));
        } else if (Boolean.TRUE.equals(message.byApi)) {
            // Plain text sent by API comes like this.
            entry.put("typeMessage", "extendedTextMessage");
            entry.put("textMessage", text);
            entry.put("extendedTextMessage", map("text", text, "description", "", "title", "", "previewType", "None",
                    "jpegThumbnail", "", "forwardingScore", 0, "isForwarded", false));
        } else {
            entry.put("textMessage", text);
        }
        if (message.incoming) {
            entry.put("senderId", message.chat);
            entry.put("senderName", "Peer");
            entry.put("senderContactName", "");
        } else {
            entry.put("statusMessage", message.status);
            entry.put("sendByApi", Boolean.TRUE.equals(message.byApi));
        }
        if (!message.isDeletion()) {
            entry.put("editedMessageId", message.editedId);
            entry.put("deletedMessageId", message.deletedId);
            entry.put("isEdited", message.edited());
            entry.put("isDeleted", message.deleted());
        }
        return entry;
    }

    private Map<String, Object> posted(Message message) {
        var notification = change(message, message.id, "textMessage");
        if (Boolean.TRUE.equals(message.byApi)) {
            data(notification).put("typeMessage", "extendedTextMessage");
            data(notification).put("extendedTextMessageData", map("text", message.text, "description", "", "title",
                    "", "previewType", "None", "jpegThumbnail", "", "forwardingScore", 0, "isForwarded", false));
        } else {
            data(notification).put("textMessageData", map("textMessage", message.text));
        }
        return notification;
    }

    private Map<String, Object> change(Message message, String id, String typeMessage) {
        var notification = envelope(message.incoming
                ? "incomingMessageReceived"
                : Boolean.TRUE.equals(message.byApi) ? "outgoingAPIMessageReceived" : "outgoingMessageReceived",
                now() / 1000);
        notification.put("idMessage", id);
        notification.put("senderData", map("chatId", message.chat, "chatName", "Peer", "sender",
                message.incoming ? message.chat : settings.get("wid"), "senderName",
                message.incoming ? "Peer" : "Owner", "senderContactName", ""));
        notification.put("messageData", map("typeMessage", typeMessage));
        return notification;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> data(Map<String, Object> notification) {
        return (Map<String, Object>) notification.get("messageData");
    }

    private Map<String, Object> statusOf(Message message, String id, String status, @Nullable String description) {
        var notification = envelope("outgoingMessageStatus", now() / 1000);
        notification.put("chatId", message.chat);
        notification.put("idMessage", id);
        notification.put("status", status);
        if (description != null) {
            notification.put("description", description);
        }
        if ("whatsapp".equals(typeInstance)) {
            notification.put("sendByApi", Boolean.TRUE.equals(message.byApi));
        }
        return notification;
    }

    private Map<String, Object> envelope(String typeWebhook, long seconds) {
        return map("typeWebhook", typeWebhook, "instanceData", map("idInstance", Long.valueOf(idInstance), "wid",
                settings.get("wid"), "typeInstance", typeInstance), "timestamp", seconds);
    }

    private void announce(@Nullable String setting, Map<String, Object> notification) {
        if (setting != null && !"yes".equals(settings.get(setting))) {
            return;
        }
        notified.add(notification);
        if ("".equals(settings.get("webhookUrl"))) {
            queue.add(new Queued(++receipts, now(), notification));
        }
    }

    // What it answers

    /**
     * Answer a call.
     *
     * @param rest what stands in the path after the token
     */
    public synchronized Answer answer(String verb, String method, String offered, String rest,
            Map<String, String> query, String body) {
        counted.merge(method, 1, Integer::sum);
        if ("POST".equals(verb)) {
            bodies.computeIfAbsent(method, name -> new ArrayList<>()).add(body);
        }
        var order = orders.get(method);
        if (order != null) {
            return order;
        }
        if (!offered.equals(token)) {
            return new Answer(401, "text/plain", "");
        }
        var expected = "deleteNotification".equals(method) ? "DELETE" : POSTED.contains(method) ? "POST" : "GET";
        if (!verb.equals(expected)) {
            return notFound(idInstance, verb, method, offered, rest);
        }
        if (now() < unanswerableUntil) {
            return Answer.text(400, "instance in starting process try later");
        }
        if (isTooFast(method)) {
            refused.merge(method, 1, Integer::sum);
            return new Answer(429, "text/html", "<html><body>Too Many Requests</body></html>");
        }
        var answer = done(verb, method, offered, rest, query, body);
        return deaf.contains(method) ? new Answer(502, "text/html", "<html>502 Bad Gateway</html>") : answer;
    }

    private Answer done(String verb, String method, String offered, String rest, Map<String, String> query,
            String body) {
        return switch (method) {
            case "lastIncomingMessages" -> Answer.json(journal(true, query));
            case "lastOutgoingMessages" -> Answer.json(journal(false, query));
            case "getChatHistory" -> Answer.json(history(object(body)));
            case "getMessage" -> one(object(body));
            case "receiveNotification" -> receiveNotification();
            case "deleteNotification" -> deleteNotification(rest);
            case "getSettings" -> Answer.json(settings);
            case "setSettings" -> setSettings(object(body));
            case "showMessagesQueue" -> Answer.json(sendQueue);
            case "sendMessage" -> Answer.json(map("idMessage", sendByApi((String) object(body).get("chatId"),
                    (String) object(body).get("message"))));
            case "editMessage" -> editByApi(object(body));
            case "deleteMessage" -> deleteByApi(object(body));
            case "archiveChat", "unarchiveChat" -> Answer.text(200, "");
            case "getStateInstance" -> Answer.json(map("stateInstance", state));
            default -> notFound(idInstance, verb, method, offered, rest);
        };
    }

    /** What is not found is quoted, token and all. */
    static Answer notFound(String idInstance, String verb, String method, String token, String rest) {
        var path = "/waInstance" + idInstance + "/" + method + "/" + token + (rest.isEmpty() ? "" : "/" + rest);
        return new Answer(404, "application/json", write(map("statusCode", 404, "timestamp",
                "2025-01-28T09:46:22.940Z", "path", path, "message", "Cannot " + verb + " " + path)));
    }

    private boolean isTooFast(String method) {
        var rate = "telegram".equals(typeInstance) && "getMessage".equals(method)
                ? 1
                : RATES.getOrDefault(method, method.startsWith("send") ? 50 : 1);
        var recent = calls.computeIfAbsent(method, name -> new ArrayDeque<>());
        while (!recent.isEmpty() && recent.peek() <= now() - RATE_WINDOW) {
            recent.poll();
        }
        if (recent.size() >= rate) {
            return true;
        }
        recent.add(now());
        return false;
    }

    private List<Map<String, Object>> journal(boolean incoming, Map<String, String> query) {
        var minutes = Long.parseLong(query.getOrDefault("minutes", "1440"));
        var from = now() / 1000 - minutes * 60;
        return newestFirst(messages.values().stream().filter(message -> message.incoming == incoming)
                .map(message -> shownNow(message.shown)).filter(Objects::nonNull)
                .filter(entry -> ((Number) entry.get("timestamp")).longValue() >= from).toList());
    }

    private @Nullable List<Map<String, Object>> history(Map<String, Object> request) {
        var of = newestFirst(messages.values().stream()
                .filter(message -> message.chat.equals(request.get("chatId")))
                .map(message -> shownNow(message.shown)).filter(Objects::nonNull).toList());
        var count = request.get("count") instanceof Number number ? number.intValue() : 100;
        return of.isEmpty() ? null : of.subList(0, Math.min(count, of.size()));
    }

    private Answer one(Map<String, Object> request) {
        var message = messages.get(request.get("chatId") + "\n" + request.get("idMessage"));
        var entry = message == null ? null : shownNow(message.shownAlone);
        return entry == null ? Answer.text(400, "Message not found") : Answer.json(entry);
    }

    private @Nullable Map<String, Object> shownNow(List<Shown> shown) {
        Map<String, Object> entry = null;
        for (var one : shown) {
            if (one.from() <= now()) {
                entry = one.entry();
            }
        }
        return entry;
    }

    private static List<Map<String, Object>> newestFirst(Collection<Map<String, Object>> entries) {
        var sorted = new ArrayList<>(entries);
        Collections.reverse(sorted);
        sorted.sort(Comparator.comparingLong((Map<String, Object> entry) -> ((Number) entry.get("timestamp"))
                .longValue()).reversed());
        return sorted;
    }

    private void expire() {
        queue.removeIf(one -> one.at() < now() - KEPT_IN_QUEUE.toMillis());
    }

    /** The oldest one, again and again, until it is deleted. */
    private Answer receiveNotification() {
        if (!"".equals(settings.get("webhookUrl"))) {
            return Answer.text(400, "Message cannot be received because custom webhook url is set");
        }
        expire();
        var first = queue.peek();
        return Answer.json(first == null ? null : map("receiptId", first.receiptId(), "body", first.body()));
    }

    private Answer deleteNotification(String rest) {
        var receipt = Long.parseLong(rest);
        expire();
        var first = queue.peek();
        if (first != null && first.receiptId() == receipt) {
            queue.poll();
            takenReceipts.add(receipt);
            return Answer.json(map("result", true, "reason", ""));
        }
        return takenReceipts.contains(receipt)
                ? new Answer(500, "application/json", write(map("statusCode", 500, "message",
                        "Cannot read properties of undefined (reading 'findUnAckedMessage')")))
                : Answer.json(map("result", false, "reason", "Notification with such receiptId does not exist"));
    }

    /** Whatever comes of it, it is taken; what cannot be done is told by a status. */
    private Answer editByApi(Map<String, Object> request) {
        var chat = (String) request.get("chatId");
        var id = (String) request.get("idMessage");
        var message = messages.get(chat + '\n' + id);
        if (message == null || now() - message.sentAt >= EDIT_WINDOW.toMillis()) {
            var edit = newId(true);
            announce(null, statusOf(message != null ? message : new Message(chat, edit, false, true, now(), ""), edit,
                    "failed", message == null
                            ? "message not found"
                            : "15 minute editing time gap has been expired"));
            return Answer.json(map("idMessage", edit));
        }
        return Answer.json(map("idMessage", edit(chat, id, (String) request.get("message"))));
    }

    /** For everybody it is announced; for the sender alone it is not. The answer says nothing. */
    private Answer deleteByApi(Map<String, Object> request) {
        var chat = (String) request.get("chatId");
        var id = (String) request.get("idMessage");
        if (messages.containsKey(chat + '\n' + id) && !Boolean.TRUE.equals(request.get("onlySenderDelete"))) {
            delete(chat, id);
        }
        return Answer.text(200, "");
    }

    private Answer setSettings(Map<String, Object> request) {
        settings.putAll(request);
        reboots++;
        unanswerableUntil = now() + RESTART.toMillis();
        return Answer.json(map("saveSettings", true));
    }

    private static Map<String, Object> object(String body) {
        try {
            return JSON.readValue(body, OBJECT);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String write(@Nullable Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Object> map(Object... members) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < members.length; i += 2) {
            map.put((String) members[i], members[i + 1]);
        }
        return map;
    }
}
