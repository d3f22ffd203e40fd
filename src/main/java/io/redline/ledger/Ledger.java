package io.redline.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

import io.redline.account.Account;
import io.redline.account.Accounts;
import io.redline.config.Unusable;
import io.redline.database.Database;
import io.redline.database.Pipeline;
import io.redline.database.Rows;
import io.redline.event.Event;

/**
 * Where events become facts, and facts the current view of every message. Recording happens inside a transaction of the
 * caller, who commits what is owed along with it. Threadsafe.
 */
@Singleton
public class Ledger {

    /** Longer ids are no ids, and would not fit an index row. In UTF-8 bytes. */
    private static final int LONGEST_ID = 512;

    private final Database database;
    private final boolean erase;
    private final Map<String, Long> accountIds = new ConcurrentHashMap<>();
    private final Heard heard = new Heard();

    Ledger(Database database, Accounts accounts, @ConfigProperty(name = "redline.ledger.on-delete") String onDelete) {
        if (!List.of("keep", "erase").contains(onDelete)) {
            throw Unusable.because("redline.ledger.on-delete is '" + onDelete + "', but has to be keep or erase.");
        }
        this.database = database;
        this.erase = "erase".equals(onDelete);
        try {
            database.write(connection -> {
                for (var account : accounts.all()) {
                    accountIds.put(account.name(), register(connection, account));
                }
                return null;
            });
        } catch (SQLException e) {
            throw new IllegalStateException("The accounts could not be registered in the store.", e);
        }
    }

    /** An account is its gateway and instance; if it was renamed, its history goes along. */
    private static long register(Connection connection, Account account) throws SQLException {
        // Mostly it is there, and its row is written all the time by whoever hears of it: to be left alone.
        var known = Rows.query(connection, "select id from account where gateway = ? and instance = ? and name = ?",
                row -> row.getLong(1), account.gateway(), account.instance(), account.name());
        if (!known.isEmpty()) {
            return known.get(0);
        }
        Rows.update(connection, "insert into account (id, name, gateway, instance)"
                + " select coalesce(max(id), 0) + 1, ?, ?, ? from account where true"
                + " on conflict (gateway, instance) do update set name = excluded.name",
                account.name(), account.gateway(), account.instance());
        return Rows.query(connection, "select id from account where gateway = ? and instance = ?",
                row -> row.getLong(1), account.gateway(), account.instance()).get(0);
    }

    /** Have something told of an account that is not configured any more. */
    public void admit(Account account) throws SQLException {
        if (!accountIds.containsKey(account.name())) {
            accountIds.put(account.name(), database.write(connection -> register(connection, account)));
        }
    }

    /** Whether a deleted message loses its text. */
    boolean erases() {
        return erase;
    }

    /** The store's number of an account that is configured, or admitted. */
    public long idOf(Account account) {
        var id = accountIds.get(account.name());
        if (id == null) {
            throw new IllegalArgumentException("There is no account '" + account.name() + "'.");
        }
        return id;
    }

    /**
     * Whether an event can be a row.
     *
     * @return a sentence that says why not, or {@code null}
     */
    public static @Nullable String obstacle(Event event) {
        var key = event.key();
        for (var id : List.of(key.chat(), key.target(), key.eventId(), key.variant())) {
            if (Ids.utf8Length(id) > LONGEST_ID) {
                return "It has an id of more than " + LONGEST_ID + " bytes.";
            }
            if (!Ids.isText(id)) {
                return "It has an id that is not text: with NUL, or half a character.";
            }
        }
        return null;
    }

    /**
     * Record events and merge them, in their order, as part of a transaction.
     *
     * @param pipeline what is written is told to it, and stands in the store after its next run
     * @param positions where the numbers of rows come from
     * @return what became of each, in the same order
     * @throws SQLException if the store refuses or fails; nothing of this call may then be committed
     */
    public List<Recorded> record(Pipeline pipeline, Positions positions, List<Submission> batch) throws SQLException {
        var recorded = new Recording(pipeline, positions, this::idOf, erase).record(batch);
        // Not earlier: the accounts are locked by now, so that nobody waits for these rows.
        heard.note(pipeline, batch, this::idOf);
        return recorded;
    }

    /** The same, all of it written when this returns. */
    List<Recorded> record(Connection connection, List<Submission> batch) throws SQLException {
        var pipeline = new Pipeline(connection, database.dialect());
        var recorded = record(pipeline, new Positions(pipeline), batch);
        pipeline.run();
        return recorded;
    }
}
