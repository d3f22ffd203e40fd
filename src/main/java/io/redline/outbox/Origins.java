package io.redline.outbox;

import java.util.Locale;
import java.util.Optional;

import jakarta.inject.Singleton;

import io.redline.database.Database;
import io.redline.database.Rows;
import io.redline.event.Source;

/** Knows how what was kept came in. Threadsafe. */
@Singleton
public class Origins {

    private final Database database;

    /**
     * How something came in.
     *
     * @param receivedAt UNIX milliseconds
     */
    public record Origin(Source source, long receivedAt) {
    }

    Origins(Database database) {
        this.database = database;
    }

    /**
     * The origin of an event.
     *
     * @param eventId our own number of it
     */
    public Optional<Origin> of(long eventId) {
        return database.read(connection -> Rows.query(connection, "select source, received_at from event where id = ?",
                row -> new Origin(Source.valueOf(row.getString(1).toUpperCase(Locale.ROOT)), row.getLong(2)), eventId)
                .stream().findFirst());
    }
}
