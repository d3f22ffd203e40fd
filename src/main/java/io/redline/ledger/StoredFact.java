package io.redline.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import com.fasterxml.jackson.core.type.TypeReference;

import io.redline.event.EventJson;
import io.redline.event.EventKey;

/** A fact as it stands in the store while a batch is merged. */
final class StoredFact {

    /** What {@link #read} reads, of a table {@code event e}. */
    static final String COLUMNS = "e.id, e.account_id, e.kind, e.chat, e.target, e.event_id, e.variant, e.endpoints,"
            + " e.tellings";
    private static final TypeReference<List<Telling>> TELLINGS = new TypeReference<>() {
    };

    final long accountId;
    /** 0 until it is known that the event has to be written. */
    long eventId;
    Fact fact;
    final Set<String> endpoints;
    boolean dirty;

    StoredFact(long accountId, long eventId, Fact fact, Set<String> endpoints) {
        this.accountId = accountId;
        this.eventId = eventId;
        this.fact = fact;
        this.endpoints = new LinkedHashSet<>(endpoints);
    }

    /** A row that begins with {@link #COLUMNS}. */
    static StoredFact read(ResultSet row) throws SQLException {
        var key = new EventKey(row.getString(3), row.getString(4), row.getString(5), row.getString(6),
                row.getString(7));
        return new StoredFact(row.getLong(2), row.getLong(1), new Fact(key, EventJson.read(row.getString(9), TELLINGS)),
                Endpoints.parse(row.getString(8)));
    }
}
