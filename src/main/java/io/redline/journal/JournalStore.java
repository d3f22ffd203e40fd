package io.redline.journal;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import io.redline.account.Account;
import io.redline.database.Database;
import io.redline.database.Leases;
import io.redline.database.Rows;
import io.redline.database.StoreUnavailable;
import io.redline.ledger.Ledger;

/** How far journals were read, and whether this process reads them: of several replicas one reads those of an account. Threadsafe. */
@Singleton
class JournalStore {

    private static final Duration KEPT = Duration.ofDays(7);

    private final Database database;
    private final Ledger ledger;
    private final Leases leases;

    /**
     * A row.
     *
     * @param since messages older than this, of which nobody told, are none of ours
     * @param completedAt when the last completed pass began
     * @param looked the event up to which messages without an original were looked for
     */
    record Row(long since, @Nullable Long completedAt, long looked) {
    }

    JournalStore(Database database, Ledger ledger, Leases leases) {
        this.database = database;
        this.ledger = ledger;
        this.leases = leases;
    }

    private static String lease(Account account) {
        return "journal " + account.gateway() + " " + account.instance();
    }

    /** Whether it is for this process to read an account's journals. */
    boolean isOurs(Account account) {
        return leases.holds(lease(account));
    }

    /** Become the one who reads them, whoever did. */
    void take(Account account) {
        leases.take(lease(account));
    }

    /**
     * How far it is.
     *
     * @param since where it begins if it never has
     */
    Row row(Account account, long since) {
        return write(connection -> Rows.query(connection, "insert into journal (account_id, since, looked)"
                + " values (?, ?, 0) on conflict (account_id) do update set since = journal.since"
                + " returning since, completed_at, looked",
                row -> new Row(row.getLong(1), Rows.number(row, 2), row.getLong(3)), ledger.idOf(account), since))
                .get(0);
    }

    /** Write down that a pass was completed; one that stood still meanwhile, while another replica went on, says nothing. */
    void complete(Account account, long completedAt, long looked) {
        write(connection -> Rows.update(connection,
                "update journal set completed_at = ?, looked = ? where account_id = ?"
                        + " and coalesce(completed_at, 0) <= ?",
                completedAt, looked, ledger.idOf(account),
                completedAt));
    }

    /** Add what passes came to. What is older than anybody looks at goes. */
    void note(Account account, Drift drift) {
        write(connection -> {
            Rows.update(connection, "delete from drift where account_id = ? and at < ?", ledger.idOf(account),
                    drift.at() - KEPT.toMillis());
            return Rows.update(connection, "insert into drift (account_id, at, compared, drift) values (?, ?, ?, ?)"
                    + " on conflict (account_id, at) do update set compared = drift.compared + excluded.compared,"
                    + " drift = drift.drift + excluded.drift", ledger.idOf(account), drift.at(), drift.compared(),
                    drift.drift());
        });
    }

    /** What passes came to, the oldest first. */
    List<Drift> drift(Account account) {
        return database.read(connection -> Rows.query(connection, "select at, compared, drift from drift"
                + " where account_id = ? order by at", row -> new Drift(row.getLong(1), row.getLong(2), row.getLong(3)),
                ledger.idOf(account)));
    }

    private <T> T write(Database.Work<T> work) {
        try {
            return database.write(work);
        } catch (SQLException e) {
            throw new StoreUnavailable("The store refused how far a journal was read.", e);
        }
    }
}
