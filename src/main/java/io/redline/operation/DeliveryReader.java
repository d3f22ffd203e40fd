package io.redline.operation;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import io.redline.database.Database;
import io.redline.database.Rows;
import io.redline.ledger.LedgerReader.Named;
import io.redline.outbox.Deliveries;

/** Reads what is owed, parked or done, as the API shows it. Threadsafe. */
@Singleton
public class DeliveryReader {

    /** What can be asked for. Each row is shown in one of them but {@code retrying}, which is part of {@code owed}. */
    public static final Set<String> STATES = Set.of("owed", "retrying", "orphaned", "parked", "done", "discarded");

    private static final String SELECT = "select d.id, d.endpoint, a.name, e.id, e.kind, c.chat, c.message_id,"
            + " c.revision, d.state, d.attempts, d.last_error, d.created_at, d.ended_at, d.next_at, d.answer, d.replay,"
            + " d.notification_id from delivery d left join change c on c.id = d.change_id"
            + " left join notification n on n.id = d.notification_id"
            + " left join event e on e.id = coalesce(c.event_id, n.event_id) join account a on a.id = d.account_id";

    private final Database database;
    private final Deliveries deliveries;

    DeliveryReader(Database database, Deliveries deliveries) {
        this.database = database;
        this.deliveries = deliveries;
    }

    /**
     * Deliveries as JSON objects, the oldest first.
     *
     * @param state one of {@link #STATES}
     * @param after the number of the delivery after which to begin
     */
    public List<Map<String, Object>> list(String state, @Nullable String endpoint, @Nullable Long accountId, long after,
            int limit) {
        var served = deliveries.served();
        List<Object> parameters = new ArrayList<>();
        var sql = new StringBuilder(SELECT).append(" where ");
        // The state is written out: only then a partial index is seen to fit.
        switch (state) {
            case "owed", "orphaned" -> {
                sql.append("d.state = 'owed' and ").append(isServed(served.size(), "owed".equals(state)));
                parameters.addAll(served);
            }
            case "retrying" -> sql.append("d.state = 'owed' and d.last_error is not null");
            case "parked" -> sql.append("d.state = 'parked'");
            case "done" -> sql.append("d.state = 'done'");
            case "discarded" -> sql.append("d.state = 'discarded'");
            default -> throw new IllegalArgumentException("No delivery is " + state + ".");
        }
        if (endpoint != null) {
            sql.append(" and d.endpoint = ?");
            parameters.add(endpoint);
        }
        if (accountId != null) {
            sql.append(" and d.account_id = ?");
            parameters.add(accountId);
        }
        // Most rows are done: what is rare is not to be looked for among them, but in its own index, whatever its order.
        var id = "done".equals(state) || endpoint != null ? "d.id" : "d.id + 0";
        sql.append(" and ").append(id).append(" > ? order by ").append(id).append(" limit ?");
        parameters.add(after);
        parameters.add(limit);
        return query(sql.toString(), served, parameters.toArray());
    }

    private static String isServed(int served, boolean yes) {
        return served == 0
                ? yes ? "1 = 0" : "1 = 1"
                : "d.endpoint " + (yes ? "in (" : "not in (") + String.join(", ", Collections.nCopies(served, "?"))
                        + ")";
    }

    public Optional<Map<String, Object>> find(long id) {
        return query(SELECT + " where d.id = ?", deliveries.served(), id).stream().findFirst();
    }

    /**
     * Who was told of which revision of a message, and what came of it.
     *
     * @param names every id under which something was told of it
     */
    public List<Map<String, Object>> of(long accountId, Collection<Named> names) {
        List<Map<String, Object>> all = new ArrayList<>();
        for (var name : names) {
            all.addAll(query(SELECT + " where d.change_id in (select id from message_change"
                    + " where account_id = ? and message_id = ? and chat = ?)",
                    deliveries.served(), accountId, name.messageId(), name.chat()));
        }
        all.sort((one, other) -> Long.compare(Long.parseLong((String) one.get("id")),
                Long.parseLong((String) other.get("id"))));
        return all;
    }

    private List<Map<String, Object>> query(String sql, Set<String> served, @Nullable Object... parameters) {
        return database.read(connection -> Rows.query(connection, sql, row -> json(row, served), parameters));
    }

    private static Map<String, Object> json(ResultSet row, Set<String> served) throws SQLException {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", row.getString(1));
        json.put("endpoint", row.getString(2));
        json.put("account", row.getString(3));
        json.put("event", row.getString(4));
        json.put("kind", row.getString(5));
        var chat = row.getString(6);
        json.put("chatId", chat == null || chat.isEmpty() ? null : chat);
        json.put("messageId", row.getString(7));
        json.put("revision", Rows.number(row, 8));
        var owed = "owed".equals(row.getString(9));
        json.put("state", owed && !served.contains(row.getString(2)) ? "orphaned" : row.getString(9));
        json.put("attempts", row.getInt(10));
        json.put("lastError", row.getString(11));
        json.put("answer", row.getString(15));
        json.put("createdAt", Instant.ofEpochMilli(row.getLong(12)).toString());
        var next = row.getLong(14);
        json.put("nextAt", owed && next > 0 ? Instant.ofEpochMilli(next).toString() : null);
        var ended = Rows.number(row, 13);
        json.put("endedAt", ended == null ? null : Instant.ofEpochMilli(ended).toString());
        json.put("replay", row.getBoolean(16));
        if (Rows.number(row, 17) != null) {
            json.put("notification", true);
        }
        return json;
    }
}
