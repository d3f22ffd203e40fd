package io.redline.operation;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import io.quarkus.runtime.Startup;
import io.redline.config.Unusable;
import io.redline.database.Database;
import io.redline.database.Dialect;
import io.redline.database.Leases;
import io.redline.database.Rows;
import io.redline.database.StoreUnavailable;
import io.redline.ledger.Forgetting;
import io.redline.ledger.Forgetting.Bundle;

/**
 * Deletes what is kept long enough, in small chunks. Numbers rise with time, so each table is read from its oldest row on,
 * without an index on times; SQLite uses the freed pages again. Of several processes one at a time does it.
 */
@Singleton
@Startup
public class Retention {

    private static final Logger LOG = Logger.getLogger(Retention.class);
    private static final Pattern PERIOD = Pattern.compile("(\\d{1,9})([dhms])");
    /** A gateway repeats a notification for a day: what it says must still be known as said. */
    private static final Duration REPEATS = Duration.ofDays(2);
    private static final int CHUNK = 500;
    private static final int EVENTS = 100;
    /** Besides the accounts, which have numbers from 1. */
    private static final int LOCK = 0;
    private static final int LOCK_SPACE = 0x5245_4450;

    private final Database database;
    private final Leases leases;
    private final @Nullable Duration raw;
    private final @Nullable Duration done;
    private final @Nullable Duration parked;
    private final @Nullable Duration messages;

    /** How many rows were deleted. */
    public record Deleted(long deliveries, long notifications, long events) {
        boolean isNothing() {
            return deliveries + notifications + events == 0;
        }
    }

    /** Another process does it still: one that stood still, and goes on. */
    private static final class Busy extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    Retention(Database database, Leases leases, @ConfigProperty(name = "redline.retention.raw") String raw,
            @ConfigProperty(name = "redline.retention.done") String done,
            @ConfigProperty(name = "redline.retention.parked") String parked,
            @ConfigProperty(name = "redline.retention.messages") String messages) {
        this.database = database;
        this.leases = leases;
        this.raw = period("raw", raw, Duration.ZERO);
        this.done = period("done", done, REPEATS);
        this.parked = period("parked", parked, Duration.ZERO);
        this.messages = period("messages", messages, REPEATS);
    }

