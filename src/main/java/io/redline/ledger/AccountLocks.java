package io.redline.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.TreeSet;

import io.redline.database.Database;
import io.redline.database.Dialect;
import io.redline.database.Pipeline;
import io.redline.database.Rows;
import io.redline.database.Table;
import io.redline.database.Table.Column;

/** What about one account must not happen at the same time happens one after the other, until the transaction ends. */
public final class AccountLocks {

    /** Our own space among PostgreSQL's advisory locks. */
    private static final int SPACE = 0x5245_444c;

    private AccountLocks() {
    }

    /** The query that waits for those in the table of accounts that is its parameter; on PostgreSQL. */
    static String query() {
        return "select pg_advisory_xact_lock(" + SPACE + ", id) from ("
                + Table.query(Dialect.POSTGRESQL, Column.INTEGER)
                + ") as locked (id)";
    }

    /** The parameter, in one order, so that two transactions never wait for each other. */
    static Table parameter(Collection<Long> accounts) {
        var locked = new Table(Column.INTEGER);
        new TreeSet<>(accounts).forEach(id -> locked.add(id.intValue()));
        return locked;
    }

    /** Wait for them. On SQLite a transaction that writes is alone anyway. */
    public static void take(Connection connection, Dialect dialect, Collection<Long> accounts) throws SQLException {
        if (dialect == Dialect.POSTGRESQL && !accounts.isEmpty()) {
            var pipeline = new Pipeline(connection, dialect);
            pipeline.ask(query(), row -> {
            }, parameter(accounts));
            pipeline.run();
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
            // They are drawn under these locks: whoever drew one before and still has to commit holds some. To get those for a
            // moment is to have waited for them. Never all accounts' locks: the server has no room for those of thousands.
            Rows.query(connection, "select pg_advisory_xact_lock_shared(" + SPACE + ", id) from (select distinct"
                    + " cast(objid as integer) as id from pg_locks where locktype = 'advisory' and classid = " + SPACE
                    + " and objsubid = 2 and database = (select oid from pg_database where datname ="
                    + " current_database()) and mode = 'ExclusiveLock' and granted order by 1) as held", row -> 0);
            return last;
        });
    }
}
