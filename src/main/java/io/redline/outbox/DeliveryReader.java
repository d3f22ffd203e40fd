package io.redline.outbox;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import io.redline.database.Database;
import io.redline.database.Rows;

/** Reads what is owed, parked or done, as the API shows it. Threadsafe. */
@Singleton
public class DeliveryReader {

    private final Database database;

    DeliveryReader(Database database) {
        this.database = database;
    }

    /**
     * Deliveries as JSON objects, the oldest first.
     *
     * @param after the number of the delivery after which to begin
     */
    public List<Map<String, Object>> list(String state, @Nullable String endpoint, long after, int limit) {
        return database.read(connection -> Rows.query(connection, SELECT + " where d.state = ? and d.id > ?"
                + " and (cast(? as text) is null or d.endpoint = ?) order by d.id limit ?", DeliveryReader::json,
                state, after, endpoint, endpoint, limit));
    }

    /** Who was told of which revision of a message, and what came of it. */
    public List<Map<String, Object>> of(long accountId, String chat, String messageId) {
        return database.read(connection -> Rows.query(connection, SELECT + " where c.account_id = ?"
                + " and c.message_id = ? and c.chat = ? order by d.id", DeliveryReader::json, accountId, messageId,
                chat));
    }

    private static final String SELECT = "select d.id, d.endpoint, a.name, c.event_id, e.kind, c.chat, c.message_id,"
            + " c.revision, d.state, d.attempts, d.last_error, d.created_at, d.ended_at from delivery d"
            + " join change c on c.id = d.change_id join event e on e.id = c.event_id"
            + " join account a on a.id = d.account_id";

    private static Map<String, Object> json(ResultSet row) throws SQLException {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", row.getString(1));
        json.put("endpoint", row.getString(2));
        json.put("account", row.getString(3));
        json.put("event", row.getString(4));
        json.put("kind", row.getString(5));
        json.put("chatId", row.getString(6).isEmpty() ? null : row.getString(6));
        json.put("messageId", row.getString(7));
        json.put("revision", row.getLong(8));
        json.put("state", row.getString(9));
        json.put("attempts", row.getInt(10));
        json.put("lastError", row.getString(11));
        json.put("createdAt", Instant.ofEpochMilli(row.getLong(12)).toString());
        var ended = row.getLong(13);
        json.put("endedAt", row.wasNull() ? null : Instant.ofEpochMilli(ended).toString());
        return json;
    }
}
