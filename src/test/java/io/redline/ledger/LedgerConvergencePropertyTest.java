package io.redline.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;

import io.redline.Tries;
import io.redline.account.Account;
import io.redline.account.Accounts;
import io.redline.account.ConfiguredAccounts;
import io.redline.database.Database;
import io.redline.database.Rows;
import io.redline.database.Stores;
import io.redline.event.EventJson;
import io.redline.ledger.Recorded.Novelty;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * The store, which merges a few events at a time and looks only at what is around them, comes to what the pure function says
 * of everything at once; and so does whoever keeps the last revision he was sent.
 */
class LedgerConvergencePropertyTest {

    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static Path folder;
    private static Database sqlite;
    private static EmbeddedPostgres server;
    private static Database postgresql;

    @Property(tries = 120)
    @AddLifecycleHook(Tries.class)
    void sqliteConverges(@ForAll("histories") List<Telling> told, @ForAll Random random) throws Exception {
        if (sqlite == null) {
            folder = Files.createTempDirectory("redline");
            sqlite = Stores.sqlite(folder.resolve("redline.db"));
        }
        converges(sqlite, told, random);
    }

    @Property(tries = 20)
    @AddLifecycleHook(Tries.class)
    void postgresqlConverges(@ForAll("histories") List<Telling> told, @ForAll Random random) throws Exception {
        if (postgresql == null) {
            server = EmbeddedPostgres.start();
            postgresql = Stores.postgresql(server.getPostgresDatabase());
        }
        converges(postgresql, told, random);
    }

    @AfterContainer
    static void stop() throws IOException {
        if (server != null) {
            server.close();
        }
        if (folder != null) {
            try (var files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
            }
        }
    }

    @Provide
    Arbitrary<List<Telling>> histories() {
        return Adversary.histories(12);
    }

    private static void converges(Database database, List<Telling> told, Random random) throws SQLException {
        var shuffled = new ArrayList<>(told);
        shuffled.addAll(told.stream().filter(any -> random.nextInt(4) == 0).toList());
        Collections.shuffle(shuffled, random);
        var batches = new ArrayList<List<Telling>>();
        for (int from = 0; from < shuffled.size();) {
            var to = Math.min(shuffled.size(), from + 1 + random.nextInt(4));
            batches.add(List.copyOf(shuffled.subList(from, to)));
            from = to;
        }
        converges(database, batches);
    }

    /** The store that is told these batches comes to the truth. */
    static void converges(Database database, List<List<Telling>> batches) throws SQLException {
        var name = "account-" + NUMBER.incrementAndGet();
        var accounts = ConfiguredAccounts.of(name);
        var account = accounts.find(name).orElseThrow();
        var ledger = new Ledger(database, accounts, "keep");
        for (var batch : batches) {
            var recorded = record(database, ledger, account, batch);
            assertThat(recorded).hasSameSizeAs(batch);
        }

        var told = batches.stream().flatMap(List::stream).toList();
        var changes = changeCount(database, ledger.idOf(account));
        assertThat(record(database, ledger, account, told)).extracting(Recorded::novelty)
                .containsOnly(Novelty.REPEAT);
        assertThat(changeCount(database, ledger.idOf(account))).as("changes after everything was repeated")
                .isEqualTo(changes);

        var truth = Merge.of(Histories.facts(told), false);
        listsAreRight(database, accounts, account, ledger, truth);
        copiesAreRight(database, account, ledger, truth);
    }

    private static List<Recorded> record(Database database, Ledger ledger, Account account, List<Telling> told)
            throws SQLException {
        var submissions = told.stream().map(telling -> submission(account, telling)).toList();
        return database.write(connection -> ledger.record(connection, submissions));
    }

    private static Submission submission(Account account, Telling telling) {
        return new Submission(account, telling.event(), telling.source(), telling.receivedAt(), null, List.of("log"));
    }

