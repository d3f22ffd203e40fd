package io.redline.door;

import java.sql.SQLException;
import java.util.Optional;

import jakarta.inject.Singleton;

import io.redline.account.Account;
import io.redline.database.Database;
import io.redline.database.Rows;

/** How far the queues of those gateways were read that want to be told so. What a crash takes back comes again, and is known. Threadsafe. */
@Singleton
class Cursors {

    private final Database database;

    Cursors(Database database) {
        this.database = database;
    }

    /** The gateway's id of the last notification that was kept. */
    Optional<String> of(Account account) {
        return database.read(connection -> Rows.query(connection,
                "select last_id from queue_cursor where gateway = ? and instance = ?", row -> row.getString(1),
                account.gateway(), account.instance())).stream().findFirst();
    }

    /** Say so, once all up to it are kept. */
    void move(Account account, String last) {
        try {
            database.writeRelaxed(connection -> Rows.update(connection, "insert into queue_cursor (gateway, instance,"
                    + " last_id) values (?, ?, ?) on conflict (gateway, instance) do update set last_id ="
                    + " excluded.last_id", account.gateway(), account.instance(), last));
        } catch (SQLException e) {
            throw new IllegalStateException("A cursor could not be written.", e);
        }
    }
}
