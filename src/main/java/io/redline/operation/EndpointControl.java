package io.redline.operation;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import jakarta.inject.Singleton;

import io.redline.database.Database;
import io.redline.database.Rows;
import io.redline.database.StoreUnavailable;
import io.redline.outbox.Deliveries;

/** Carries out what an operator decides about an endpoint as a whole. Threadsafe. */
@Singleton
public class EndpointControl {

    /** So many rows a transaction, so that nobody waits long for the store. */
    private static final int CHUNK = 1_000;
    /** The state as an expression: else PostgreSQL might look for the id in an index of all that is owed. */
    private static final String DISCARD = "update delivery set state = 'discarded', ended_at = %s, held = false, lease = null,"
            + " lease_until = null where id = ? and state || '' = 'owed'";

    private final Database database;
    private final Deliveries deliveries;
    private final EndpointOverview overview;

    /** What became of what was owed to another endpoint. */
    public record Redirected(long redirected, long discarded) {
    }

    EndpointControl(Database database, Deliveries deliveries, EndpointOverview overview) {
        this.database = database;
        this.deliveries = deliveries;
        this.overview = overview;
    }

    /** Deliver nothing to it until it is resumed. What is in flight ends as it ends. */
    public void pause(String endpoint) {
        write(connection -> Rows.update(connection, "insert into endpoint (name, paused_at, paused_by) values (?, "
                + database.dialect().now() + ", 'operator') on conflict (name) do update set"
                + " paused_at = excluded.paused_at, paused_by = excluded.paused_by where endpoint.paused_at is null",
                endpoint));
        overview.lookAgain();
    }

    /** Go on, whoever paused it. */
    public void resume(String endpoint) {
        write(connection -> Rows.update(connection,
                "update endpoint set paused_at = null, paused_by = null where name = ?", endpoint));
        overview.lookAgain();
        if (overview.isServed(endpoint)) {
            deliveries.announce(Set.of(endpoint));
        }
    }

    /**
     * Give up all that an endpoint is owed; what another process delivers just now is left to it.
     *
     * @return how many deliveries
     */
    public long discard(String endpoint) {
        long discarded = 0;
        while (true) {
            int now = write(connection -> {
                var ids = owed(connection, endpoint);
                forgetChats(connection, endpoint, ids);
                Rows.batch(connection, DISCARD.formatted(database.dialect().now()),
                        ids.stream().map(id -> new Object[]{id}).toList());
                return ids.size();
            });
            if (now == 0) {
                overview.lookAgain();
                return discarded;
            }
            discarded += now;
        }
    }

    /** Owe all that one endpoint is owed to another one. What that one was owed already is discarded instead. */
    public Redirected redirect(String from, String to) {
        long redirected = 0;
        long discarded = 0;
        while (true) {
            var now = write(connection -> {
                var ids = owed(connection, from);
                forgetChats(connection, from, ids);
                var twice = new HashSet<Long>();
                for (var id : ids) {
                    twice.addAll(Rows.query(connection, "select d.id from delivery d where d.id = ? and (exists"
                            + " (select 1 from delivery t where t.change_id = d.change_id and t.endpoint = ?) or exists"
                            + " (select 1 from delivery t where t.notification_id = d.notification_id"
                            + " and t.endpoint = ?))", row -> row.getLong(1), id, to, to));
                }
                Rows.batch(connection, DISCARD.formatted(database.dialect().now()),
                        twice.stream().map(id -> new Object[]{id}).toList());
                Rows.batch(connection, "update delivery set endpoint = ?, held = false, attempts = 0, next_at = 0,"
                        + " failing_since = null, last_error = null, lease = null, lease_until = null where id = ? and state || '' = 'owed'",
                        ids.stream().filter(id -> !twice.contains(id)).map(id -> new Object[]{to, id}).toList());
                return new Redirected(ids.size() - twice.size(), twice.size());
            });
            if (now.redirected() + now.discarded() == 0) {
                overview.lookAgain();
                return new Redirected(redirected, discarded);
            }
            redirected += now.redirected();
            discarded += now.discarded();
            deliveries.announce(Set.of(to));
        }
    }

    private List<Long> owed(Connection connection, String endpoint) throws SQLException {
        return Rows.query(connection, "select id from delivery where endpoint = ? and state = 'owed'"
                + " and (lease_until is null or lease_until < " + database.dialect().now() + ") limit ?"
                + database.dialect().skipLocked("delivery"), row -> row.getLong(1), endpoint, CHUNK);
    }

    /** When nothing is left that could wait, no chat does. */
    private static void forgetChats(Connection connection, String endpoint, List<Long> owed) throws SQLException {
        if (owed.isEmpty()) {
            Rows.update(connection, "delete from backlog where endpoint = ?", endpoint);
            Rows.update(connection, "delete from suspension where endpoint = ?", endpoint);
        }
    }

    private <T> T write(Database.Work<T> work) {
        try {
            return database.write(work);
        } catch (SQLException e) {
            throw new StoreUnavailable("The store refused a decision about an endpoint.", e);
        }
    }
}
