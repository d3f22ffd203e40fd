package io.redline.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

import io.redline.Tries;
import io.redline.VirtualClock;
import io.redline.account.Account;
import io.redline.account.ConfiguredAccounts;
import io.redline.account.Gateway;
import io.redline.call.Answer;
import io.redline.call.Call;
import io.redline.call.Waha;
import io.redline.call.WahaPaths;
import io.redline.database.Database;
import io.redline.database.Stores;
import io.redline.event.Event;
import io.redline.event.EventJson;
import io.redline.event.Source;
import io.redline.gateway.waha.WahaSession;
import io.redline.gateway.waha.WahaTranslator;
import io.redline.ledger.TestLedger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * WAHA delivers in parallel and in no order, tries for half a minute, and announces one message under both ids of its chat.
 * Whatever is lost: once what its API lists has been read, the ledger is what the conversation truly is.
 */
class WahaSimulationTest {

    private static final List<String> CHATS = List.of("15551230001@c.us", "15551230002@c.us",
            "120363000000000001@g.us");
    private static final Duration PERIOD = Duration.ofSeconds(20);
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final WahaTranslator TRANSLATOR = new WahaTranslator();
    private static Path folder;
    private static Database sqlite;

    private enum What {
        RECEIVE, SEND, EDIT, REVOKE, COME
    }

    /**
     * Something happens.
     *
     * @param pick which message it happens to
     * @param after how long after the last
     * @param lost whether we were away for longer than it is tried
     */
    record Step(What what, int pick, String text, Duration after, boolean lost) {
    }

    /** A session, its account and its ledger. */
    private static final class Simulation {
        final VirtualClock clock = new VirtualClock();
        final Random random;
        final WahaSession session;
        final Account account;
        final TestLedger ledger;
        final AccountJournal journal;
        final List<Map.Entry<Long, Map<String, Object>>> late = new ArrayList<>();
        long nextPass;

        Simulation(String engine, Random random) throws IOException {
            if (sqlite == null) {
                folder = Files.createTempDirectory("redline");
                sqlite = Stores.sqlite(folder.resolve("redline.db"));
            }
            this.random = random;
            var name = "session" + NUMBER.incrementAndGet();
            var accounts = ConfiguredAccounts.of(Gateway.WAHA, name);
            account = accounts.find(name).orElseThrow();
            session = new WahaSession(name, engine, clock, random);
            ledger = new TestLedger(sqlite, accounts);
            journal = new AccountJournal(account, new JournalSettings(PERIOD, Duration.ofMinutes(20),
                    Duration.ofMinutes(10), Duration.ofHours(72), Duration.ofHours(24), Duration.ofDays(14)),
                    new WahaHistory(account, this::ask, clock), ledger.comparison(), this::handOver,
                    new JournalStore(sqlite, ledger.ledger(), Stores.leases(sqlite)), clock);
        }

        Answer ask(Call call) {
            var waha = new Waha();
            var path = URLDecoder.decode(WahaPaths.of(waha, call).replaceFirst("^/api", ""), StandardCharsets.UTF_8);
            var reply = session.get(path, call.query());
            var json = reply.json() == null ? "" : EventJson.writeInOrder(reply.json());
            return WahaPaths.meaning(waha, call, reply.status(), json.getBytes(StandardCharsets.UTF_8));
        }

        CompletableFuture<Boolean> handOver(Account of, Map<String, Object> notification, long readAt,
                boolean backfill) {
            take(WahaSession.json(notification), Source.JOURNAL, readAt);
            return CompletableFuture.completedFuture(true);
        }

        /** As routes/gateways/waha.camel.yaml decides. */
        void take(Map<String, Object> notification, Source source, long at) {
            List<Event> events = switch ((String) notification.get("event")) {
                case "message.edited" -> TRANSLATOR.edited(notification);
                case "message.revoked" -> TRANSLATOR.deleted(notification);
                case "message.ack", "message.ack.group" -> TRANSLATOR.acknowledged(notification);
                default -> TRANSLATOR.posted(notification);
            };
            events.forEach(event -> ledger.record(account, event, source, at));
        }

