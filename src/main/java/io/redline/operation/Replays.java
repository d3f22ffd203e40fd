package io.redline.operation;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import io.redline.database.Database;
import io.redline.database.Dialect;
import io.redline.database.Rows;
import io.redline.database.StoreUnavailable;
import io.redline.ledger.AccountLocks;
import io.redline.ledger.Positions;
import io.redline.outbox.Deliveries;

/**
 * Owes again what ended: one delivery at once, many in the background, a chunk a transaction. How far that went is a row, so
 * that it goes on after a restart; its lease sees to it that one process does it. Threadsafe.
 */
@Singleton
public class Replays {

    /** So many changes are looked at in a transaction, so that nobody waits long for the store. */
    private static final int CHUNK = 1_000;
    /** So many chunks, and another replay has its turn. */
    private static final int TURN = 50;
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final String OWED_AGAIN = "state = 'owed', attempts = 0, next_at = 0, held = false, replay = true,"
            + " lease = null, lease_until = null, failing_since = null, last_error = null, answer = null, ended_at = null";
    private static final String COLUMNS = "r.id, r.endpoint, r.selection, r.account_id, r.chat, r.from_at, r.to_at,"
            + " r.position, r.last, r.total";

    private final Database database;
    private final Deliveries deliveries;

    /** What is owed again. */
    public enum Selection {
        /** The deliveries that are parked. */
        PARKED,
        /** Every change that endpoints are told, also what this one was never owed. */
        HISTORY,
        /** The last change of each message, which has its current view. */
        VIEWS;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What is to be owed again to an endpoint.
     *
     * @param from not what we heard before, in UNIX milliseconds
     * @param to not what we heard then or later
     */
    public record Request(String endpoint, Selection selection, @Nullable Long accountId, @Nullable String chat,
            @Nullable Long from, @Nullable Long to) {

        boolean concerns(Candidate one) {
            return (accountId == null || accountId == one.accountId())
                    && (chat == null || chat.equals(one.chat()))
                    && (from == null || from <= one.at()) && (to == null || one.at() < to);
        }
    }

    /** What became of the wish to deliver something again. */
    public enum Again {
        UNKNOWN, OWED,
        /** What it would deliver is no longer kept. */
        GONE
    }

    /** @param total of how many it looks through, {@code null} before they were counted */
    private record Job(long id, Request request, long position, long last, @Nullable Long total) {
    }

    /** The order key of deliveries. */
    private record Chat(long accountId, String chat) {
    }

    private record Candidate(long id, long accountId, String chat, long at, boolean wanted) {
    }

    Replays(Database database, Deliveries deliveries) {
        this.database = database;
        this.deliveries = deliveries;
    }

    /** Owe one delivery again, whatever became of it. */
    public Again again(long deliveryId) {
        record Found(String endpoint, boolean owed, boolean gone, Chat chat) {
        }
        var found = write(connection -> {
            var one = Rows.query(connection, "select endpoint, state = 'owed', notification_id is null"
                    + " and (change_id is null or endpoint = '" + Deliveries.TRANSLATOR
                    + "'), account_id, chat from delivery where id = ?",
                    row -> new Found(row.getString(1), row.getBoolean(2), row.getBoolean(3),
                            new Chat(row.getLong(4), row.getString(5))),
                    deliveryId).stream().findFirst();
            if (one.isPresent() && !one.get().owed() && !one.get().gone()) {
                Rows.update(connection, "update delivery set " + OWED_AGAIN + " where id = ? and state <> 'owed'",
                        deliveryId);
                tryNow(connection, one.get().endpoint(), one.get().chat());
            }
            return one;
        });
        if (found.isEmpty()) {
            return Again.UNKNOWN;
        }
        if (found.get().gone()) {
            return Again.GONE;
        }
        deliveries.announce(Set.of(found.get().endpoint()));
        return Again.OWED;
    }

    /**
     * Begin to owe something again; it is done in the background, up to what there is now.
     *
     * @return its number
     */
    public long begin(Request request) {
        return write(connection -> {
            long id = new Positions(connection, database.dialect()).next(1).get(0);
            var parked = request.selection() == Selection.PARKED;
            var last = Rows.query(connection, parked
                    ? "select coalesce(max(id), 0) from delivery where endpoint = ? and state = 'parked'"
                    : "select coalesce(max(id), 0) from change", row -> row.getLong(1),
                    parked ? new Object[]{request.endpoint()} : new Object[0]).get(0);
            Rows.update(connection, "insert into replay (id, endpoint, selection, account_id, chat, from_at, to_at,"
                    + " state, position, last, created_at) values (?, ?, ?, ?, ?, ?, ?, 'running', 0, ?, "
                    + database.dialect().now() + ")", id, request.endpoint(), request.selection().word(),
                    request.accountId(), request.chat(), request.from(), request.to(), last);
            return id;
        });
    }

