package io.redline.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.LongStream;

import io.redline.database.Dialect;
import io.redline.database.Rows;

/** Ids that rise in the order in which things happened to a chat: drawn inside the transaction that uses them. */
public final class Positions {

    private final Connection connection;
    private final Dialect dialect;

    public Positions(Connection connection, Dialect dialect) {
        this.connection = connection;
        this.dialect = dialect;
    }

    public List<Long> next(int count) throws SQLException {
        if (count == 0) {
            return List.of();
        }
        if (dialect == Dialect.POSTGRESQL) {
            return Rows.query(connection, "select nextval('position') from generate_series(1, ?)",
                    row -> row.getLong(1), count);
        }
        var last = Rows.query(connection, "update position set value = value + ? returning value",
                row -> row.getLong(1), (long) count).get(0);
        return LongStream.rangeClosed(last - count + 1, last).boxed().toList();
    }
}