        /** Each by itself, some twice, some never. */
        void deliver(boolean lost) {
            for (var notification : session.announced()) {
                for (int times = random.nextInt(4) == 0 ? 2 : 1; times > 0 && !lost; times--) {
                    late.add(Map.entry(clock.millis() + random.nextInt(30_000), WahaSession.json(notification)));
                }
            }
        }

        void pass(Duration time) {
            var end = clock.millis() + time.toMillis();
            while (clock.millis() < end) {
                arrive();
                if (clock.millis() >= nextPass) {
                    nextPass = clock.millis() + PERIOD.toMillis();
                    read();
                }
                clock.pass(Duration.ofMillis(Math.min(5_000, Math.max(1, end - clock.millis()))));
            }
            arrive();
        }

        void arrive() {
            late.sort(Map.Entry.comparingByKey());
            while (!late.isEmpty() && late.get(0).getKey() <= clock.millis()) {
                take(late.remove(0).getValue(), Source.WEBHOOK, clock.millis());
            }
        }

        AccountJournal.@Nullable Pass read() {
            try {
                return journal.read(false);
            } catch (CallFailed e) {
                return null;
            }
        }

        Map<String, String> truth() {
            Map<String, String> truth = new TreeMap<>();
            session.truth()
                    .forEach(one -> truth.put(one.id, (one.revoked ? "deleted" : one.text) + " " + one.status()));
            return truth;
        }

        Map<String, String> known() {
            Map<String, String> known = new TreeMap<>();
            ledger.messages(account).forEach(one -> assertThat(known.put((String) one.get("messageId"),
                    (Boolean.TRUE.equals(one.get("deleted")) ? "deleted" : one.get("text")) + " " + one.get("status")))
                    .as("twice: %s", one).isNull());
            return known;
        }
    }

    @Property(tries = 15)
    @AddLifecycleHook(Tries.class)
    void ledgerBecomesWhatTheSessionKnows(@ForAll("conversations") List<Step> steps,
            @ForAll("engines") String engine, @ForAll Random random) throws IOException {
        var simulation = new Simulation(engine, random);
        for (var step : steps) {
            simulation.pass(step.after());
            happen(simulation.session, step);
            // What GOWS lists says nothing of edits: who loses one has lost it.
            simulation.deliver(step.lost() && !(engine.equals("GOWS") && step.what() == What.EDIT));
        }
        simulation.pass(Duration.ofMinutes(11));
        assertThat(simulation.known()).isEqualTo(simulation.truth());
        assertThat(simulation.read()).isNotNull().returns(0L, AccountJournal.Pass::repaired)
                .returns(0L, AccountJournal.Pass::drift);
    }

    private static void happen(WahaSession session, Step step) {
        var chat = CHATS.get(step.pick() % CHATS.size());
        if (step.what() == What.RECEIVE || step.what() == What.SEND) {
            session.post(chat, step.text(), step.what() == What.SEND);
            return;
        }
        var living = session.truth().stream().filter(one -> !one.revoked).toList();
        if (living.isEmpty()) {
            return;
        }
        var message = living.get(step.pick() % living.size());
        switch (step.what()) {
            case EDIT -> session.edit(message, step.text());
            case REVOKE -> session.revoke(message);
            default -> session.come(message);
        }
    }

    /** Whole pages of nothing are not the end. */
    @Example
    void manyMessagesInManyPages_areAllFound() throws IOException {
        for (var engine : List.of("NOWEB", "WPP")) {
            var simulation = new Simulation(engine, new Random(1));
            for (int i = 0; i < 120; i++) {
                simulation.session.post(CHATS.get(i % CHATS.size()), "text " + i, i % 2 == 0);
            }
            simulation.deliver(true);
            assertThat(simulation.read()).returns(120L, AccountJournal.Pass::repaired);
            assertThat(simulation.known()).isEqualTo(simulation.truth());
            assertThat(simulation.read()).returns(0L, AccountJournal.Pass::repaired);
        }
    }

