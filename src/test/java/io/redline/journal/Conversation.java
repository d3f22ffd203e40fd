package io.redline.journal;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import io.redline.VirtualClock;
import io.redline.account.Account;
import io.redline.call.Answer;
import io.redline.call.Call;
import io.redline.call.Waha;
import io.redline.call.WahaPaths;
import io.redline.event.EventJson;
import io.redline.gateway.greenapi.GreenApiInstance;
import io.redline.gateway.waha.WahaSession;
import io.redline.journal.ChatHistory.Step;
import io.redline.journal.ChatHistory.What;

/** What truly happens in the chats of one account: what its gateway announces of it, and what it answers. */
interface Conversation {

    /** The id of a chat. */
    String chat(int number);

    /** Under which ids the chat may be listed. */
    default List<String> names(int number) {
        return List.of(chat(number));
    }

    void happen(int chat, Step step);

    /** What is announced since this was asked last. */
    List<Map<String, Object>> announced();

    /** As a notification of something that has a time that cannot be. */
    Map<String, Object> misdated(Map<String, Object> notification, long seed);

    /** What matters of each message of a chat, by its id. */
    Map<String, String> truth(int chat);

    /** What is to be known of a message that the API shows. */
    static String state(Map<?, ?> message) {
        return state((String) message.get("text"), Boolean.TRUE.equals(message.get("edited")),
                Boolean.TRUE.equals(message.get("deleted")), (String) message.get("status"));
    }

    static String state(@Nullable String text, boolean edited, boolean deleted, @Nullable String status) {
        return text + (edited ? " edited" : "") + (deleted ? " deleted" : "") + " " + status;
    }

    private static String path(String format, int number) {
        return format.formatted(number % 10_000_000);
    }

    /** The history that a journal reads of it; {@code null} if there is none. */
    @Nullable
    History history(Account account);

    /** At GREEN-API. */
    final class AtGreenApi implements Conversation {
        private static final String TOKEN = "token";
        final GreenApiInstance instance;
        private final boolean whatsapp;
        private final VirtualClock clock;
        private long lag;

        AtGreenApi(String id, String messenger, VirtualClock clock, Duration skew) {
            this.clock = clock;
            this.whatsapp = messenger.equals("whatsapp");
            instance = new GreenApiInstance(id, TOKEN, messenger, Clock.offset(clock, skew))
                    .lagging(() -> Duration.ofMillis(lag));
        }

        @Override
        public String chat(int number) {
            return whatsapp
                    ? path(number % 3 == 0 ? "12036300%07d@g.us" : "7123%07d@c.us", number)
                    : path("1%07d", number);
        }

        @Override
        public void happen(int number, Step step) {
            lag = step.lag();
            var chat = chat(number);
            switch (step.what()) {
                case RECEIVE -> instance.receive(chat, step.text());
                case SEND -> instance.send(chat, step.text());
                case SEND_BY_API -> instance.sendByApi(chat, step.text());
                default -> {
                    var living = instance.truth().stream().filter(one -> one.chat().equals(chat) && !one.deleted())
                            .toList();
                    if (!living.isEmpty()) {
                        happen(living.get(step.pick() % living.size()), step);
                    }
                }
            }
        }

        private void happen(GreenApiInstance.Message message, Step step) {
            switch (step.what()) {
                case EDIT -> instance.edit(message.chat(), message.id(), step.text());
                case DELETE -> instance.delete(message.chat(), message.id());
                default -> {
                    if (!message.incoming()) {
                        instance.come(message.chat(), message.id(), switch (String.valueOf(message.status())) {
                            case "pending" -> "sent";
                            case "sent" -> "delivered";
                            default -> "read";
                        });
                    }
                }
            }
        }

        @Override
        public List<Map<String, Object>> announced() {
            return instance.announced();
        }

        @Override
        public Map<String, Object> misdated(Map<String, Object> notification, long seed) {
            Map<String, Object> other = new LinkedHashMap<>(notification);
            other.put("timestamp", seed % 2 == 0 ? 4_102_444_800L : 1L);
            return other;
        }

        @Override
        public Map<String, String> truth(int number) {
            Map<String, String> truth = new TreeMap<>();
            instance.truth().stream().filter(one -> one.chat().equals(chat(number))).forEach(one -> truth.put(one.id(),
                    state(one.text(), one.edited(), one.deleted(), one.status())));
            return truth;
        }

        @Override
        public History history(Account account) {
            return new GreenApiHistory(account, new InstanceCalls(instance, TOKEN, clock));
        }
    }

    /** At WAHA, whose listed messages say of edits and deletes only what came of them. */
    final class AtWaha implements Conversation {
        private final Random random = new Random();
        private final WahaSession session;
        private final Clock clock;

        AtWaha(String name, String engine, VirtualClock clock, Duration skew) {
            this.clock = clock;
            session = new WahaSession(name, engine, Clock.offset(clock, skew), random);
        }

        @Override
        public String chat(int number) {
            return path(number % 3 == 0 ? "12036300%07d@g.us" : "1555%07d@c.us", number);
        }

        @Override
        public List<String> names(int number) {
            var chat = chat(number);
            return chat.endsWith("@g.us") ? List.of(chat) : List.of(chat, WahaSession.hidden(chat));
        }

