package io.redline.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.TreeSet;

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
}