    static @Nullable Duration period(String name, String text, Duration least) {
        var value = text.strip();
        if ("forever".equals(value)) {
            return null;
        }
        var found = PERIOD.matcher(value);
        if (!found.matches()) {
            throw Unusable.because("redline.retention." + name + " is '" + text
                    + "', but has to be a number and a unit (d, h, m, s), as in 30d, or forever.");
        }
        var number = Long.parseLong(found.group(1));
        var period = switch (found.group(2)) {
            case "d" -> Duration.ofDays(number);
            case "h" -> Duration.ofHours(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofSeconds(number);
        };
        if (period.compareTo(least) < 0) {
            throw Unusable.because("redline.retention." + name + " is '" + text + "', but has to be at least "
                    + least.toDays() + "d: gateways repeat notifications for a day.");
        }
        return period;
    }

    /** Delete what is kept long enough by now. */
    public void run() {
        try {
            if (!leases.holds("retention")) {
                return;
            }
            var deleted = run(Instant.now());
            if (!deleted.isNothing()) {
                LOG.infof("Retention: %d deliveries, %d notifications and %d events were deleted.",
                        deleted.deliveries(), deleted.notifications(), deleted.events());
            }
        } catch (Busy e) {
            LOG.debug("Retention: another process does it.");
        } catch (StoreUnavailable | SQLException e) {
            LOG.warn("Retention: the store failed; what is left is deleted the next time.");
            LOG.debug("The failure", e);
        }
    }

    Deleted run(Instant now) throws SQLException {
        var deliveries = deliveries(before(now, done), before(now, parked));
        var notifications = raw == null ? 0 : notifications(before(now, raw));
        var events = messages == null ? 0 : events(before(now, messages));
        if (messages != null) {
            commands(before(now, messages));
        }
        return new Deleted(deliveries, notifications, events);
    }

    /** {@link Long#MIN_VALUE} for ever: nothing is older. */
    private static long before(Instant now, @Nullable Duration period) {
        return period == null ? Long.MIN_VALUE : now.minus(period).toEpochMilli();
    }

    private <T> T alone(Database.Work<T> work) throws SQLException {
        return database.write(connection -> {
            if (database.dialect() == Dialect.POSTGRESQL
                    && !Rows.query(connection, "select pg_try_advisory_xact_lock(" + LOCK_SPACE + ", " + LOCK + ")",
                            row -> row.getBoolean(1)).get(0)) {
                throw new Busy();
            }
            return work.with(connection);
        });
    }

    private record Row(long id, String state, long at, long endedAt) {
    }

    private long deliveries(long doneBefore, long parkedBefore) throws SQLException {
        long deleted = 0;
        long after = 0;
        var newest = Math.max(doneBefore, parkedBefore);
        while (newest != Long.MIN_VALUE) {
            var from = after;
            var rows = database.read(connection -> Rows.query(connection, "select id, state, created_at,"
                    + " coalesce(ended_at, created_at) from delivery where id > ? order by id limit ?",
                    row -> new Row(row.getLong(1), row.getString(2), row.getLong(3), row.getLong(4)), from, CHUNK));
            var old = rows.stream().filter(row -> switch (row.state()) {
                case "done", "discarded" -> row.endedAt() < doneBefore;
                case "parked" -> row.endedAt() < parkedBefore;
                default -> false;
            }).toList();
            if (!old.isEmpty()) {
                // Unless it was sent again meanwhile.
                alone(connection -> {
                    Rows.batch(connection, "delete from delivery where id = ? and state = ?",
                            old.stream().map(row -> new Object[]{row.id(), row.state()}).toList());
                    return null;
                });
                deleted += old.size();
            }
            if (rows.size() < CHUNK || rows.get(rows.size() - 1).at() >= newest) {
                break;
            }
            after = rows.get(rows.size() - 1).id();
        }
        if (doneBefore != Long.MIN_VALUE) {
            alone(connection -> Rows.update(connection, "delete from replay where state = 'done' and ended_at < ?",
                    doneBefore));
        }
        return deleted;
    }

    /** What waits for somebody keeps its notification; what ended loses it. */
    private long notifications(long before) throws SQLException {
        long deleted = 0;
        long after = 0;
        while (true) {
            var from = after;
            var rows = database.read(connection -> Rows.query(connection,
                    "select id, received_at from notification where id > ? order by id limit ?",
                    row -> Map.entry(row.getLong(1), row.getLong(2)), from, CHUNK));
            var old = rows.stream().filter(row -> row.getValue() < before).map(row -> new Object[]{row.getKey()})
                    .toList();
            if (!old.isEmpty()) {
                deleted += alone(connection -> {
                    endDeliveries(connection, old);
                    int gone = 0;
                    for (var id : old) {
                        gone += Rows.update(connection, "delete from notification where id = ? and not exists"
                                + " (select 1 from delivery d where d.notification_id = notification.id)", id);
                    }
                    return gone;
                });
            }
            if (rows.size() < CHUNK || rows.get(rows.size() - 1).getValue() >= before) {
                return deleted;
            }
            after = rows.get(rows.size() - 1).getKey();
        }
    }

    private static void endDeliveries(Connection connection, Collection<Object[]> notifications) throws SQLException {
        Rows.batch(connection, "delete from delivery where notification_id = ? and change_id is null"
                + " and state in ('done', 'discarded')", notifications);
        Rows.batch(connection, "update delivery set notification_id = null where notification_id = ?"
                + " and state in ('done', 'discarded')", notifications);
    }

    /** Messages with all that belongs to them, unless somebody waits for any of it. */
    private long events(long before) throws SQLException {
        long deleted = 0;
        long after = 0;
        while (true) {
            var from = after;
            record Step(long last, boolean end, long deleted) {
            }
            var step = alone(connection -> {
                var ledger = new Forgetting(connection, database.dialect());
                var part = ledger.look(from, before, EVENTS);
                List<Bundle> free = new ArrayList<>();
                for (var bundle : part.old()) {
                    if (free(connection, ledger, bundle)) {
                        free.add(bundle);
                    }
                }
                ledger.forget(free);
                return new Step(part.last(), part.end(), free.stream().mapToLong(one -> one.events().size()).sum());
            });
            deleted += step.deleted();
            if (step.end()) {
                return deleted;
            }
            after = step.last();
        }
    }

    /** They have a text as messages have, and go as they do, once they ended. */
    private void commands(long before) throws SQLException {
        while (alone(connection -> Rows.update(connection, "delete from command where id in (select c.id from command c"
                + " where c.created_at < ? and c.ended_at is not null and c.told order by c.id limit ?)", before,
                CHUNK)) == CHUNK) {
            // The next ones, in a transaction of their own.
        }
    }

    /** Delete what was delivered of it. */
    private static boolean free(Connection connection, Forgetting ledger, Bundle bundle) throws SQLException {
        var changes = ledger.changes(bundle);
        var notifications = ledger.notifications(bundle);
        for (var change : changes) {
            if (isWaitedFor(connection, "change_id", change)) {
                return false;
            }
        }
        for (var notification : notifications) {
            if (isWaitedFor(connection, "notification_id", notification)) {
                return false;
            }
        }
        Rows.batch(connection, "delete from delivery where change_id = ?", keys(changes));
        Rows.batch(connection, "delete from delivery where notification_id = ?", keys(notifications));
        return true;
    }

    private static boolean isWaitedFor(Connection connection, String column, long id) throws SQLException {
        return !Rows.query(connection, "select 1 from delivery where " + column + " = ?"
                + " and state in ('owed', 'parked')", row -> 1, id).isEmpty();
    }

    private static List<Object[]> keys(Collection<Long> ids) {
        return ids.stream().map(id -> new Object[]{id}).collect(Collectors.toList());
    }
}
