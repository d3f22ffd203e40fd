package io.redline.journal;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import io.redline.account.Account;
import io.redline.database.Database;
import io.redline.database.Rows;
import io.redline.database.StoreUnavailable;
import io.redline.ledger.Ledger;

/** How far journals were read, and which process reads them: of several replicas one reads those of an account. Threadsafe. */
@Singleton
class JournalStore {

    private final Database database;
    private final Ledger ledger;
    private final String self = UUID.randomUUID().toString();

    /**
     * A row.
     *
     * @param since messages older than this, of which nobody told, are none of ours
     * @param completedAt when the last completed pass began
     * @param looked the event up to which messages without an original were looked for
     */
    record Row(long since, @Nullable Long completedAt, long looked) {
    }

    JournalStore(Database database, Ledger ledger) {
        this.database = database;
        this.ledger = ledger;
    }

    /**
     * Become the one who reads an account's journals, for a time.
     *
     * @param since where it begins if it never has
     * @param whoeverDoes whether to take it from a replica that does
     * @return how far it is; empty if another replica reads them
     */
    Optional<Row> claim(Account account, long since, Duration lease, boolean whoeverDoes) {
        var now = database.dialect().now();
        return write(() -> database.write(connection -> Rows.query(connection,
                "insert into journal (account_id, since, looked, owner, lease_until) values (?, ?, 0, ?, " + now
                        + " + ?) on conflict (account_id) do update set owner = excluded.owner,"
                        + " lease_until = excluded.lease_until where journal.owner = excluded.owner"
                        + " or journal.lease_until < " + now + " or cast(? as boolean)"
                        + " returning since, completed_at, looked",
                row -> new Row(row.getLong(1), Rows.number(row, 2), row.getLong(3)), ledger.idOf(account), since, self,
                lease.toMillis(), whoeverDoes)).stream().findFirst());
    }

    /**
     * Write down that a pass was completed, and go on reading.
     *
     * @return whether it is still ours to read
     */
    boolean complete(Account account, long completedAt, long looked, Duration lease) {
        return write(() -> database.write(connection -> Rows.update(connection,
                "update journal set completed_at = ?, looked = ?, lease_until = " + database.dialect().now()
                        + " + ? where account_id = ? and owner = ?",
                completedAt, looked, lease.toMillis(), ledger.idOf(account), self))) == 1;
    }

    /** Let another replica read them. */
    void release(List<Account> accounts) {
        write(() -> database.write(connection -> {
            for (var account : accounts) {
                Rows.update(connection, "update journal set lease_until = 0 where account_id = ? and owner = ?",
                        ledger.idOf(account), self);
            }
            return null;
        }));
    }

    private interface Writing<T> {
        T write() throws SQLException;
    }

    private static <T> T write(Writing<T> writing) {
        try {
            return writing.write();
        } catch (SQLException e) {
            throw new StoreUnavailable("The store refused how far a journal was read.", e);
        }
    }
}
