package io.redline.outbox;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;

import jakarta.inject.Singleton;

import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import io.redline.database.Database;
import io.redline.database.Rows;

/** What is owed to endpoints, as rows; and who waits for it. Threadsafe. */
@Singleton
public class Deliveries {

    /** Whom an unrecognised notification waits for: not an endpoint, but a release or a route that can read it. */
    public static final String TRANSLATOR = "translator";

    private static final Logger LOG = Logger.getLogger(Deliveries.class);

    private final Database database;
    private final Map<String, Set<Runnable>> waiting = new ConcurrentHashMap<>();
    private final Set<String> missing = ConcurrentHashMap.newKeySet();

    Deliveries(Database database) {
        this.database = database;
    }

    /** Wake the consumers of endpoints that were just owed something. */
    void announce(Set<String> endpoints) {
        for (var endpoint : endpoints) {
            var consumers = waiting.get(endpoint);
            if (consumers != null) {
                consumers.forEach(Runnable::run);
            } else if (missing.add(endpoint)) {
                LOG.warnf("No route begins with outbox:%s. What it is owed is kept until one does; see"
                        + " redline.route.* and routes/endpoints.", endpoint);
            }
        }
    }

    void listen(String endpoint, Runnable consumer) {
        waiting.computeIfAbsent(endpoint, name -> new CopyOnWriteArraySet<>()).add(consumer);
        missing.remove(endpoint);
    }

    void leave(String endpoint, Runnable consumer) {
        waiting.computeIfPresent(endpoint, (name, consumers) -> {
            consumers.remove(consumer);
            return consumers.isEmpty() ? null : consumers;
        });
    }

    /**
     * Deliveries as JSON objects, the oldest first.
     *
     * @param after the number of the delivery after which to begin
     */
    public List<Map<String, Object>> list(String state, @Nullable String endpoint, long after, int limit) {
        return database.read(connection -> Rows.query(connection, SELECT + " where d.state = ? and d.id > ?"
                + " and (cast(? as text) is null or d.endpoint = ?) order by d.id limit ?", Deliveries::json,
                state, after, endpoint, endpoint, limit));
    }

    /** Who was told of which revision of a message, and what came of it. */
    public List<Map<String, Object>> of(long accountId, String chat, String messageId) {
        return database.read(connection -> Rows.query(connection, SELECT + " where c.account_id = ?"
                + " and c.message_id = ? and c.chat = ? order by d.id", Deliveries::json, accountId, messageId, chat));
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