    /** Each call would wait up to 15 seconds for it. */
    @Example
    void sessionThatDoesNotWork_isNotAskedForMessages() throws IOException {
        var simulation = new Simulation("GOWS", new Random(1));
        simulation.session.status = "SCAN_QR_CODE";
        assertThatThrownBy(() -> simulation.journal.read(false)).isInstanceOfSatisfying(CallFailed.class, failed -> {
            assertThat(failed.kind).isEqualTo(CallFailed.Kind.OUTAGE);
            assertThat(failed).hasMessageContaining("SCAN_QR_CODE");
        });
        assertThat(simulation.session.calls).isZero();
    }

    /** What did not change is not read each time. */
    @Example
    void chatsThatDidNotChange_areNotReadEachTime() throws IOException {
        var simulation = new Simulation("WEBJS", new Random(1));
        simulation.session.post(CHATS.get(0), "a", false);
        simulation.read();
        var calls = simulation.session.calls;
        simulation.clock.pass(PERIOD);
        simulation.read();
        assertThat(simulation.session.calls - calls).as("the overview alone").isEqualTo(2);
    }

    @Example
    void staleTextOfGows_undoesNoEdit() throws IOException {
        var simulation = new Simulation("GOWS", new Random(1));
        var message = simulation.session.post(CHATS.get(0), "old", false);
        simulation.session.edit(message, "new");
        simulation.deliver(false);
        simulation.pass(Duration.ofMinutes(15));
        assertThat(simulation.known()).isEqualTo(simulation.truth()).containsValue("new null");
    }

    /** Found by HistoriesTest: what was read and found right is looked at again when more is told of it. */
    @Example
    void oldTextThatIsAnnouncedAfterTheNewOneWasRead_isFoundToBeOld() throws IOException {
        expectNewTextAfterALate(CHATS.get(0));
    }

    @Example
    void theSameAnnouncedUnderTheHiddenIdOfItsChat_isFoundToBeOld() throws IOException {
        expectNewTextAfterALate(WahaSession.hidden(CHATS.get(0)));
    }

    private static void expectNewTextAfterALate(String chat) throws IOException {
        var simulation = new Simulation("NOWEB", new Random(1));
        var message = simulation.session.post(CHATS.get(0), "old", true);
        var late = simulation.session.announced();
        simulation.session.edit(message, "new");
        simulation.deliver(true);
        simulation.pass(PERIOD.multipliedBy(3));
        late.forEach(posted -> simulation.take(EventJson.readObject(EventJson.writeInOrder(posted)
                .replace(WahaSession.hidden(CHATS.get(0)), chat).replace(CHATS.get(0), chat)), Source.WEBHOOK,
                simulation.clock.millis()));
        simulation.pass(PERIOD.multipliedBy(3));
        assertThat(simulation.known()).isEqualTo(simulation.truth()).containsValue("new null");
    }

    @AfterContainer
    static void stop() throws IOException {
        if (folder != null) {
            try (var files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
            }
        }
    }

    @Provide
    Arbitrary<List<Step>> conversations() {
        var what = Arbitraries.frequency(Tuple.of(3, What.RECEIVE), Tuple.of(3, What.SEND), Tuple.of(7, What.EDIT),
                Tuple.of(2, What.REVOKE), Tuple.of(4, What.COME));
        var after = Arbitraries.of(0, 200, 900, 3_000, 20_000, 70_000).map(Duration::ofMillis);
        return Combinators.combine(what, Arbitraries.integers().between(0, 20), Arbitraries.of("x", "y", "z"), after,
                Arbitraries.of(true, false, false)).as(Step::new).list().ofMinSize(2).ofMaxSize(12);
    }

    @Provide
    Arbitrary<String> engines() {
        return Arbitraries.of("WEBJS", "NOWEB", "GOWS", "WPP");
    }
}
