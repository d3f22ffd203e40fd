package io.redline.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.TreeSet;

import io.redline.database.Database;
import io.redline.database.Dialect;
import io.redline.database.Rows;

/** What about one account must not happen at the same time happens one after the other, until the transaction ends. */
public final class AccountLocks {

    /** Our own space among PostgreSQL's advisory locks. */
    static final int SPACE = 0x5245_444c;

    private AccountLocks() {
    }

    /** Wait for them. On SQLite a transaction that writes is alone anyway. */
    public static void take(Connection connection, Dialect dialect, Collection<Long> accounts) throws SQLException {
        if (dialect == Dialect.POSTGRESQL && !accounts.isEmpty()) {
            // In one order, so that two transactions never wait for each other.
            var ids = new TreeSet<>(accounts).stream().map(id -> new Object[]{id.intValue()}).toList();
            Rows.query(connection, "select pg_advisory_xact_lock(" + SPACE + ", id) from ("
                    + Rows.values(ids.size(), "integer") + ") as locked (id)", row -> 0, Rows.flat(ids));
        }
    }

    /**
     * Up to which number of {@link Positions} nothing more will come: whoever drew one has committed it by now, or never will.
     * Numbers are drawn in one order and committed in another; a reader that goes on after the last one he saw must not pass
     * one that is still to come.
     */
    static long settled(Database database) {
        if (database.dialect() == Dialect.SQLITE) {
            return Long.MAX_VALUE;
        }
        return database.read(connection -> {
            var last = Rows.query(connection, "select last_value from position", row -> row.getLong(1)).get(0);
            // They are drawn under these locks: to get each for a moment is to have waited for those that had it.
            Rows.query(connection,
                    "select pg_advisory_xact_lock_shared(" + SPACE + ", cast(id as integer)) from account"
                            + " order by id",
                    row -> 0);
            return last;
        });
    }
}
