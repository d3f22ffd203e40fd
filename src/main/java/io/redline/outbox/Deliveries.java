package io.redline.outbox;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;

import jakarta.inject.Singleton;

import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import io.redline.database.Database;
import io.redline.database.Rows;

/** What is owed to endpoints, as rows; and who waits for it. Threadsafe. */
@Singleton
public class Deliveries {

    /** Whom an unrecognised notification waits for: not an endpoint, but a release or a route that can read it. */
    public static final String TRANSLATOR = "translator";

    private static final Logger LOG = Logger.getLogger(Deliveries.class);

    private final Database database;
    private final Map<String, Set<Runnable>> waiting = new ConcurrentHashMap<>();
    private final Set<String> missing = ConcurrentHashMap.newKeySet();

    /**
     * One delivery, claimed under a lease.
     *
     * @param lease names the lease; whoever claims it later has another one
     */
    record Claimed(long id, String lease, String event, int attempt, long revision, String data) {
    }

    /**
     * How an attempt ended.
     *
     * @param error what went wrong, {@code null} if nothing
     * @param retryIn until the next attempt; {@code null} when there is to be none
     */
    record Ended(long id, String lease, @Nullable String error, @Nullable Duration retryIn) {
    }

    Deliveries(Database database) {
        this.database = database;
    }

    /** Wake the consumers of endpoints that were just owed something. */
    void announce(Set<String> endpoints) {
        for (var endpoint : endpoints) {
            var consumers = waiting.get(endpoint);
            if (consumers != null) {
                consumers.forEach(Runnable::run);
            } else if (missing.add(endpoint)) {
                LOG.warnf("No route begins with outbox:%s. What it is owed is kept until one does; see"
                        + " redline.route.* and routes/endpoints.", endpoint);
            }
        }
    }

    void listen(String endpoint, Runnable consumer) {
        waiting.computeIfAbsent(endpoint, name -> new CopyOnWriteArraySet<>()).add(consumer);
        missing.remove(endpoint);
    }

    void leave(String endpoint, Runnable consumer) {
        waiting.computeIfPresent(endpoint, (name, consumers) -> {
            consumers.remove(consumer);
            return consumers.isEmpty() ? null : consumers;
        });
    }

    /** The endpoints that a route of this process begins with. */
    Set<String> served() {
        return Set.copyOf(waiting.keySet());
    }

    /** Claim deliveries that are due, the oldest of each chat only, so that a chat keeps its order. */
    List<Claimed> claim(Connection connection, String endpoint, int limit, Duration lease)
            throws SQLException {
        if (limit == 0) {
            return List.of();
        }
        var now = database.dialect().now();
        var due = Rows.query(connection, "select d.id from delivery d where d.endpoint = ? and d.state = 'owed'"
                + " and d.next_at <= " + now + " and (d.lease_until is null or d.lease_until < " + now + ")"
                + " and not exists (select 1 from delivery p where p.endpoint = d.endpoint and p.state = 'owed'"
                + " and p.account_id = d.account_id and p.chat = d.chat and p.id < d.id)"
                + " order by d.id limit ?" + database.dialect().skipLocked(), row -> row.getLong(1), endpoint, limit);
        var token = UUID.randomUUID().toString();
        List<Claimed> claimed = new ArrayList<>();
        for (var id : due) {
            Rows.update(connection, "update delivery set lease = ?, lease_until = " + now + " + ?,"
                    + " attempts = attempts + 1 where id = ?", token, lease.toMillis(), id);
            claimed.addAll(Rows.query(connection, "select d.id, c.event_id, d.attempts, c.revision, c.data"
                    + " from delivery d join change c on c.id = d.change_id where d.id = ?",
                    row -> new Claimed(row.getLong(1), token, row.getString(2), row.getInt(3), row.getLong(4),
                            row.getString(5)),
                    id));
        }
        return claimed;
    }

    /** Write down how attempts ended. A delivery whose lease went to somebody else is theirs to judge. */
    void end(Connection connection, Collection<Ended> ended) throws SQLException {
        var now = database.dialect().now();
        for (var one : ended) {
            if (one.error() == null) {
                Rows.update(connection, "update delivery set state = 'done', last_error = null, lease = null,"
                        + " lease_until = null, ended_at = " + now + " where id = ? and lease = ?", one.id(),
                        one.lease());
            } else if (one.retryIn() != null) {
                Rows.update(connection, "update delivery set last_error = ?, lease = null, lease_until = null,"
                        + " next_at = " + now + " + ? where id = ? and lease = ?",
                        one.error(), one.retryIn().toMillis(), one.id(), one.lease());
            } else {
                Rows.update(connection, "update delivery set state = 'parked', last_error = ?, lease = null,"
                        + " lease_until = null, ended_at = " + now + " where id = ? and lease = ?",
                        one.error(), one.id(), one.lease());
            }
        }
    }

    void renew(Connection connection, Collection<Claimed> inFlight, Duration lease) throws SQLException {
        for (var one : inFlight) {
            Rows.update(connection, "update delivery set lease_until = " + database.dialect().now() + " + ?"
                    + " where id = ? and lease = ?", lease.toMillis(), one.id(), one.lease());
        }
    }

    /** Give back what a process that is gone had claimed; only where no other process can be. */
    void releaseAll(Connection connection, String endpoint) throws SQLException {
        Rows.update(connection, "update delivery set lease = null, lease_until = null where endpoint = ?"
                + " and state = 'owed' and lease is not null", endpoint);
    }

    /** Give back what was claimed and did not end, so that the next one need not wait for the lease. */
    void release(Connection connection, Collection<Claimed> inFlight) throws SQLException {
        for (var one : inFlight) {
            Rows.update(connection, "update delivery set lease = null, lease_until = null, attempts = attempts - 1"
                    + " where id = ? and lease = ? and state = 'owed'", one.id(), one.lease());
        }
    }
}
