package io.redline.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.redline.database.Database;
import io.redline.database.Dialect;
import io.redline.database.Rows;
import io.redline.database.Statements;
import io.redline.database.StoreUnavailable;
import io.redline.database.Stores;
import io.redline.event.EventJson;
import io.redline.journal.AccountJournal.Pass;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/** How far back journals are read, what that costs, and what is asked for besides. */
class AccountJournalTest {

    private static final String CHAT = "71234567890@c.us";
    private static final Duration DAY = Duration.ofHours(24);
    /** More than one statement names; {@code -Dredline.journal.messages=10000} for more. */
    private static final int MESSAGES = Integer.getInteger("redline.journal.messages", 2_500);
    private static EmbeddedPostgres server;

    @TempDir
    Path folder;
    private final Statements statements = new Statements();
    private Database database;

    @BeforeEach
    void open() {
        database = Stores.sqlite(folder.resolve("redline.db"), statements);
    }

    @AfterAll
    static void stop() throws IOException {
        if (server != null) {
            server.close();
        }
    }

    private Simulation simulation(String typeInstance, Duration first) {
        return new Simulation(database, typeInstance, Simulation.settings(first));
    }

    private Simulation simulation() {
        return simulation("whatsapp", DAY);
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void thousandsOfMessagesOfWhichNothingIsNewCostTwoCallsAndTwoStatements(Dialect dialect) throws Exception {
        var simulation = dialect == Dialect.POSTGRESQL ? onPostgresql() : simulation();
        for (int i = 0; i < MESSAGES; i++) {
            var chat = "7" + (1_000_000_000L + i % 500) + "@c.us";
            if (i % 2 == 0) {
                simulation.gateway.receive(chat, "text");
            } else {
                var id = simulation.gateway.sendByApi(chat, "text");
                simulation.gateway.come(chat, id, "delivered");
                if (i % 10 == 1) {
                    simulation.gateway.edit(chat, id, "new text");
                } else if (i % 10 == 3) {
                    simulation.gateway.delete(chat, id);
                }
            }
        }
        simulation.hearAll();
        assertThat(simulation.read()).returns(MESSAGES * 11L / 10, Pass::compared).returns(0L, Pass::drift);
        simulation.clock.pass(Duration.ofSeconds(12));
        statements.forget();
        var calls = simulation.gateway.calls("lastIncomingMessages")
                + simulation.gateway.calls("lastOutgoingMessages");

        assertThat(simulation.read()).returns(MESSAGES * 11L / 10, Pass::compared).returns(0L, Pass::repaired);

        assertThat(statements.prepared()).hasSize(2);
        assertThat(simulation.gateway.calls("lastIncomingMessages")
                + simulation.gateway.calls("lastOutgoingMessages")).isEqualTo(calls + 2);
        assertThat(simulation.gateway.calls("getMessage") + simulation.gateway.calls("getChatHistory")).isZero();
    }

    @Test
    void whatWasErasedOnPurposeIsNotFoundAgain() throws SQLException {
        var simulation = simulation();
        simulation.gateway.receive(CHAT, "forget me");
        simulation.gateway.receive("79998887766@c.us", "keep me");
        simulation.clock.pass(Duration.ofMinutes(5));
        var now = simulation.clock.millis();
        database.write(connection -> Rows.update(connection,
                "insert into forgotten (account_id, chat, at) values (1, ?, ?)", CHAT, now));
        simulation.clock.pass(Duration.ofMinutes(1));
        simulation.gateway.receive(CHAT, "later");
        simulation.clock.pass(Duration.ofMinutes(5));
        assertThat(simulation.read()).returns(2L, Pass::repaired);
    }

    @Test
    void firstPassLooksBackAsFarAsItIsTold() {
        for (var known : Map.of(Duration.ZERO, 1, Duration.ofHours(2), 2, DAY, 3).entrySet()) {
            var simulation = simulation("whatsapp", known.getKey());
            simulation.gateway.receive(CHAT, "ten hours ago");
            simulation.clock.pass(Duration.ofHours(9));
            simulation.gateway.receive(CHAT, "an hour ago");
            simulation.clock.pass(Duration.ofHours(1));
            var read = simulation.read();
            assertThat(read).isNotNull();
            simulation.clock.pass(Duration.ofSeconds(12));
            simulation.gateway.receive(CHAT, "now");
            simulation.pass(Duration.ofHours(1));

            assertThat(simulation.known()).as("first: %s", known.getKey()).hasSize(known.getValue());
            assertThat(simulation.backfills).containsExactly(
                    known.getValue() == 3
                            ? new Boolean[]{true, true, false}
                            : known.getValue() == 2 ? new Boolean[]{true, false} : new Boolean[]{false});
        }
    }

    @Test
    void everythingThatIsKeptIsReadIfSoTold() {
        var simulation = simulation("whatsapp", null);
        simulation.gateway.receive(CHAT, "ten days ago");
        simulation.clock.pass(Duration.ofDays(10));
        simulation.read();
        assertThat(simulation.known()).hasSize(1);
    }

    @Test
    void afterAnOutageItReachesBackToTheLastCompletedPass() {
        var simulation = simulation();
        simulation.pass(Duration.ofMinutes(1));
        simulation.calls.down = true;
        simulation.gateway.receive(CHAT, "while it was down");
        simulation.pass(Duration.ofMinutes(5));
        // A restart forgets everything but what is stored.
        var restarted = journal(simulation, simulation::handOver);
        simulation.clock.pass(Duration.ofDays(5));
        simulation.calls.down = false;
        assertThat(read(restarted)).returns(1L, Pass::repaired);
        assertThat(simulation.backfills).containsExactly(false);
    }

    private static Pass read(AccountJournal journal) {
        try {
            return journal.read(false);
        } catch (CallFailed e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void deletesOfThreeDaysAreFoundAtTheSlowCadence() {
        var simulation = simulation();
        var id = simulation.gateway.receive(CHAT, "text");
        simulation.hear();
        simulation.pass(Duration.ofMinutes(1));
        simulation.clock.pass(Duration.ofHours(70));
        simulation.read();
        simulation.gateway.delete(CHAT, id);
        simulation.pass(Duration.ofMinutes(11));
        assertThat(simulation.known()).isEqualTo(simulation.truth());
    }

    @Test
    void editsOnTelegramAreFoundForTwoDays() {
        var simulation = simulation("telegram", DAY);
        var id = simulation.gateway.send("10000000", "text");
        simulation.hear();
        simulation.pass(Duration.ofMinutes(1));
        simulation.clock.pass(Duration.ofHours(47));
        simulation.read();
        simulation.gateway.edit("10000000", id, "new");
        simulation.pass(Duration.ofMinutes(1));
        assertThat(simulation.known()).isEqualTo(simulation.truth());
    }

    @Test
    void overwrittenTimesAreNoDrift() {
        var simulation = simulation();
        var id = simulation.gateway.receive(CHAT, "text");
        simulation.hear();
        simulation.pass(Duration.ofMinutes(1));
        simulation.gateway.overwriteTime(CHAT, id, simulation.clock.millis() / 1000);
        assertThat(simulation.read()).returns(1L, Pass::compared).returns(0L, Pass::drift);
    }

    @Test
    void aMessageInNoJournalIsAskedForAndThenItsChat() {
        var simulation = simulation();
        var id = simulation.gateway.receive(CHAT, "text");
        simulation.gateway.overwriteTime(CHAT, id, 1_600_000_000L);
        simulation.gateway.announced();
        simulation.gateway.edit(CHAT, id, "new");
        simulation.hear();
        simulation.gateway.misbehave("getMessage", 500, "");
        simulation.pass(Duration.ofMinutes(3));

        assertThat(simulation.gateway.calls("getMessage")).isPositive();
        assertThat(simulation.gateway.calls("getChatHistory")).isPositive();
        assertThat(simulation.ledger.messages(simulation.account)).singleElement()
                .satisfies(message -> assertThat(message).containsEntry("original", "known"));
    }

    @Test
    void nobodyAsksForAMessageForEver() {
        var simulation = simulation();
        var id = simulation.gateway.receive(CHAT, "text");
        simulation.gateway.announced();
        simulation.gateway.edit(CHAT, id, "new");
        simulation.announce(simulation.gateway.announced().get(0), Duration.ZERO);
        simulation.gateway.misbehave("getMessage", 400, "");
        simulation.gateway.misbehave("getChatHistory", 400, "");
        simulation.gateway.misbehave("lastIncomingMessages", 200, "[]");
        simulation.pass(Duration.ofHours(2));
        assertThat(simulation.gateway.calls("getMessage")).isEqualTo(4);
    }

    @Test
    void whatCannotBeAskedForHoldsUpNoPass() {
        var simulation = simulation();
        var id = simulation.gateway.receive(CHAT, "text");
        simulation.gateway.overwriteTime(CHAT, id, 1_600_000_000L);
        simulation.gateway.announced();
        simulation.gateway.edit(CHAT, id, "new");
        simulation.hear();
        simulation.calls.stopped.add("getMessage");
        simulation.pass(Duration.ofMinutes(30));
        var news = simulation.gateway.receive(CHAT, "news");
        simulation.pass(Duration.ofMinutes(1));
        assertThat(simulation.known()).containsKey(CHAT + " " + news);
        simulation.calls.stopped.clear();
        simulation.pass(Duration.ofMinutes(1));
        assertThat(simulation.ledger.messages(simulation.account)).allSatisfy(
                message -> assertThat(message).containsEntry("original", "known"));
    }

    @Test
    void whatWasErasedDoesNotComeBackByTheJournal() {
        var simulation = new Simulation(database, "whatsapp", Simulation.settings(DAY), "erase");
        var heard = simulation.gateway.receive(CHAT, "a secret that was announced");
        simulation.hear();
        var lost = simulation.gateway.receive(CHAT, "a secret that was not");
        simulation.gateway.announced();
        simulation.pass(Duration.ofMinutes(1));
        assertThat(everything()).contains("a secret that was announced", "a secret that was not");

        simulation.gateway.edit(CHAT, lost, "another secret");
        simulation.gateway.delete(CHAT, lost);
        simulation.gateway.delete(CHAT, heard);
        simulation.gateway.announced();
        // Whose deletion is read together with its posting.
        var both = simulation.gateway.receive(CHAT, "a secret of a moment");
        simulation.gateway.delete(CHAT, both);
        simulation.gateway.announced();
        simulation.pass(Duration.ofMinutes(15));

        assertThat(simulation.ledger.messages(simulation.account)).hasSize(3).allSatisfy(
                message -> assertThat(message).containsEntry("deleted", true).containsEntry("text", null));
        assertThat(everything()).doesNotContain("secret");
        assertThat(simulation.read()).returns(0L, Pass::repaired).returns(0L, Pass::drift);
    }

    /** All that is kept of events and changes. */
    private String everything() {
        return database.read(connection -> Rows.query(connection,
                "select tellings from event union all select data from change", row -> row.getString(1))).toString();
    }

    @Test
    void afterTelegramWasAuthorisedAnewOldMessagesAreFoundUnderTheirNewIds() {
        var simulation = simulation("telegram", null);
        var chat = "10000000";
        var known = simulation.gateway.receive(chat, "known");
        simulation.hear();
        simulation.clock.pass(Duration.ofMinutes(1));
        simulation.gateway.receive(chat, "never heard of");
        simulation.gateway.announced();
        simulation.clock.pass(Duration.ofMinutes(1));
        simulation.gateway.changeState("notAuthorized");
        simulation.clock.pass(Duration.ofMinutes(1));
        simulation.gateway.changeState("authorized");
        simulation.gateway.giveNewIds();
        simulation.hear();
        simulation.clock.pass(Duration.ofMinutes(1));
        var news = simulation.gateway.send(chat, "news");
        simulation.gateway.announced();
        simulation.pass(Duration.ofMinutes(11));

        assertThat(simulation.ledger.messages(simulation.account)).extracting(message -> message.get("text") + " "
                + message.get("original")).containsExactlyInAnyOrder("known known", "never heard of unmatched",
                        "news known");
        assertThat(simulation.known()).containsKeys(chat + " " + known, chat + " " + news);
        assertThat(simulation.read()).returns(0L, Pass::repaired).returns(0L, Pass::drift);
    }

    @Test
    void lastEditOfASecondIsTheJournals_thoughAnotherOneWasAnnouncedWithoutATime() {
        var simulation = simulation();
        // Which of two edits of a second is the last follows from their ids: of eight messages that is wrong for some.
        for (int i = 0; i < 8; i++) {
            var id = simulation.gateway.receive(CHAT, "posted");
            simulation.gateway.edit(CHAT, id, "first edit");
            simulation.gateway.announced().forEach(notification -> {
                if (String.valueOf(notification).contains("first edit")) {
                    notification = new HashMap<>(notification);
                    notification.put("timestamp", 4_102_444_800L);
                }
                simulation.announce(notification, Duration.ZERO);
            });
            simulation.gateway.edit(CHAT, id, "last edit");
            simulation.hear();
        }
        simulation.pass(Duration.ofMinutes(5));

        assertThat(simulation.known()).isEqualTo(simulation.truth());
        assertThat(simulation.read()).returns(0L, Pass::repaired).returns(0L, Pass::drift);
    }

    /** MAX: until its posting is known, an id is taken for that of the only message sent by API at about that time. */
    @Test
    void whatTheJournalSaidWhileAnIdWasTakenForAnotherMessageIsNotForgotten() {
        var simulation = simulation("v3", DAY);
        var chat = "10000000";
        var client = simulation.gateway.send(chat, "from the phone");
        var posting = simulation.gateway.announced().get(0);
        simulation.clock.pass(Duration.ofMillis(200));
        var api = simulation.gateway.sendByApi(chat, "by API");
        simulation.announce(simulation.gateway.announced().get(0), Duration.ZERO);
        simulation.gateway.come(chat, client, "sent");
        simulation.hear();
        assertThat(simulation.known()).containsOnlyKeys(chat + " " + api);
        // The first message is in no journal yet, the second one is.
        simulation.gateway.misbehave("lastOutgoingMessages", 200, EventJson.write(List.of(Map.of("type", "outgoing",
                "idMessage", api, "timestamp", simulation.clock.millis() / 1_000, "typeMessage", "textMessage",
                "chatId",
                chat, "textMessage", "by API", "statusMessage", "pending", "sendByApi", true))));
        simulation.pass(Duration.ofMinutes(1));
        simulation.announce(posting, Duration.ZERO);
        simulation.pass(Duration.ofMinutes(1));

        assertThat(simulation.known()).isEqualTo(simulation.truth());
    }

    @Test
    void manyAreHandedOverAtOnceInTheirOrderButNotAll() throws Exception {
        var simulation = simulation();
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            sent.add(simulation.gateway.receive(CHAT, "text"));
            simulation.clock.pass(Duration.ofSeconds(1));
        }
        List<String> handedOver = new ArrayList<>();
        var underWay = new AtomicInteger();
        var most = new AtomicInteger();
        HandsOver later = (account, notification, readAt, backfill) -> {
            handedOver.add((String) notification.get("idMessage"));
            most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
            return new CompletableFuture<Boolean>().completeOnTimeout(true, 1, TimeUnit.MILLISECONDS)
                    .whenComplete((kept, failure) -> underWay.decrementAndGet());
        };
        assertThat(read(journal(simulation, later))).returns(300L, Pass::repaired);
        assertThat(handedOver).isEqualTo(sent);
        assertThat(most.get()).isBetween(2, 64);
    }

    @Test
    void whatTheStoreDidNotTakeIsToldInTheNextPass() {
        var simulation = simulation();
        for (int i = 0; i < 100; i++) {
            simulation.gateway.receive(CHAT, "text");
        }
        var number = new AtomicInteger();
        var journal = journal(simulation, (account, notification, readAt, backfill) -> number.incrementAndGet() == 50
                ? CompletableFuture.failedFuture(new StoreUnavailable("It is away."))
                : simulation.handOver(account, notification, readAt, backfill));
        assertThatThrownBy(() -> journal.read(false)).isInstanceOf(StoreUnavailable.class);
        assertThat(read(journal)).returns(100L, Pass::compared);
        assertThat(simulation.known()).isEqualTo(simulation.truth());
    }

    private static AccountJournal journal(Simulation simulation, HandsOver route) {
        return new AccountJournal(simulation.account, Simulation.settings(DAY),
                new GreenApiHistory(simulation.account, simulation.calls),
                simulation.ledger.comparison(), route, simulation.store, simulation.clock);
    }

    @Test
    void oneReplicaReads() throws Exception {
        var simulation = onPostgresql();
        var leases = Stores.leases(database);
        var other = new AccountJournal(simulation.account, Simulation.settings(DAY),
                new GreenApiHistory(simulation.account, simulation.calls),
                simulation.ledger.comparison(), simulation::handOver,
                new JournalStore(database, simulation.ledger.ledger(), leases), simulation.clock);
        simulation.gateway.receive(CHAT, "text");
        assertThat(simulation.read()).returns(1L, Pass::repaired);
        assertThat(read(other)).isNull();
        // Somebody asks this one for a pass; from then on it reads.
        assertThat(other.read(true)).returns(0L, Pass::repaired);
        simulation.leases.renew();
        assertThat(simulation.read()).isNull();
        assertThat(read(other)).isNotNull();
        leases.release();
        await().until(() -> simulation.read() != null);
    }

    private Simulation onPostgresql() throws IOException {
        if (server == null) {
            server = EmbeddedPostgres.start();
        }
        database = Stores.postgresql(statements.of(server.getPostgresDatabase()));
        return simulation();
    }
}
