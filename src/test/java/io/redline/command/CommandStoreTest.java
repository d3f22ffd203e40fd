package io.redline.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.redline.account.Account;
import io.redline.account.Accounts;
import io.redline.account.ConfiguredAccounts;
import io.redline.command.CommandStore.Change;
import io.redline.database.Database;
import io.redline.database.Dialect;
import io.redline.database.Rows;
import io.redline.database.Stores;
import io.redline.event.Chat;
import io.redline.event.Direction;
import io.redline.event.Event;
import io.redline.event.Source;
import io.redline.ledger.TestLedger;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/** What is kept of commands, on both stores: nothing is sent twice, whoever dies when. */
class CommandStoreTest {

    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Accounts ACCOUNTS = ConfiguredAccounts.of("sales", "support");

    @TempDir
    static Path folder;
    private static EmbeddedPostgres server;
    private static final Map<Dialect, Database> STORES = new EnumMap<>(Dialect.class);

    private TestLedger ledger;
    private Database database;
    private CommandStore store;

    @BeforeAll
    static void start() throws IOException {
        server = EmbeddedPostgres.start();
        STORES.put(Dialect.SQLITE, Stores.sqlite(folder.resolve("redline.db")));
        STORES.put(Dialect.POSTGRESQL, Stores.postgresql(server.getPostgresDatabase()));
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    private void empty(Dialect dialect) throws SQLException {
        database = STORES.get(dialect);
        database.write(connection -> {
            for (var table : List.of("command", "change", "message", "event")) {
                Rows.update(connection, "delete from " + table);
            }
            return null;
        });
        ledger = new TestLedger(database, ACCOUNTS);
        store = process();
    }

    /** As another process, or the same one after a restart, has it. */
    private CommandStore process() {
        return new CommandStore(database, ledger.ledger(), ACCOUNTS);
    }

    private static Account account(String name) {
        return ACCOUNTS.find(name).orElseThrow();
    }

    private static Request edit(String account, String chat, String text, @Nullable String key) {
        return new Request(account(account), Kind.EDIT, chat, "M", text, Map.of(), "anna", key);
    }

    private Command keep(String account, String chat, String text) {
        return store.keep(edit(account, chat, text, null), null, LONG).command();
    }

    private List<Command> claim() {
        return store.claim(Map.of(), 10);
    }

    private State state(Command command) {
        return store.find(command.id()).orElseThrow().command().state();
    }

    private void set(Command command, String what) throws SQLException {
        database.write(connection -> Rows.update(connection, "update command set " + what + " where id = ?",
                command.id()));
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void oneAtATimeForEachChatInTheirOrder(Dialect dialect) throws SQLException {
        empty(dialect);
        var first = keep("sales", "a", "1");
        var second = keep("sales", "a", "2");
        var other = keep("sales", "b", "3");
        var another = keep("support", "a", "4");
        assertThat(claim()).extracting(Command::id).containsExactly(first.id(), other.id(), another.id());
        assertThat(claim()).isEmpty();
        assertThat(state(first)).isEqualTo(State.SENDING);
        store.later(first.id(), LONG, "not now");
        assertThat(claim()).as("what waits keeps its place").isEmpty();
        set(first, "next_at = 0");
        assertThat(claim()).extracting(Command::id).containsExactly(first.id());
        assertThat(store.answered(first.id(), new Change(State.ACCEPTED, null, null, "E1"), LONG, LONG)).get()
                .satisfies(now -> assertThat(now.made()).isEqualTo("E1"));
        assertThat(claim()).extracting(Command::id).containsExactly(second.id());
        assertThat(store.claim(Map.of("sales", 2), 2)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void manyWhoClaimNeverGetTheSame(Dialect dialect) throws SQLException {
        empty(dialect);
        for (int i = 0; i < 100; i++) {
            keep("sales", "chat-" + i % 20, "text " + i);
        }
        var processes = IntStream.range(0, 4).mapToObj(i -> process()).toList();
        var sent = new ArrayList<Long>();
        while (sent.size() < 100) {
            var claims = processes.stream()
                    .map(one -> CompletableFuture.supplyAsync(() -> one.claim(Map.of(), 5))).toList();
            for (int i = 0; i < claims.size(); i++) {
                for (var command : claims.get(i).join()) {
                    sent.add(command.id());
                    assertThat(processes.get(i).answered(command.id(), Change.of(State.ACCEPTED), LONG, LONG))
                            .isPresent();
                }
            }
        }
        assertThat(sent).doesNotHaveDuplicates().hasSize(100);
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void whatWasOnItsWayWhenTheServiceDiedIsInDoubtAndNotSentAgain(Dialect dialect) throws SQLException {
        empty(dialect);
        var kept = keep("sales", "a", "between store and send");
        var next = keep("sales", "a", "next");
        assertThat(claim()).extracting(Command::id).containsExactly(kept.id());

        // Nobody is there any more who hears the answer.
        var restarted = process();
        set(kept, "lease_until = 1");
        assertThat(restarted.claim(Map.of(), 10)).as("it is not sent again").isEmpty();
        assertThat(restarted.abandon(LONG)).extracting(Command::id).containsExactly(kept.id());
        assertThat(state(kept)).isEqualTo(State.AMBIGUOUS);
        assertThat(restarted.abandon(LONG)).isEmpty();
        assertThat(restarted.claim(Map.of(), 10)).as("nor is what comes after it").isEmpty();
        assertThat(store.answered(kept.id(), Change.of(State.ACCEPTED), LONG, LONG)).as("too late").isEmpty();

        assertThat(restarted.claimDoubtful(LONG, LONG, 10)).extracting(Command::id).containsExactly(kept.id());
        assertThat(restarted.claimDoubtful(LONG, LONG, 10)).as("somebody looks at it").isEmpty();
        restarted.again(kept.id(), LONG);
        assertThat(restarted.claim(Map.of(), 10)).singleElement()
                .satisfies(again -> assertThat(again.attempts()).isEqualTo(2));
        assertThat(state(next)).isEqualTo(State.PENDING);
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void whoLivesKeepsWhatIsOnItsWay(Dialect dialect) throws SQLException {
        empty(dialect);
        var kept = keep("sales", "a", "slow");
        claim();
        set(kept, "lease_until = 1");
        store.renew(List.of(kept.id()));
        assertThat(store.abandon(LONG)).isEmpty();
        // On SQLite there is no other process that could live.
        assertThat(process().abandon(LONG)).hasSize(dialect == Dialect.SQLITE ? 1 : 0);
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void aKeyIsOneCommandWhoeverComesFirst(Dialect dialect) throws SQLException {
        empty(dialect);
        var kept = IntStream.range(0, 8).mapToObj(i -> CompletableFuture.supplyAsync(() -> store
                .keep(edit("sales", "a", "x", "key"), null, LONG))).toList().stream().map(CompletableFuture::join)
                .toList();
        assertThat(kept).extracting(one -> one.command().id()).containsOnly(kept.get(0).command().id());
        assertThat(store.keep(edit("support", "a", "x", "key"), null, LONG).command().id())
                .isNotEqualTo(kept.get(0).command().id());
        assertThat(store.keep(edit("sales", "a", "y", "key"), null, LONG).request())
                .isNotEqualTo(edit("sales", "a", "y", "key").digest());
        assertThat(store.find(account("sales"), "key")).isPresent();
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void itIsLookedAtWhenSomethingIsToldOrItsTimeIsOver(Dialect dialect) throws SQLException {
        empty(dialect);
        var kept = keep("sales", "a", "new text");
        claim();
        store.answered(kept.id(), new Change(State.ACCEPTED, null, null, "E1"), LONG, LONG);
        assertThat(store.watched(10)).isEmpty();
        assertThat(store.untold(10)).extracting(Command::id).containsExactly(kept.id());
        var accepted = store.find(kept.id()).orElseThrow().command();
        store.told(accepted);
        assertThat(store.untold(10)).isEmpty();

        ledger.record(account("sales"), new Event.Status(null, null, 1_700_000_000_000L, new Chat("a", null, null),
                "E1", "failed", "too late", null, true), Source.WEBHOOK, 1_700_000_000_000L);
        var watched = store.watched(10);
        assertThat(watched).singleElement().satisfies(one -> assertThat(one.command().id()).isEqualTo(kept.id()));
        store.looked(kept.id(), watched.get(0).newest());
        assertThat(store.watched(10)).isEmpty();
        set(kept, "deadline = 1");
        assertThat(store.watched(10)).hasSize(1);
        assertThat(store.isOver(kept)).isTrue();
        assertThat(store.known(accepted, Change.of(State.FAILED, "too late"))).get()
                .satisfies(now -> assertThat(now.endedAt()).isNotNull());
        assertThat(store.watched(10)).isEmpty();
        assertThat(store.known(accepted, Change.of(State.CONFIRMED))).as("it was decided").isEmpty();
        assertThat(store.untold(10)).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void whatIsRefusedIsKeptAndOver(Dialect dialect) throws SQLException {
        empty(dialect);
        var refused = store.keep(edit("sales", "a", "x", null), new Refusal("deleted", "It is gone."), LONG).command();
        assertThat(refused.state()).isEqualTo(State.REFUSED);
        assertThat(refused.json()).containsEntry("rule", "deleted").containsEntry("description", "It is gone.");
        assertThat(claim()).isEmpty();
        assertThat(store.untold(10)).as("who asked was told").isEmpty();
        assertThat(store.list(account("sales"), State.REFUSED, Long.MAX_VALUE, 10)).hasSize(1);
        assertThat(store.list(account("sales"), State.PENDING, Long.MAX_VALUE, 10)).isEmpty();
        assertThat(store.list(null, null, refused.id(), 10)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void theVersionHasTheOperatorWhoeverTellsFirst(Dialect dialect) throws SQLException {
        var at = 1_700_000_000_000L;
        var chat = new Chat("a", null, null);
        var posted = new Event.Posted(null, "whatsapp", at, chat, "M", Direction.OUTGOING, null, "text", "old", null,
                null, true, null);
        var edited = new Event.Edited(null, "whatsapp", at + 60_000, chat, "M", "E1", Direction.OUTGOING, null, "new",
                null, null);
        var deleted = new Event.Deleted(null, "whatsapp", at + 90_000, chat, "M", "D1", Direction.OUTGOING, null);
        var edit = new Event.Commanded(null, at + 59_000, chat, "M", "7", Event.Edited.KIND, "E1", "anna");
        var delete = new Event.Commanded(null, at + 89_000, chat, "M", "8", Event.Deleted.KIND, null, "boris");
        for (var order : List.of(List.of(edit, delete, posted, edited, deleted),
                List.of(posted, edited, deleted, delete, edit), List.of(deleted, edit, edited, posted, delete))) {
            empty(dialect);
            for (Event event : order) {
                ledger.record(account("sales"), event,
                        event instanceof Event.Commanded ? Source.REDLINE : Source.WEBHOOK, at + 100_000);
            }
            assertThat(ledger.messages(account("sales"))).singleElement().satisfies(message -> {
                var versions = (List<?>) message.get("versions");
                assertThat((Map<?, ?>) versions.get(1)).extracting("by", "commandId", "source")
                        .containsExactly("anna", "7", "webhook");
                assertThat((Map<?, ?>) versions.get(2)).extracting("by", "commandId").containsExactly("boris", "8");
            });
        }
        // The command was told first, so the change that endpoints get has it too.
        empty(dialect);
        for (Event event : List.of(posted, edit, edited)) {
            ledger.record(account("sales"), event, Source.WEBHOOK, at + 100_000);
        }
        assertThat(
                database.read(connection -> Rows.query(connection, "select data from change order by id desc limit 1",
                        row -> row.getString(1))).get(0))
                .contains("\"by\":\"anna\"").contains("\"commandId\":\"7\"");
    }
}
