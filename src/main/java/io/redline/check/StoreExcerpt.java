package io.redline.check;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

import io.redline.account.Account;
import io.redline.database.Rows;
import io.redline.database.StoreFile;

/**
 * What a store knows of some messages, read in one snapshot. SQLite and PostgreSQL have the same columns, so that either can
 * be copied into a SQLite store.
 */
public final class StoreExcerpt implements Rehearsal.ServiceStore {

    private static final String SQLITE = "jdbc:sqlite:";
    private static final int MOST_PARAMETERS = 500;

    private final String url;
    private final String username;
    private final String password;
    private int rows;

    public StoreExcerpt(String url, String username, String password) {
        this.url = url;
        this.username = username;
        this.password = password;
    }

    /** Whether there is such a store. */
    public boolean exists() {
        return !url.startsWith(SQLITE) || Files.isRegularFile(file(url));
    }

    /** The file of an address of SQLite. */
    public static Path file(String url) {
        return Path.of(url.substring(SQLITE.length()).replaceFirst("\\?.*", ""));
    }

    /** How many rows were copied. */
    public int rows() {
        return rows;
    }

    private Connection open() throws SQLException {
        if (url.startsWith(SQLITE)) {
            var connection = new StoreFile(file(url)).read();
            connection.setAutoCommit(false);
            return connection;
        }
        var source = new PGSimpleDataSource();
        source.setUrl(url);
        source.setUser(username);
        source.setPassword(password);
        var connection = source.getConnection();
        connection.setAutoCommit(false);
        Rows.update(connection, "set transaction isolation level repeatable read, read only");
        return connection;
    }

    @Override
    public void copyTo(Connection scratch, Account account, Set<String> chats, Set<String> ids) throws SQLException {
        try (var real = open()) {
            try {
                var from = id(real, account);
                var to = id(scratch, account);
                if (from != null && to != null && !chats.isEmpty()) {
                    copy(real, scratch, from, to, chats, ids);
                }
            } finally {
                real.rollback();
            }
        }
    }

    private static @Nullable Long id(Connection connection, Account account) throws SQLException {
        return Rows
                .query(connection, "select id from account where gateway = ? and instance = ?", row -> row.getLong(1),
                        account.gateway(), account.instance())
                .stream().findFirst().orElse(null);
    }

    private void copy(Connection real, Connection scratch, long from, long to, Set<String> chats, Set<String> ids)
            throws SQLException {
        var some = ids.stream().limit(MOST_PARAMETERS).toList();
        var words = new ArrayList<>(chats.stream().limit(MOST_PARAMETERS).toList());
        var inChats = "chat in (" + marks(words.size()) + ")";
        copyRows(real, scratch, "event", "account_id = ? and (" + inChats + " or target in (" + marks(some.size())
                + ") or event_id in (" + marks(some.size()) + ") or kind = 'chat-alias')", to,
                Stream.of(List.of(from), words, some, some).flatMap(List::stream).toArray());
        copyRows(real, scratch, "message", "account_id = ? and (" + inChats + " or message_id in (" + marks(some.size())
                + "))", to, Stream.of(List.of(from), words, some).flatMap(List::stream).toArray());
        copyRows(real, scratch, "change", "account_id = ? and " + inChats, to,
                Stream.of(List.of(from), words).flatMap(List::stream).toArray());
        copyRows(real, scratch, "forgotten", "account_id = ? and " + inChats, to,
                Stream.of(List.of(from), words).flatMap(List::stream).toArray());
        Rows.update(scratch, "update position set value = max(value, (select coalesce(max(id), 0) from event),"
                + " (select coalesce(max(id), 0) from change)) + 1");
    }

    private static String marks(int count) {
        return Stream.generate(() -> "?").limit(Math.max(1, count)).collect(Collectors.joining(", "));
    }

    private void copyRows(Connection real, Connection scratch, String table, String condition, long to,
            Object... parameters) throws SQLException {
        var names = Rows.query(scratch, "select name from pragma_table_info(?)", row -> row.getString(1), table);
        var copied = Rows.query(real, "select " + String.join(", ", names) + " from " + table + " where " + condition,
                row -> values(row, names, to), parameters);
        rows += copied.size();
        Rows.batch(scratch,
                "insert into " + table + " (" + String.join(", ", names) + ") values (" + marks(names.size())
                        + ") on conflict do nothing",
                copied);
    }

    private static @Nullable Object[] values(ResultSet row, List<String> names, long account) throws SQLException {
        var values = new @Nullable Object[names.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = names.get(i).equals("account_id") ? Long.valueOf(account) : row.getObject(i + 1);
        }
        return values;
    }
}
