package io.redline.journal;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import jakarta.inject.Inject;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.core.type.TypeReference;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.BlackBox;
import io.redline.OnSqlite;
import io.redline.VirtualClock;
import io.redline.account.Account;
import io.redline.account.Accounts;
import io.redline.door.DoorClock;
import io.redline.event.EventJson;
import io.redline.journal.ChatHistory.Gate;
import io.redline.journal.ChatHistory.Step;
import io.redline.ledger.Comparison;
import io.restassured.RestAssured;

/**
 * Histories of many chats at once, at all three gateways: what is announced of them comes by the doors of the running service,
 * out of order, twice, or never; accounts are authorised anew, the gateways' clocks are wrong, and some notifications have
 * times that cannot be. Journals are read meanwhile. In the end the API shows of each chat what truly happened in it.
 * <p>
 * Time is that of the gateways and journals: it passes as fast as the service works. Aitu has no journal, so that nothing of it
 * is lost on the way; its edits count in the order in which they first came.
 * <p>
 * {@code -Dredline.histories=100000} for more of them, {@code -Dredline.histories.seed=} for others. A failure tells the steps
 * that are left when as many as can be are left out.
 */
@QuarkusTest
@TestProfile(OnSqlite.class)
class HistoriesTest extends BlackBox {

    private static final int NUMBER = Integer.getInteger("redline.histories", 160);
    private static final long SEED = Long.getLong("redline.histories.seed", 11);
    private static final int AT_ONCE = Integer.getInteger("redline.histories.at-once", 800);
    private static final Duration PERIOD = Duration.ofSeconds(20);
    private static final TypeReference<List<Map<String, Object>>> LIST = new TypeReference<>() {
    };

    private final VirtualClock clock = new VirtualClock();
    private final ExecutorService threads = Executors.newFixedThreadPool(16);
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private int chats;

    @Inject
    Accounts accounts;
    @Inject
    Comparison comparison;
    @Inject
    NotificationRoute route;
    @Inject
    JournalStore store;

    @BeforeEach
    void receiveByTheClockThatPasses() {
        DoorClock.set(clock);
    }

    @AfterEach
    void stop() {
        DoorClock.set(Clock.systemUTC());
        threads.shutdown();
    }

    @Test
    void whateverBecomesOfNotifications_theLedgerIsWhatHappened() throws Exception {
        var begun = System.nanoTime();
        for (int from = 0; from < NUMBER; from += AT_ONCE) {
            var histories = IntStream.range(from, Math.min(NUMBER, from + AT_ONCE))
                    .mapToObj(number -> ChatHistory.of(SEED, number)).toList();
            var wrong = new Round(histories, new Random(SEED + from)).run();
            if (!wrong.isEmpty()) {
                tell(wrong, from);
            }
            System.out.printf("%,d histories, seed %d, after %d s%n", from + histories.size(), SEED,
                    (System.nanoTime() - begun) / 1_000_000_000);
        }
    }

    private void tell(Map<ChatHistory, String> wrong, int from) {
        var first = wrong.keySet().iterator().next();
        var all = wrong.entrySet().stream().map(one -> one.getKey() + "\n" + one.getValue())
                .collect(Collectors.joining("\n\n"));
        var alone = first.shrunk(this::isWrong);
        var again = run(alone);
        throw new AssertionError(
                "Seed %d, %d of the histories from number %d on:%n%s%n%nThe first of them %s".formatted(
                        SEED, wrong.size(), from, all,
                        again.isEmpty()
                                ? "is right when it happens alone."
                                : "alone, without what can be left out: " + alone + "\n" + again.values()));
    }

    private boolean isWrong(ChatHistory history) {
        return !run(history).isEmpty();
    }

