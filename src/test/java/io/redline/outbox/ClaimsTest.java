package io.redline.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.redline.Tries;
import io.redline.database.Database;
import io.redline.database.Dialect;
import io.redline.database.Rows;
import io.redline.database.Stores;
import io.redline.outbox.Claims.Claim;
import io.redline.outbox.Claims.Room;
import io.redline.outbox.Ended.Outcome;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/** Who may deliver what, and when, on tables filled by hand: thousands owed, several claimants, leases lost. */
class ClaimsTest {

    private static final Duration LEASE = Duration.ofMinutes(1);
    private static final Duration PROBE = Duration.ofMinutes(10);
    private static final Room ROOM = new Room(1 << 20, true);

    @TempDir
    static Path folder;
    private static EmbeddedPostgres server;
    private static final Map<Dialect, Database> STORES = new HashMap<>();

    private long lastId;

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

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void aBacklogOfOneChatKeepsNobodyElseWaiting(Dialect dialect) throws SQLException {
        var store = empty(dialect);
        owe(store, "busy", 2_000);
        for (int i = 0; i < 20; i++) {
            owe(store, "other-" + i, 2);
        }
        var claims = claims(dialect);

        var busy = claim(store, claims, 64).runs();
        assertThat(busy).singleElement().satisfies(run -> assertThat(run).hasSize(64));
        // It looks at no more than so many rows each time, so it needs a few looks to get past those of the busy chat.
        List<String> others = new ArrayList<>();
        for (int look = 0; look < 12; look++) {
            claim(store, claims, 64).runs().forEach(run -> others.add(run.get(0).chat()));
        }
        assertThat(others).hasSize(20).allMatch(chat -> chat.startsWith("other-"));

        List<Long> delivered = new ArrayList<>();
        deliver(store, claims, busy, delivered);
        for (var runs = claim(store, claims, 64).runs(); !runs.isEmpty(); runs = claim(store, claims, 64).runs()) {
            deliver(store, claims, runs, delivered);
        }
        assertThat(delivered).hasSize(2_000).isSorted();
        assertThat(count(store, "select count(*) from backlog")).isZero();
    }

    /** To put something aside and to fetch it again costs more than to deliver it. */
    @ParameterizedTest
    @EnumSource(Dialect.class)
    void ofABacklogOfManyChatsNothingIsPutAside(Dialect dialect) throws SQLException {
        var store = empty(dialect);
        var chats = IntStream.range(0, 1_200).mapToObj(i -> "chat-" + i % 150).collect(Collectors.toList());
        Collections.shuffle(chats, new Random(1));
        owe(store, chats);
        var claims = claims(dialect);

        List<Long> delivered = new ArrayList<>();
        var underWay = claim(store, claims, 64).runs();
        for (int look = 0; look < 5; look++) {
            var next = claim(store, claims, 64).runs();
            assertThat(next.stream().mapToInt(List::size).sum()).isGreaterThan(31);
            assertThat(count(store, "select count(*) from delivery where held")).isZero();
            deliver(store, claims, underWay, delivered);
            underWay = next;
        }
        // As much as a database takes at once may be more than one look finds.
        var many = claim(store, claims, 4_000).runs();
        assertThat(many.stream().mapToInt(List::size).sum()).isGreaterThan(255);
        assertThat(count(store, "select count(*) from delivery where held")).isZero();
        deliver(store, claims, underWay, delivered);
        underWay = many;
        for (; !underWay.isEmpty(); underWay = claim(store, claims, 64).runs()) {
            deliver(store, claims, underWay, delivered);
        }
        assertThat(delivered).hasSize(1_200);
    }

    @Test
    void aClaimReadsAPageOfWhatIsOwed_whateverThePlannerKnows() throws SQLException {
        var store = empty(Dialect.POSTGRESQL);
        owe(store, IntStream.range(0, 20_000).mapToObj(i -> "chat-" + i % 500).toList());
        for (var table : List.of("delivery", "suspension", "endpoint")) {
            store.write(connection -> Rows.update(connection, "analyze " + table));
        }
        var claims = claims(Dialect.POSTGRESQL);
        var read = store.write(connection -> {
            assertThat(claims.claim(connection, 64, ROOM, 64, false).runs()).isNotEmpty();
            return deliveriesRead(connection);
        });
        assertThat(read).isLessThan(2_000);
    }