    private static long changeCount(Database database, long accountId) {
        return database.read(connection -> Rows.query(connection, "select count(*) from change where account_id = ?",
                row -> row.getLong(1), accountId)).get(0);
    }

    /** What the API lists. */
    private static void listsAreRight(Database database, Accounts accounts, Account account, Ledger ledger,
            Merge.Result truth) {
        var reader = new LedgerReader(database, ledger, accounts);
        Map<Node, String> listed = new TreeMap<>();
        for (var chat : reader.chats(account, 100, 0)) {
            for (var message : reader.messages(account, (String) chat.get("id"), 100, null).items()) {
                listed.put(new Node((String) message.get("chatId"), (String) message.get("messageId")), json(message));
            }
        }
        Map<Node, String> expected = new TreeMap<>();
        truth.messages().forEach((node, view) -> {
            if (!view.hidden()) {
                expected.put(node, json(MessageJson.of(account, view, 0, true)));
            }
        });
        assertThat(listed).as("listed messages").isEqualTo(expected);

        expected.forEach((node, json) -> assertThat(reader.message(account, node.chat(), node.id()).map(
                LedgerConvergencePropertyTest::json)).as("message by id").contains(json));

        var unresolved = new TreeSet<String>();
        for (var event : reader.events(0, null, account, 1_000).items()) {
            if (Boolean.FALSE.equals(event.get("resolved"))) {
                unresolved.add(event.get("kind") + " " + event.get("target") + " " + event.get("eventId") + " "
                        + event.get("status") + " " + event.get("participant"));
            }
        }
        var expectedUnresolved = new TreeSet<String>();
        for (var key : truth.unresolved()) {
            var status = "status".equals(key.kind()) ? key.variant().split(" ", 2) : new String[]{null};
            expectedUnresolved.add(key.kind() + " " + key.target() + " "
                    + (key.eventId().isEmpty() ? null : key.eventId()) + " " + status[0] + " "
                    + (status.length > 1 ? status[1] : null));
        }
        assertThat(unresolved).as("unresolved").isEqualTo(expectedUnresolved);
    }

    private record Change(Node node, long revision, Map<String, Object> data) {
    }

    /** What an endpoint has that keeps of every message the last revision it was sent. */
    private static void copiesAreRight(Database database, Account account, Ledger ledger, Merge.Result truth) {
        var changes = database.read(connection -> Rows.query(connection,
                "select chat, message_id, revision, data from change where account_id = ? and message_id is not null"
                        + " order by id",
                row -> new Change(new Node(row.getString(1), row.getString(2)), row.getLong(3),
                        EventJson.readObject(row.getString(4))),
                ledger.idOf(account)));
        Map<Node, Change> last = new TreeMap<>();
        for (var change : changes) {
            var before = last.put(change.node(), change);
            assertThat(change.revision()).as("revision of %s", change.node())
                    .isEqualTo(before == null ? 1 : before.revision() + 1);
        }
        Map<Node, String> copies = new TreeMap<>();
        last.forEach((node, change) -> {
            var data = new LinkedHashMap<>(change.data());
            data.remove("change");
            if (data.get("aliasOf") instanceof Map<?, ?> to) {
                var named = new Node((String) to.get("chatId"), (String) to.get("messageId"));
                assertThat(named).as("what %s moved to", node).isNotEqualTo(node);
                assertThat(truth.messages()).as("what moved").doesNotContainKey(node);
            } else {
                copies.put(node, json(data));
            }
        });
        Map<Node, String> expected = new TreeMap<>();
        truth.messages().forEach((node, view) -> expected.put(node, json(MessageJson.of(account, view, 0, false))));
        assertThat(copies).as("copies of messages").isEqualTo(expected);
    }

    private static String json(Map<String, Object> message) {
        var comparable = new LinkedHashMap<>(message);
        comparable.remove("revision");
        return EventJson.write(comparable);
    }
}
