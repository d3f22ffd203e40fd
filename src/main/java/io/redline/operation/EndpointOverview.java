package io.redline.operation;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.redline.database.Database;
import io.redline.database.Rows;
import io.redline.ledger.Endpoints;
import io.redline.outbox.Deliveries;

/**
 * What there is of every endpoint: those that a route serves, those that {@code redline.route.*} names, and those that are
 * owed something. Counting reads small indexes only, but all of what is owed; so it is done again at most every few seconds,
 * and the less often the longer it takes. Threadsafe.
 */
@Singleton
public class EndpointOverview {

    private static final long AT_MOST_EVERY = Duration.ofSeconds(3).toNanos();
    /** Counting takes at most this part of the time. */
    private static final int SHARE = 20;

    private final Database database;
    private final Deliveries deliveries;
    private final MeterRegistry metrics;
    private Map<String, Status> counted = Map.of();
    private Map<String, Long> unread = Map.of();
    private long countedAt;
    private long fresh = -1;

    /**
     * One endpoint.
     *
     * @param served whether a route of this process begins with it
     * @param pausedAt UNIX milliseconds, as the other times
     * @param owed all that is owed, also what is tried again
     * @param suspended how many chats wait behind one that gave up
     * @param oldestOwedAt since when the oldest one is owed
     * @param now when this was counted
     */
    public record Status(String name, boolean served, @Nullable Long pausedAt, @Nullable String pausedBy, long owed,
            long retrying, long parked, long suspended, @Nullable Long oldestOwedAt, long now) {

        public long orphaned() {
            return served ? 0 : owed;
        }

        /** How long the oldest one waits already, in milliseconds. */
        public @Nullable Long lag() {
            return oldestOwedAt == null ? null : Math.max(0, now - oldestOwedAt);
        }
    }

    EndpointOverview(Database database, Deliveries deliveries, MeterRegistry metrics) {
        this.database = database;
        this.deliveries = deliveries;
        this.metrics = metrics;
    }

    /** Every endpoint, by name; a few seconds old at most where little is owed. */
    public synchronized Collection<Status> all() {
        countIfNeeded();
        return counted.values();
    }

    /** By gateway, how many notifications no route could read; none where there are none. As old as {@link #all}. */
    public synchronized Map<String, Long> unread() {
        countIfNeeded();
        return unread;
    }

    private void countIfNeeded() {
        if (fresh < 0 || System.nanoTime() - countedAt > fresh) {
            var begun = System.nanoTime();
            counted = database.read(this::count);
            unread = database.read(EndpointOverview::countUnread);
            countedAt = System.nanoTime();
            fresh = Math.max(AT_MOST_EVERY, (countedAt - begun) * SHARE);
        }
    }

    public Optional<Status> find(String name) {
        return all().stream().filter(status -> status.name().equals(name)).findFirst();
    }

    /** Something was decided: count anew when next asked. */
    public synchronized void lookAgain() {
        fresh = -1;
    }

    /** Whether a route of this process begins with it. */
    public boolean isServed(String endpoint) {
        return deliveries.served().contains(endpoint);
    }

    /** Those that {@code redline.route.*} names. */
    static Collection<String> configured() {
        var config = ConfigProvider.getConfig();
        var names = new ArrayList<String>();
        for (var property : config.getPropertyNames()) {
            if (property.startsWith("redline.route.")) {
                config.getOptionalValue(property, String.class).ifPresent(all -> names.addAll(Endpoints.parse(all)));
            }
        }
        return names;
    }

    /** What this process delivered to it since its start: to count the rows would be to read them all. */
    public long delivered(String endpoint) {
        return (long) metrics.find("redline.deliveries").tag("endpoint", endpoint).tag("outcome", "delivered")
                .counters().stream().mapToDouble(Counter::count).sum();
    }

    private Map<String, Status> count(Connection connection) throws SQLException {
        record Owed(long count, long oldest) {
        }
        record Pause(@Nullable Long at, @Nullable String by) {
        }
        Map<String, Owed> owed = new HashMap<>();
        Rows.query(connection,
                "select endpoint, count(*), min(id) from delivery where state = 'owed' group by endpoint",
                row -> owed.put(row.getString(1), new Owed(row.getLong(2), row.getLong(3))));
        var retrying = counts(connection, "delivery where state = 'owed' and last_error is not null");
        var parked = counts(connection, "delivery where state = 'parked'");
        var suspended = counts(connection, "suspension");
        Map<String, Pause> paused = new HashMap<>();
        Rows.query(connection, "select name, paused_at, paused_by from endpoint", row -> {
            var at = row.getLong(2);
            var pause = row.wasNull() ? new Pause(null, null) : new Pause(at, row.getString(3));
            return paused.put(row.getString(1), pause);
        });
        long now = Rows.query(connection, "select " + database.dialect().now(), row -> row.getLong(1)).get(0);
        var served = deliveries.served();
        Map<String, @Nullable Long> oldest = new TreeMap<>();
        List.of(served, configured(), owed.keySet(), parked.keySet(), paused.keySet())
                .forEach(names -> names.forEach(name -> oldest.put(name, null)));
        for (var entry : owed.entrySet()) {
            Rows.query(connection, "select created_at from delivery where id = ?",
                    row -> oldest.put(entry.getKey(), row.getLong(1)), entry.getValue().oldest());
        }
        Map<String, Status> all = new TreeMap<>();
        oldest.forEach((name, since) -> {
            var pause = paused.getOrDefault(name, new Pause(null, null));
            var count = owed.getOrDefault(name, new Owed(0, 0)).count();
            all.put(name, new Status(name, served.contains(name), pause.at(), pause.by(), count,
                    retrying.getOrDefault(name, 0L), parked.getOrDefault(name, 0L), suspended.getOrDefault(name, 0L),
                    since, now));
        });
        return all;
    }

    private static Map<String, Long> countUnread(Connection connection) throws SQLException {
        Map<String, Long> unread = new HashMap<>();
        Rows.query(connection, "select a.gateway, count(*) from delivery d join account a on a.id = d.account_id"
                + " where d.endpoint = ? and d.state = 'parked' group by a.gateway",
                row -> unread.put(row.getString(1), row.getLong(2)), Deliveries.TRANSLATOR);
        return unread;
    }

    private static Map<String, Long> counts(Connection connection, String rows) throws SQLException {
        Map<String, Long> counts = new HashMap<>();
        Rows.query(connection, "select endpoint, count(*) from " + rows + " group by endpoint",
                row -> counts.put(row.getString(1), row.getLong(2)));
        return counts;
    }
}