    @Test
    void whatIsHeldOfAChatIsFoundWithoutLookingAtAllThatItIsOwed() throws SQLException {
        var store = empty(Dialect.POSTGRESQL);
        owe(store, "busy", 3_000);
        store.write(connection -> Rows.update(connection, "update delivery set held = true where id = 1 or id > 2990"));
        store.write(connection -> Rows.update(connection,
                "insert into backlog (endpoint, account_id, chat) values ('there', 1, 'busy')"));
        store.write(connection -> Rows.update(connection, "analyze delivery"));
        var claims = claims(Dialect.POSTGRESQL);
        var read = store.write(connection -> {
            claims.sweep(connection);
            return deliveriesRead(connection);
        });
        assertThat(count(store, "select count(*) from delivery where held")).isZero();
        assertThat(read).isLessThan(200);
    }

    /** How many rows the transaction has read of all deliveries, by whatever plan. */
    private static long deliveriesRead(Connection connection) throws SQLException {
        return Rows.query(connection, "select seq_tup_read + idx_tup_fetch from pg_stat_xact_user_tables"
                + " where relname = 'delivery'", row -> row.getLong(1)).get(0);
    }

    @Test
    void toClaimAndToRenewTouchesNoIndex() throws SQLException {
        var store = empty(Dialect.POSTGRESQL);
        // Nothing of other tests may take the room.
        store.write(connection -> Rows.update(connection, "truncate delivery"));
        for (int i = 0; i < 10; i++) {
            owe(store, "chat-" + i, 2);
        }
        var claims = claims(Dialect.POSTGRESQL);
        record Updates(long all, long hot) {
        }
        var updates = store.write(connection -> {
            var claimed = claims.claim(connection, 64, ROOM, 64, false).runs().stream().flatMap(List::stream).toList();
            assertThat(claims.renew(connection, claimed)).hasSize(20);
            return Rows.query(connection, "select n_tup_upd, n_tup_hot_upd from pg_stat_xact_user_tables"
                    + " where relname = 'delivery'", row -> new Updates(row.getLong(1), row.getLong(2))).get(0);
        });
        // But for those for which there was no room on the page.
        assertThat(updates.all()).isEqualTo(40);
        assertThat(updates.hot()).isGreaterThan(30);
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void noMoreIsClaimedThanThereIsRoomFor_butOneIfNothingElseIs(Dialect dialect) throws SQLException {
        var store = empty(dialect);
        owe(store, List.of("a", "b", "a", "c", "a", "d"));
        var large = "{\"text\":\"" + "ж".repeat(50_000) + "\"}";
        store.write(connection -> Rows.update(connection, "update change set data = ? where id in (2, 4)", large));
        var claims = claims(dialect);

        assertThat(claimIds(store, claims, new Room(200_000, false))).containsExactlyInAnyOrder(1L, 2L, 3L);
        assertThat(claimIds(store, claims, new Room(99_999, false))).isEmpty();
        var alone = store.write(connection -> claims.claim(connection, 64, new Room(99_999, true), 64, false));
        assertThat(alone.full()).isTrue();
        assertThat(alone.more()).isFalse();
        assertThat(alone.runs()).singleElement(InstanceOfAssertFactories.list(Claimed.class)).singleElement()
                .satisfies(one -> {
                    assertThat(one.id()).isEqualTo(4);
                    assertThat(one.change()).isEqualTo(large);
                    assertThat(one.size()).isEqualTo(large.getBytes(StandardCharsets.UTF_8).length);
                });
        // Nothing that had no room was leased.
        assertThat(claimIds(store, claims, ROOM)).containsExactlyInAnyOrder(6L);
    }

    private static List<Long> claimIds(Database store, Claims claims, Room room) throws SQLException {
        return store.write(connection -> claims.claim(connection, 64, room, 64, false)).runs().stream()
                .flatMap(List::stream).map(Claimed::id).toList();
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void whatWasHeldIsLetGoWhoeverEndedWhatWasBefore(Dialect dialect) throws SQLException {
        var store = empty(dialect);
        owe(store, "busy", 2_000);
        var claims = claims(dialect);
        claim(store, claims, 1);
        claim(store, claims, 1);
        assertThat(count(store, "select count(*) from delivery where held")).isPositive();

        store.write(connection -> Rows.update(connection, "update delivery set state = 'discarded' where not held"));
        assertThat(claim(store, claims(dialect), 64).runs()).isEmpty();
        store.write(connection -> {
            claims(dialect).sweep(connection);
            return null;
        });

        assertThat(claim(store, claims(dialect), 64).runs()).singleElement();
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void aLeaseThatRanOutGoesToAnother_andTheFirstWritesNothingAnyMore(Dialect dialect) throws SQLException {
        var store = empty(dialect);
        owe(store, "chat", 3);
        var first = claims(dialect);
        var second = claims(dialect);
        var taken = claim(store, first, 10).runs().get(0);
        assertThat(claim(store, second, 10).runs()).isEmpty();

        expire(store);
        var takenOver = claim(store, second, 10).runs().get(0);
        assertThat(takenOver).extracting(Claimed::id)
                .containsExactlyElementsOf(taken.stream().map(Claimed::id).toList());
        end(store, first, taken.stream().map(one -> Ended.delivered(one, null)).toList());
        assertThat(count(store, "select count(*) from delivery where state = 'done'")).isZero();
        end(store, second, takenOver.stream().map(one -> Ended.delivered(one, "200")).toList());
        assertThat(count(store, "select count(*) from delivery where state = 'done' and answer = '200'")).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void aFailedOneHoldsBackItsChatOnly_andIsTriedInItsTime(Dialect dialect) throws SQLException {
        var store = empty(dialect);
        owe(store, "sick", 3);
        owe(store, "well", 3);
        var claims = claims(dialect);
        var runs = claim(store, claims, 10).runs();
        var sick = run(runs, "sick");
        end(store, claims,
                List.of(failed(sick.get(0), Outcome.RETRIED, Duration.ofHours(1)), Ended.released(sick.get(1)),
                        Ended.released(sick.get(2))));
        deliver(store, claims, List.of(run(runs, "well")), new ArrayList<>());

        assertThat(claim(store, claims, 10).runs()).isEmpty();
        store.write(connection -> Rows.update(connection, "update delivery set next_at = 1 where attempts = 1"
                + " and state = 'owed'"));
        assertThat(claim(store, claims, 10).runs()).singleElement().satisfies(run -> {
            assertThat(run).extracting(Claimed::attempts).containsExactly(1, 0, 0);
        });
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void aChatThatGaveUpIsProbedOnceInAWhile_untilOneGetsThrough(Dialect dialect) throws SQLException {
        var store = empty(dialect);
        owe(store, "sick", 4);
        var claims = claims(dialect);
        var run = claim(store, claims, 10).runs().get(0);
        end(store, claims, List.of(failed(run.get(0), Outcome.GAVE_UP, Duration.ZERO), Ended.released(run.get(1)),
                Ended.released(run.get(2)), Ended.released(run.get(3))));

        assertThat(claim(store, claims, 10).runs()).isEmpty();
        owe(store, "sick", 1);
        assertThat(claim(store, claims, 10).runs()).isEmpty();
        probeNow(store);
        var probe = claim(store, claims, 10).runs();
        assertThat(probe).singleElement().satisfies(one -> assertThat(one).hasSize(1));
        assertThat(probe.get(0).get(0).isProbe()).isTrue();
        end(store, claims, List.of(failed(probe.get(0).get(0), Outcome.RETRIED, PROBE)));
        assertThat(claim(store, claims, 10).runs()).isEmpty();

        probeNow(store);
        deliver(store, claims, claim(store, claims, 10).runs(), new ArrayList<>());
        assertThat(count(store, "select count(*) from suspension")).isZero();
        List<Long> rest = new ArrayList<>();
        deliver(store, claims, claim(store, claims, 10).runs(), rest);
        assertThat(rest).hasSize(3).isSorted();
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void whatWaitsTooLongBehindAChatThatGaveUpIsParkedWithIt(Dialect dialect) throws SQLException {
        var store = empty(dialect);
        owe(store, "sick", 5);
        owe(store, "well", 1);
        var claims = claims(dialect);
        var run = run(claim(store, claims, 10).runs(), "sick");
        end(store, claims, List.of(failed(run.get(0), Outcome.GAVE_UP, Duration.ZERO), Ended.released(run.get(1)),
                Ended.released(run.get(2)), Ended.released(run.get(3)), Ended.released(run.get(4))));
        probeNow(store);
        var probe = claim(store, claims, 10).runs().get(0).get(0);
        end(store, claims, List.of(failed(probe, Outcome.GAVE_UP_CHAT, Duration.ZERO)));

        assertThat(count(store, "select count(*) from delivery where chat = 'sick' and state = 'parked'")).isEqualTo(5);
        assertThat(count(store, "select count(*) from delivery where chat = 'well' and state = 'owed'")).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void nothingOfAPausedEndpointIsClaimed(Dialect dialect) throws SQLException {
        var store = empty(dialect);
        owe(store, "chat", 1);
        var claims = claims(dialect);
        store.write(connection -> {
            claims.pause(connection, "410");
            return null;
        });
        assertThat(claim(store, claims, 10).runs()).isEmpty();
        store.write(connection -> Rows.update(connection, "update endpoint set paused_at = null"));
        assertThat(claim(store, claims, 10).runs()).singleElement();
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void twoClaimantsWhateverHappens_deliverEachChatInOrderAndEverythingOnce(Dialect dialect) throws SQLException {
        for (int seed = 1; seed <= Tries.FACTOR; seed++) {
            var store = empty(dialect);
            var random = new Random(seed);
            var both = List.of(claims(dialect), claims(dialect));
            List<List<List<Claimed>>> holding = List.of(new ArrayList<>(), new ArrayList<>());
            List<Claimed> done = new ArrayList<>();
            for (int step = 0; step < 120; step++) {
                if (random.nextInt(3) == 0) {
                    owe(store, "chat-" + random.nextInt(4), 1 + random.nextInt(random.nextInt(10) == 0 ? 900 : 5));
                }
                var who = random.nextInt(2);
                var claims = both.get(who);
                holding.get(who).addAll(claim(store, claims, 1 + random.nextInt(64)).runs());
                if (random.nextInt(15) == 0) {
                    expire(store);
                    holding.forEach(List::clear);
                } else if (!holding.get(who).isEmpty() && random.nextBoolean()) {
                    end(store, claims, randomEnd(holding.get(who).remove(0), random, done));
                }
                if (random.nextInt(10) == 0) {
                    store.write(connection -> {
                        claims.sweep(connection);
                        return null;
                    });
                }
            }
            expire(store);
            for (int rounds = 0; count(store, "select count(*) from delivery where state = 'owed'") > 0; rounds++) {
                assertThat(rounds).as("seed %d: it comes to an end", seed).isLessThan(2_000);
                var claims = both.get(rounds % 2);
                for (var run : claim(store, claims, 200).runs()) {
                    run.forEach(done::add);
                    end(store, claims, run.stream().map(one -> Ended.delivered(one, null)).toList());
                }
                store.write(connection -> {
                    claims.sweep(connection);
                    return null;
                });
            }
            assertThat(done).as("seed %d: everything once", seed).extracting(Claimed::id).doesNotHaveDuplicates()
                    .hasSize((int) count(store, "select count(*) from delivery"));
            for (int chat = 0; chat < 4; chat++) {
                var name = "chat-" + chat;
                assertThat(done.stream().filter(one -> one.chat().equals(name)).map(Claimed::id))
                        .as("seed %d, %s", seed, name).isSorted();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void severalAtTheSameMoment_deliverEachChatInOrderAndEverythingOnce(Dialect dialect) throws SQLException {
        var store = empty(dialect);
        for (int i = 0; i < 60; i++) {
            owe(store, "chat-" + i % 7, 1 + i % 13 * 5);
        }
        var total = count(store, "select count(*) from delivery");
        var done = new ConcurrentLinkedQueue<Claimed>();
        var workers = new ArrayList<CompletableFuture<Void>>();
        for (int i = 0; i < 4; i++) {
            workers.add(CompletableFuture.runAsync(() -> {
                var claims = claims(dialect);
                try {
                    for (int empty = 0; done.size() < total; empty++) {
                        assertThat(empty).as("it comes to an end").isLessThan(20_000);
                        for (var run : claim(store, claims, 20).runs()) {
                            done.addAll(run);
                            end(store, claims, run.stream().map(one -> Ended.delivered(one, null)).toList());
                        }
                        store.write(connection -> {
                            claims.sweep(connection);
                            return null;
                        });
                    }
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            }));
        }
        workers.forEach(CompletableFuture::join);

        assertThat(done).hasSize((int) total).extracting(Claimed::id).doesNotHaveDuplicates();
        for (int i = 0; i < 7; i++) {
            var name = "chat-" + i;
            assertThat(done.stream().filter(one -> one.chat().equals(name)).map(Claimed::id)).as(name).isSorted();
        }
    }

    /** Some deliver all, some fail in the middle. */
    private static List<Ended> randomEnd(List<Claimed> run, Random random, List<Claimed> done) {
        var failsAt = random.nextInt(3) == 0 ? random.nextInt(run.size()) : run.size();
        List<Ended> ended = new ArrayList<>();
        for (int i = 0; i < run.size(); i++) {
            if (i < failsAt) {
                done.add(run.get(i));
                ended.add(Ended.delivered(run.get(i), null));
            } else {
                ended.add(i == failsAt
                        ? failed(run.get(i), Outcome.RETRIED, Duration.ZERO)
                        : Ended.released(run.get(i)));
            }
        }
        return ended;
    }

    private static Claims claims(Dialect dialect) {
        return new Claims(dialect, "there", LEASE);
    }

    private static Claim claim(Database store, Claims claims, int limit) throws SQLException {
        return store.write(connection -> claims.claim(connection, limit, ROOM, 64, false));
    }

    private static void end(Database store, Claims claims, List<Ended> ended) throws SQLException {
        store.write(connection -> {
            claims.end(connection, ended, PROBE);
            return null;
        });
    }

    private static void deliver(Database store, Claims claims, List<List<Claimed>> runs, List<Long> delivered)
            throws SQLException {
        for (var run : runs) {
            run.forEach(one -> delivered.add(one.id()));
            end(store, claims, run.stream().map(one -> Ended.delivered(one, null)).toList());
        }
    }

    private static Ended failed(Claimed claimed, Outcome outcome, Duration retryIn) {
        return new Ended(claimed, outcome, "It failed.", null, retryIn);
    }

    private static List<Claimed> run(List<List<Claimed>> runs, String chat) {
        return runs.stream().filter(run -> run.get(0).chat().equals(chat)).findFirst().orElseThrow();
    }

    private static void expire(Database store) throws SQLException {
        store.write(connection -> Rows.update(connection, "update delivery set lease_until = 1, next_at = 1"
                + " where state = 'owed' and lease is not null"));
    }

    private static void probeNow(Database store) throws SQLException {
        store.write(connection -> {
            Rows.update(connection, "update delivery set next_at = 0 where state = 'owed'");
            return Rows.update(connection, "update suspension set probe_at = 0");
        });
    }

    private static long count(Database store, String sql) {
        return store.read(connection -> Rows.query(connection, sql, row -> row.getLong(1)).get(0));
    }

    private Database empty(Dialect dialect) throws SQLException {
        var store = STORES.get(dialect);
        store.write(connection -> {
            for (var table : List.of("delivery", "backlog", "suspension", "endpoint", "change", "event", "account")) {
                Rows.update(connection, "delete from " + table);
            }
            Rows.update(connection, "insert into account (id, name, gateway, instance) values (1, 'sales', 'x', 'y')");
            return Rows.update(connection, "insert into event (id, account_id, kind, chat, target, event_id, variant,"
                    + " source, received_at, endpoints, tellings) values (1, 1, '', '', '', '', '', '', 0, '', '')");
        });
        lastId = 0;
        return store;
    }

    private void owe(Database store, String chat, int count) throws SQLException {
        owe(store, Collections.nCopies(count, chat));
    }

    private void owe(Database store, List<String> chats) throws SQLException {
        List<@Nullable Object[]> changes = new ArrayList<>();
        List<@Nullable Object[]> deliveries = new ArrayList<>();
        for (var chat : chats) {
            var id = ++lastId;
            changes.add(new Object[]{id, chat});
            deliveries.add(new Object[]{id, id, chat});
        }
        store.write(connection -> {
            Rows.batch(connection,
                    "insert into change (id, event_id, account_id, chat, revision, told, created_at, data)"
                            + " values (?, 1, 1, ?, 1, true, 0, '{}')",
                    changes);
            Rows.batch(connection, "insert into delivery (id, endpoint, change_id, account_id, chat, state, next_at,"
                    + " created_at) values (?, 'there', ?, 1, ?, 'owed', 0, 0)", deliveries);
            return null;
        });
    }
}