    /** Replays as JSON objects, the newest first. */
    public List<Map<String, Object>> list(long before, int limit) {
        return query(" where r.id < ? order by r.id desc limit ?", before, limit);
    }

    public Optional<Map<String, Object>> find(long id) {
        return query(" where r.id = ?", id).stream().findFirst();
    }

    private List<Map<String, Object>> query(String where, Object... parameters) {
        return database.read(connection -> Rows.query(connection, "select " + COLUMNS + ", r.state, r.owed,"
                + " r.created_at, r.ended_at, a.name, r.looked from replay r left join account a on a.id = r.account_id"
                + where,
                row -> {
                    var job = job(row);
                    var request = job.request();
                    Map<String, Object> json = new LinkedHashMap<>();
                    json.put("id", String.valueOf(job.id()));
                    json.put("endpoint", request.endpoint());
                    json.put("served", deliveries.served().contains(request.endpoint()));
                    json.put("selection", request.selection().word());
                    json.put("account", row.getString(15));
                    json.put("chatId", request.chat());
                    json.put("from", time(request.from()));
                    json.put("to", time(request.to()));
                    json.put("state", row.getString(11));
                    json.put("owed", row.getLong(12));
                    json.put("looked", row.getLong(16));
                    json.put("total", job.total());
                    json.put("position", job.position());
                    json.put("last", job.last());
                    json.put("createdAt", time(row.getLong(13)));
                    json.put("endedAt", time(Rows.number(row, 14)));
                    return json;
                }, parameters));
    }

    private static @Nullable String time(@Nullable Long millis) {
        return millis == null ? null : Instant.ofEpochMilli(millis).toString();
    }

    private static Job job(ResultSet row) throws SQLException {
        return new Job(row.getLong(1),
                new Request(row.getString(2), Selection.valueOf(row.getString(3).toUpperCase(Locale.ROOT)),
                        Rows.number(row, 4), row.getString(5), Rows.number(row, 6), Rows.number(row, 7)),
                row.getLong(8), row.getLong(9), Rows.number(row, 10));
    }

    /**
     * Go on with what there is to do, until nothing is left.
     *
     * @param allowed asked after each chunk whether to go on
     */
    void work(BooleanSupplier allowed) {
        while (allowed.getAsBoolean()) {
            var job = claim();
            if (job == null) {
                return;
            }
            for (int i = 0; job != null && i < TURN && allowed.getAsBoolean(); i++) {
                job = advance(job);
            }
            if (job != null) {
                release(job);
            }
        }
    }

    /** The one that waited longest. */
    private @Nullable Job claim() {
        var now = database.dialect().now();
        return write(connection -> Rows.query(connection, "update replay as r set lease_until = " + now + " + ?"
                + " where id = (select id from replay where state = 'running' and coalesce(lease_until, 0) <= " + now
                + " order by coalesce(lease_until, 0), id limit 1" + database.dialect().skipLocked("replay")
                + ") returning "
                + (database.dialect() == Dialect.SQLITE ? COLUMNS.replace("r.", "") : COLUMNS),
                Replays::job, LEASE.toMillis())).stream().findFirst().orElse(null);
    }

    private void release(Job job) {
        write(connection -> Rows.update(connection, "update replay set lease_until = " + database.dialect().now()
                + " where id = ? and position = ? and state = 'running'", job.id(), job.position()));
    }

    /** How many there are to look through: outside of what is written, since it may take a moment. */
    private long count(Job job) {
        var parked = job.request().selection() == Selection.PARKED;
        return database.read(connection -> Rows.query(connection, "select count(*) from " + (parked
                ? "delivery where endpoint = ? and state = 'parked' and"
                : "change where") + " id > ? and id <= ?", row -> row.getLong(1), parked
                        ? new Object[]{job.request().endpoint(), job.position(), job.last()}
                        : new Object[]{job.position(), job.last()}))
                .get(0);
    }

    /** Owe a chunk; {@code null} when it was the last one, or when somebody else went on with it meanwhile. */
    private @Nullable Job advance(Job job) {
        var request = job.request();
        var parked = request.selection() == Selection.PARKED;
        var total = job.total() == null ? count(job) : job.total();
        var next = write(connection -> {
            var candidates = parked ? parked(connection, job) : changes(connection, job);
            if (!parked && database.dialect() == Dialect.POSTGRESQL) {
                // Their deliveries get their numbers while nobody else owes these accounts anything: chats keep their order.
                AccountLocks.take(connection, database.dialect(),
                        candidates.stream().map(Candidate::accountId).collect(Collectors.toSet()));
                candidates = changes(connection, job);
            }
            var position = candidates.size() < CHUNK ? job.last() : candidates.get(candidates.size() - 1).id();
            var wanted = candidates.stream().filter(one -> one.wanted() && request.concerns(one)).toList();
            var owed = parked ? unpark(connection, wanted) : owe(connection, request, wanted);
            for (var one : wanted.stream().map(one -> new Chat(one.accountId(), one.chat())).distinct().toList()) {
                tryNow(connection, request.endpoint(), one);
            }
            var now = database.dialect().now();
            var ours = Rows.update(connection, "update replay set position = ?, looked = looked + ?, total = ?,"
                    + " owed = owed + ?, lease_until = " + now
                    + " + ?, state = ?, ended_at = case when cast(? as text) = 'done' then " + now + " end"
                    + " where id = ? and position = ? and state = 'running'", position, candidates.size(), total, owed,
                    LEASE.toMillis(),
                    state(position, job), state(position, job), job.id(), job.position());
            if (ours == 0) {
                connection.rollback();
                return null;
            }
            return new Job(job.id(), request, position, job.last(), total);
        });
        deliveries.announce(Set.of(request.endpoint()));
        return next == null || next.position() >= next.last() ? null : next;
    }