        @Override
        public void happen(int number, Step step) {
            random.setSeed(step.seed());
            var chat = chat(number);
            if (step.what() == What.RECEIVE || step.what() == What.SEND || step.what() == What.SEND_BY_API) {
                session.post(chat, step.text(), step.what() != What.RECEIVE);
                return;
            }
            var living = session.truth().stream().filter(one -> one.chat.equals(chat) && !one.revoked).toList();
            if (living.isEmpty()) {
                return;
            }
            var message = living.get(step.pick() % living.size());
            switch (step.what()) {
                case EDIT -> session.edit(message, step.text());
                case DELETE -> session.revoke(message);
                default -> session.come(message);
            }
        }

        @Override
        public List<Map<String, Object>> announced() {
            return session.announced();
        }

        @Override
        public Map<String, Object> misdated(Map<String, Object> notification, long seed) {
            Map<String, Object> other = new LinkedHashMap<>(notification);
            other.put("timestamp", seed % 2 == 0 ? 4_102_444_800_000L : 1L);
            return other;
        }

        @Override
        public Map<String, String> truth(int number) {
            Map<String, String> truth = new TreeMap<>();
            session.truth().stream().filter(one -> one.chat.equals(chat(number))).forEach(
                    one -> truth.put(one.id, one.revoked ? "deleted " + one.status() : one.text + " " + one.status()));
            return truth;
        }

        @Override
        public History history(Account account) {
            return new WahaHistory(account, this::ask, clock);
        }

        private Answer ask(Call call) {
            var waha = new Waha();
            var path = URLDecoder.decode(WahaPaths.of(waha, call).replaceFirst("^/api", ""), StandardCharsets.UTF_8);
            var reply = session.get(path, call.query());
            var json = reply.json() == null ? "" : EventJson.writeInOrder(reply.json());
            return WahaPaths.meaning(waha, call, reply.status(), json.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** At Aitu, whose edits have no time: they count in the order in which they are first received. It tells no deletes. */
    final class AtAitu implements Conversation {
        private final String bot;
        private final List<Map<String, Object>> announced = new ArrayList<>();
        private final Map<Integer, List<Post>> posts = new LinkedHashMap<>();

        private static final class Post {
            final String id;
            final boolean own;
            final String posted;
            /** The last that was received. */
            @Nullable
            String edited;
            boolean confirmed;
            boolean known;

            Post(String id, boolean own, String posted) {
                this.id = id;
                this.own = own;
                this.posted = posted;
            }
        }

        AtAitu(String bot) {
            this.bot = bot;
        }

        @Override
        public String chat(int number) {
            return "USER:" + user(number);
        }

        private static String user(int number) {
            return "ba017bae-e3e8-11e8-b418-%012x".formatted(number);
        }

        @Override
        public void happen(int number, Step step) {
            var of = posts.computeIfAbsent(number, chat -> new ArrayList<>());
            var random = new Random(step.seed());
            if (of.isEmpty() || step.what() == What.RECEIVE || step.what() == What.SEND
                    || step.what() == What.SEND_BY_API) {
                var post = new Post("%08x-0448-11ea-ab3f-%012x".formatted(random.nextInt(), number),
                        step.what() == What.SEND
                                || step.what() == What.SEND_BY_API,
                        step.text());
                of.add(post);
                announce("Message", random, Map.of("messageId", post.id, "author", author(number, post), "dialog",
                        dialog(number), "content", step.text(), "sentAt", "2019-11-11T05:57:08.132Z"));
                return;
            }
            var post = of.get(step.pick() % of.size());
            if (step.what() == What.COME && post.own) {
                announce("MessageIdAssigned", random, Map.of("localId", "l" + random.nextInt(), "dialog",
                        dialog(number), "id", post.id));
            } else {
                announce("MessageEdited", random, Map.of("messageId", post.id, "author", author(number, post),
                        "dialog", dialog(number), "content", step.text()));
            }
        }

        private Map<String, String> author(int number, Post post) {
            return post.own ? Map.of("type", "BOT", "id", bot) : dialog(number);
        }

        private static Map<String, String> dialog(int number) {
            return Map.of("type", "USER", "id", user(number));
        }

        private void announce(String type, Random random, Map<String, ?> members) {
            Map<String, Object> update = new LinkedHashMap<>();
            update.put("updateId", new UUID(random.nextLong(), random.nextLong()).toString());
            update.putAll(members);
            update.put("type", type);
            announced.add(update);
        }

        /** It is received for the first time. */
        void receive(int number, Map<String, Object> update) {
            var id = Objects.requireNonNullElse(update.get("messageId"), update.get("id"));
            var post = posts.get(number).stream().filter(one -> one.id.equals(id)).findFirst().orElseThrow();
            switch ((String) update.get("type")) {
                case "Message" -> post.known = true;
                case "MessageEdited" -> post.edited = (String) update.get("content");
                default -> post.confirmed = true;
            }
        }

        @Override
        public List<Map<String, Object>> announced() {
            var all = List.copyOf(announced);
            announced.clear();
            return all;
        }

        @Override
        public Map<String, Object> misdated(Map<String, Object> notification, long seed) {
            return notification;
        }

        @Override
        public Map<String, String> truth(int number) {
            Map<String, String> truth = new TreeMap<>();
            posts.getOrDefault(number, List.of()).forEach(one -> truth.put(one.id,
                    state(one.edited != null ? one.edited : one.known ? one.posted : null, one.edited != null, false,
                            one.confirmed ? "sent" : null)));
            return truth;
        }

        @Override
        public @Nullable History history(Account account) {
            return null;
        }
    }
}