    private Map<ChatHistory, String> run(ChatHistory history) {
        try {
            return new Round(List.of(history), new Random(1)).run();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Something that comes, at a time, in a chat. */
    private record Arrival(long at, Chat chat, Map<String, Object> notification) {
    }

    private record Due(long at, Chat chat, Step step) {
    }

    private record Chat(int number, ChatHistory history, Talk talk) {
    }

    /** An account with its journal and what happens in its chats. */
    private final class Talk {
        final Gate gate;
        final Account account;
        final Conversation conversation;
        final @Nullable AccountJournal journal;
        AccountJournal.@Nullable Pass last;
        int authorised;

        Talk(Gate gate, Duration skew) {
            this.gate = gate;
            account = accounts.find(gate.account).orElseThrow();
            conversation = switch (gate.gateway) {
                case "green-api" -> new Conversation.AtGreenApi(account.instance(), gate.kind, clock, skew);
                case "waha" -> new Conversation.AtWaha(account.instance(), gate.kind, clock, skew);
                default -> new Conversation.AtAitu(account.instance());
            };
            var history = conversation.history(account);
            journal = history == null
                    ? null
                    : new AccountJournal(account, Simulation.settings(Duration.ofHours(24)), history, comparison, route,
                            store, clock);
        }

        void read() throws CallFailed {
            last = journal == null ? null : journal.read(false);
        }

        boolean isSettled() {
            return last == null || last.drift() == 0 && last.repaired() == 0;
        }

        /** Its session is lost, and begun anew. */
        void authoriseAnew() throws Exception {
            if (conversation instanceof Conversation.AtGreenApi green) {
                green.instance.changeState("notAuthorized");
                clock.pass(Duration.ofSeconds(2));
                green.instance.changeState("authorized");
                for (var state : conversation.announced()) {
                    post(gate, EventJson.write(state));
                    post(gate, EventJson.write(state));
                }
                authorised++;
            }
        }
    }

    /** Some histories at once, each in a chat of its own, up to where nothing more comes of them. */
    private final class Round {
        private final Random random;
        private final Map<Gate, Talk> talks = new EnumMap<>(Gate.class);
        private final List<Chat> all = new ArrayList<>();
        private final PriorityQueue<Due> due = new PriorityQueue<>(Comparator.comparingLong(Due::at));
        private final PriorityQueue<Arrival> arrivals = new PriorityQueue<>(Comparator.comparingLong(Arrival::at));
        /** What came once, of what counts in the order in which it first comes. */
        private final Set<Object> received = new HashSet<>();

        Round(List<ChatHistory> histories, Random random) throws SQLException {
            emptyTheStore();
            this.random = random;
            for (var history : histories) {
                var talk = talks.computeIfAbsent(history.at(), gate -> new Talk(gate,
                        Duration.ofSeconds(random.nextInt(3) * 45 - 45)));
                var chat = new Chat(++chats, history, talk);
                all.add(chat);
                var at = clock.millis();
                for (var step : history.steps()) {
                    at += step.after();
                    due.add(new Due(at, chat, step));
                }
            }
        }

        /** What is wrong in the end, by history. */
        Map<ChatHistory, String> run() throws Exception {
            var restart = random.nextInt(8);
            for (int ticks = 0; !due.isEmpty(); ticks++) {
                happen(clock.millis() + PERIOD.toMillis());
                deliver();
                read();
                if (ticks == restart) {
                    for (var talk : talks.values()) {
                        if (talk.gate != Gate.TELEGRAM) {
                            talk.authoriseAnew();
                        }
                    }
                }
            }
            settle();
            var wrong = differences(true);
            // Of Telegram what was before is listed under new ids.
            var telegram = talks.get(Gate.TELEGRAM);
            if (wrong.isEmpty() && telegram != null) {
                Map<ChatHistory, String> later = new LinkedHashMap<>();
                var truth = truths();
                telegram.authoriseAnew();
                ((Conversation.AtGreenApi) telegram.conversation).instance.giveNewIds();
                settle();
                differences(truth, false).forEach((history, what) -> later.put(history,
                        "After it was authorised anew: " + what));
                wrong = later;
            }
            expectEpochs();
            expectNothingTooFast();
            return wrong;
        }

        private void happen(long until) {
            while (!due.isEmpty() && due.peek().at() <= until) {
                var next = due.poll();
                passUntil(next.at());
                var talk = next.chat().talk();
                talk.conversation.happen(next.chat().number(), next.step());
                for (var notification : talk.conversation.announced()) {
                    announce(next, notification);
                }
            }
            passUntil(until);
        }

        private void announce(Due what, Map<String, Object> notification) {
            var step = what.step();
            if (step.comes() == null) {
                return;
            }
            var told = step.misdated()
                    ? what.chat().talk().conversation.misdated(notification, step.seed())
                    : notification;
            var at = clock.millis() + step.comes();
            arrivals.add(new Arrival(at, what.chat(), told));
            if (step.again() != null) {
                arrivals.add(new Arrival(at + step.again(), what.chat(), told));
            }
        }

        private void passUntil(long at) {
            if (at > clock.millis()) {
                clock.pass(Duration.ofMillis(at - clock.millis()));
            }
        }

        /** What has come by now: of each chat one after the other, of all chats at once. */
        private void deliver() throws Exception {
            Map<Chat, List<Arrival>> come = new LinkedHashMap<>();
            while (!arrivals.isEmpty() && arrivals.peek().at() <= clock.millis()) {
                var next = arrivals.poll();
                come.computeIfAbsent(next.chat(), chat -> new ArrayList<>()).add(next);
            }
            inParallel(come.entrySet().stream().<Callable<Void>>map(entry -> () -> {
                deliver(entry.getKey(), entry.getValue());
                return null;
            }).toList());
        }

        private void deliver(Chat chat, List<Arrival> come) throws Exception {
            if (chat.talk().conversation instanceof Conversation.AtAitu aitu) {
                for (var arrival : come) {
                    synchronized (received) {
                        if (received.add(arrival.notification().get("updateId"))) {
                            aitu.receive(chat.number(), arrival.notification());
                        }
                    }
                }
                // All that come at about the same time at once.
                post(Gate.AITU, come.stream().map(arrival -> EventJson.write(arrival.notification()))
                        .collect(Collectors.joining(",", "{\"updates\":[", "]}")));
                return;
            }
            for (var arrival : come) {
                post(chat.history().at(), EventJson.writeInOrder(arrival.notification()));
            }
        }

        private void read() throws Exception {
            inParallel(talks.values().stream().<Callable<Void>>map(talk -> () -> {
                talk.read();
                return null;
            }).toList());
        }

        /** Until all has come, all is in the journals, and nothing in them is in doubt. */
        private void settle() throws Exception {
            var least = clock.millis() + Duration.ofMinutes(11).toMillis();
            var most = clock.millis() + Duration.ofHours(6).toMillis();
            while (clock.millis() < least || clock.millis() < most
                    && !(arrivals.isEmpty() && talks.values().stream().allMatch(Talk::isSettled))) {
                clock.pass(Duration.ofMinutes(1));
                deliver();
                read();
            }
        }

        private Map<Chat, Map<String, String>> truths() {
            Map<Chat, Map<String, String>> truths = new LinkedHashMap<>();
            all.forEach(chat -> truths.put(chat, chat.talk().conversation.truth(chat.number())));
            return truths;
        }

        private Map<ChatHistory, String> differences(boolean unmatched) throws Exception {
            return differences(truths(), unmatched);
        }

        /** @param unmatched whether what is found under a new id counts as well */
        private Map<ChatHistory, String> differences(Map<Chat, Map<String, String>> truths, boolean unmatched)
                throws Exception {
            Map<ChatHistory, String> wrong = new LinkedHashMap<>();
            Map<Chat, Map<String, String>> known = new LinkedHashMap<>();
            var shown = inParallel(all.stream().<Callable<Map<String, String>>>map(chat -> () -> known(chat, unmatched))
                    .toList());
            for (int i = 0; i < all.size(); i++) {
                known.put(all.get(i), shown.get(i));
            }
            truths.forEach((chat, truth) -> {
                if (!truth.equals(known.get(chat))) {
                    wrong.put(chat.history(), "expected " + truth + "\n but was " + known.get(chat) + "\n that is "
                            + shown(chat) + (unmatched ? "" : "\n after it was authorised anew"));
                }
            });
            talks.values().stream().filter(talk -> !talk.isSettled()).forEach(talk -> all.stream()
                    .filter(chat -> chat.talk() == talk && !wrong.containsKey(chat.history())).findFirst()
                    .ifPresent(chat -> wrong.put(chat.history(), "The journal of " + talk.gate
                            + " still differs from the ledger: " + talk.last)));
            return wrong;
        }

        /** All that the API shows of a chat. */
        private String shown(Chat chat) {
            try {
                List<Map<String, Object>> shown = new ArrayList<>();
                for (var name : chat.talk().conversation.names(chat.number())) {
                    shown.addAll(messages(chat.history().at().account, name));
                }
                return EventJson.writeInOrder(shown);
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        private Map<String, String> known(Chat chat, boolean unmatched) throws Exception {
            Map<String, String> known = new TreeMap<>();
            var waha = chat.history().at().gateway.equals("waha");
            for (var name : chat.talk().conversation.names(chat.number())) {
                for (var message : messages(chat.history().at().account, name)) {
                    if (!unmatched && "unmatched".equals(message.get("original"))) {
                        continue;
                    }
                    var state = !waha
                            ? Conversation.state(message)
                            : (Boolean.TRUE.equals(message.get("deleted")) ? "deleted" : message.get("text")) + " "
                                    + message.get("status");
                    var before = known.put((String) message.get("messageId"), state);
                    if (before != null && !before.equals(state)) {
                        known.put(message.get("messageId") + " too", before);
                    }
                }
            }
            return known;
        }

        private void expectEpochs() {
            var epochs = given().get("/api/accounts").jsonPath().<Map<String, Object>>getList("$");
            talks.values().stream().filter(talk -> talk.authorised > 0)
                    .forEach(talk -> assertThat(epochs).filteredOn("name", talk.gate.account).singleElement()
                            .satisfies(shown -> assertThat(shown).containsEntry("epoch", talk.authorised)));
        }

        private void expectNothingTooFast() {
            talks.values().forEach(talk -> {
                if (talk.conversation instanceof Conversation.AtGreenApi green) {
                    assertThat(green.instance.tooFast()).isEmpty();
                }
            });
        }
    }

    private <T> List<T> inParallel(List<Callable<T>> work) throws Exception {
        List<T> done = new ArrayList<>();
        for (var one : threads.invokeAll(work)) {
            try {
                done.add(one.get());
            } catch (ExecutionException e) {
                throw new AssertionError("Seed " + SEED, e.getCause());
            }
        }
        return done;
    }

    private void post(Gate gate, String body) throws IOException, InterruptedException {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        var request = HttpRequest.newBuilder(uri("/webhooks/" + gate.gateway + "/" + gate.account))
                .timeout(Duration.ofMinutes(2)).POST(BodyPublishers.ofByteArray(bytes));
        if (gate == Gate.WPP) {
            request.header("Authorization", "Bearer this-months-token");
        }
        var answer = client.send(request.build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private List<Map<String, Object>> messages(String account, String chat) throws IOException, InterruptedException {
        var answer = client.send(HttpRequest.newBuilder(uri("/api/accounts/" + account + "/chats/" + encoded(chat)
                + "/messages?limit=500")).timeout(Duration.ofMinutes(2)).build(), BodyHandlers.ofString());
        return answer.statusCode() == 404 ? List.of() : EventJson.read(answer.body(), LIST);
    }

    private static URI uri(String path) {
        return URI.create("http://localhost:" + RestAssured.port + path);
    }
}
