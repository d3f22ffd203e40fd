package io.redline.operation;

import java.sql.SQLException;
import java.util.HashSet;
import java.util.Optional;

import jakarta.inject.Singleton;

import org.jboss.logging.Logger;

import io.redline.account.Account;
import io.redline.database.Database;
import io.redline.database.Rows;
import io.redline.ledger.Forgetting;
import io.redline.ledger.Ledger;

/**
 * Erases our own copy of a chat: messages with all their versions, notifications, what is owed, commands. The messenger's copy
 * stays, and so does what endpoints got. Threadsafe.
 */
@Singleton
public class ChatErasure {

    private static final Logger LOG = Logger.getLogger(ChatErasure.class);
    private static final int AT_ONCE = 100;

    private final Database database;
    private final Ledger ledger;

    ChatErasure(Database database, Ledger ledger) {
        this.database = database;
        this.ledger = ledger;
    }

    /**
     * Erase it, some of it in each transaction. What journals list of the time until now is not taken in again.
     *
     * @return how many messages were erased; empty if commands of the chat are not sent or answered yet
     */
    public Optional<Long> erase(Account account, String chat) {
        var id = ledger.idOf(account);
        try {
            var chats = database.read(connection -> Forgetting.names(connection, id, chat));
            var begun = database.write(connection -> {
                for (var name : chats) {
                    if (!Rows.query(connection, "select 1 from command c where c.account_id = ? and c.chat = ?"
                            + " and c.state in ('pending', 'sending', 'ambiguous') limit 1", row -> 1, id, name)
                            .isEmpty()) {
                        return false;
                    }
                }
                for (var name : chats) {
                    Rows.update(connection, "insert into forgotten (account_id, chat, at) values (?, ?, "
                            + database.dialect().now() + ") on conflict (account_id, chat) do update set at ="
                            + " excluded.at", id, name);
                    Rows.update(connection, "delete from command where account_id = ? and chat = ?", id, name);
                    Rows.update(connection, "delete from suspension where account_id = ? and chat = ?", id, name);
                }
                return true;
            });
            if (!begun) {
                return Optional.empty();
            }
            long erased = 0;
            for (int some = 1; some > 0; erased += some) {
                some = database.write(connection -> new Forgetting(connection, database.dialect()).eraseOf(id,
                        new HashSet<>(chats), AT_ONCE));
            }
            LOG.infof("Account %s: %d messages of a chat were erased.", account.name(), erased);
            return Optional.of(erased);
        } catch (SQLException e) {
            throw new IllegalStateException("A chat could not be erased.", e);
        }
    }
}
