package io.redline.database;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

/**
 * What one process at a time may do, of all that share a store: by a row, by the database's clock. Who holds a lease renews
 * it; after a death it is free within {@link #TERM}. A SQLite file belongs to one process, which so holds everything.
 * Threadsafe.
 */
@Singleton
public class Leases {

    /** How long a lease lasts that nobody renews. */
    public static final Duration TERM = Duration.ofSeconds(6);
    /** How often it has to be renewed at least. */
    public static final Duration RENEWAL = Duration.ofSeconds(2);
    /** How often it is looked at by those who do not have it. */
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private final Database database;
    private final String holder = UUID.randomUUID().toString();
    /** By our own clock, from before we asked: it is over here before it is over in the store. */
    private final Map<String, Long> heldUntil = new ConcurrentHashMap<>();
    /** What others held when this was looked at; in one query, for there may be a lease for each of thousands of accounts. */
    private volatile Set<String> others = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Long lookedAt;

    Leases(Database database) {
        this.database = database;
    }

    /**
     * Whether this process has a lease; it takes it where it is free.
     *
     * @throws StoreUnavailable if that cannot be known
     */
    public boolean holds(String name) {
        if (database.dialect() == Dialect.SQLITE) {
            return true;
        }
        var now = System.nanoTime();
        var until = heldUntil.get(name);
        if (until != null && until - now > 0) {
            return true;
        }
        look(now);
        if (others.contains(name)) {
            return false;
        }
        var ours = claim(name, now, " where lease.lease_until <= " + database.dialect().now()
                + " or lease.holder = excluded.holder");
        if (!ours) {
            others.add(name);
        }
        return ours;
    }

    private synchronized void look(long now) {
        var last = lookedAt;
        if (last == null || now - last >= LOOK_EVERY.toNanos()) {
            Set<String> held = ConcurrentHashMap.newKeySet();
            held.addAll(database.read(connection -> Rows.query(connection, "select name from lease where holder <> ?"
                    + " and lease_until > " + database.dialect().now(), row -> row.getString(1), holder)));
            others = held;
            lookedAt = now;
        }
    }

    /**
     * Take a lease from whichever process has it, which notices when it renews what it has.
     *
     * @throws StoreUnavailable if that could not be done
     */
    public void take(String name) {
        if (database.dialect() != Dialect.SQLITE) {
            claim(name, System.nanoTime(), "");
        }
    }

    private boolean claim(String name, long now, String where) {
        var ours = write(connection -> Rows.update(connection, "insert into lease (name, holder, lease_until)"
                + " values (?, ?, " + database.dialect().now() + " + ?) on conflict (name) do update set"
                + " holder = excluded.holder, lease_until = excluded.lease_until" + where, name, holder,
                TERM.toMillis())) > 0;
        if (ours) {
            heldUntil.put(name, now + TERM.toNanos());
        } else {
            heldUntil.remove(name);
        }
        return ours;
    }

    /**
     * Renew what this process holds, which has to be done every {@link #RENEWAL}.
     *
     * @throws StoreUnavailable if that could not be done
     */
    public void renew() {
        if (heldUntil.isEmpty()) {
            return;
        }
        var now = System.nanoTime();
        List<String> renewed = write(connection -> Rows.query(connection, "update lease set lease_until = "
                + database.dialect().now() + " + ? where holder = ? returning name", row -> row.getString(1),
                TERM.toMillis(), holder));
        heldUntil.keySet().retainAll(renewed);
        renewed.forEach(name -> heldUntil.computeIfPresent(name, (same, until) -> now + TERM.toNanos()));
    }

    /** Give back what this process holds, so that nobody has to wait for the end of its term. */
    public void release() {
        if (!heldUntil.isEmpty()) {
            heldUntil.clear();
            write(connection -> Rows.update(connection, "delete from lease where holder = ?", holder));
        }
    }

    private <T> T write(Database.Work<T> work) {
        try {
            return database.writeRelaxed(work);
        } catch (SQLException e) {
            throw new IllegalStateException("A lease could not be written.", e);
        }
    }
}