    /** Whoever has something sent again expects that it works by now: a suspended chat is tried at once. */
    private static void tryNow(Connection connection, String endpoint, Chat chat) throws SQLException {
        if (Rows.update(connection, "update suspension set probe_at = 0 where endpoint = ? and account_id = ?"
                + " and chat = ?", endpoint, chat.accountId(), chat.chat()) > 0) {
            Rows.update(connection, "update delivery set next_at = 0 where endpoint = ? and state = 'owed'"
                    + " and account_id = ? and chat = ? and next_at > 0 and lease is null", endpoint,
                    chat.accountId(), chat.chat());
        }
    }

    private static String state(long position, Job job) {
        return position >= job.last() ? "done" : "running";
    }

    private List<Candidate> parked(Connection connection, Job job) throws SQLException {
        // What lost its notification cannot be translated again.
        return Rows.query(connection, "select id, account_id, chat, created_at, endpoint <> '" + Deliveries.TRANSLATOR
                + "' or notification_id is not null from delivery where endpoint = ?"
                + " and state = 'parked' and id > ? and id <= ? order by id limit ?",
                row -> new Candidate(row.getLong(1), row.getLong(2), row.getString(3), row.getLong(4),
                        row.getBoolean(5)),
                job.request().endpoint(), job.position(), job.last(), CHUNK);
    }

    private List<Candidate> changes(Connection connection, Job job) throws SQLException {
        var wanted = job.request().selection() == Selection.HISTORY
                ? "c.told"
                : "c.told and c.message_id is not null and not exists (select 1 from message_change n"
                        + " where n.account_id = c.account_id and n.message_id = c.message_id and n.chat = c.chat"
                        + " and n.told and n.id > c.id and n.id <= ?)";
        List<Object> parameters = new ArrayList<>();
        if (job.request().selection() == Selection.VIEWS) {
            parameters.add(job.last());
        }
        parameters.addAll(List.of(job.position(), job.last(), CHUNK));
        return Rows.query(connection, "select c.id, c.account_id, c.chat, c.created_at, " + wanted + " from change c"
                + " where c.id > ? and c.id <= ? order by c.id limit ?",
                row -> new Candidate(row.getLong(1), row.getLong(2), row.getString(3), row.getLong(4),
                        row.getBoolean(5)),
                parameters.toArray());
    }

    private long unpark(Connection connection, List<Candidate> wanted) throws SQLException {
        // The state as an expression: else PostgreSQL might look for the id in an index of all that is parked.
        Rows.batch(connection, "update delivery set " + OWED_AGAIN + " where id = ? and state || '' = 'parked'",
                wanted.stream().map(one -> new Object[]{one.id()}).toList());
        return wanted.size();
    }

    /** What it was owed before is owed in its new place; what is on its way just now is left alone. */
    private long owe(Connection connection, Request request, List<Candidate> wanted) throws SQLException {
        var ids = new Positions(connection, database.dialect()).next(wanted.size());
        var now = database.dialect().now();
        List<@Nullable Object[]> rows = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            var one = wanted.get(i);
            rows.add(new Object[]{ids.get(i), request.endpoint(), one.id(), one.accountId(), one.chat(), true});
        }
        Rows.batch(connection,
                "insert into delivery (id, endpoint, change_id, account_id, chat, state, replay, next_at,"
                        + " created_at) values (?, ?, ?, ?, ?, 'owed', ?, 0, " + now + ")"
                        + " on conflict (change_id, endpoint) do update set id = excluded.id, created_at = excluded.created_at, "
                        + OWED_AGAIN + " where delivery.state <> 'owed' or delivery.lease is null",
                rows);
        return ids.isEmpty()
                ? 0
                : Rows.query(connection, "select count(*) from delivery where endpoint = ? and id between ? and ?",
                        row -> row.getLong(1), request.endpoint(), ids.get(0), ids.get(ids.size() - 1)).get(0);
    }

    private <T extends @Nullable Object> T write(Database.Work<T> work) {
        try {
            return database.write(work);
        } catch (SQLException e) {
            throw new StoreUnavailable("The store refused a replay.", e);
        }
    }
}
