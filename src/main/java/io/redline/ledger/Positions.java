package io.redline.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;

import io.redline.database.Dialect;
import io.redline.database.Pipeline;

/**
 * Ids that rise in the order in which things happened to a chat: drawn inside the transaction that uses them, after the
 * accounts are locked. What was drawn and not used is a gap, which nobody minds.
 */
public final class Positions {

    private final Pipeline pipeline;
    private final Queue<Long> drawn = new ArrayDeque<>();
    private int expected;

    public Positions(Pipeline pipeline) {
        this.pipeline = pipeline;
    }

    public Positions(Connection connection, Dialect dialect) {
        this(new Pipeline(connection, dialect));
    }

    /** So many more are likely to be needed: draw them along with what is asked first. */
    public void expect(int count) {
        expected += count;
    }

    /** Wait for accounts, and then draw what is expected, with the pipeline's next run. */
    void drawFor(Collection<Long> accounts) {
        if (pipeline.dialect() == Dialect.POSTGRESQL) {
            // One statement for both, and its rows come after the locks: what is counted has been waited for.
            pipeline.ask("with locked as materialized (" + AccountLocks.query() + ") select nextval('position')"
                    + " from generate_series(1, ?) where (select count(*) from locked) > 0",
                    row -> drawn.add(row.getLong(1)), AccountLocks.parameter(accounts), expected);
        } else {
            draw(expected);
        }
        expected = 0;
    }

    private void draw(int count) {
        if (pipeline.dialect() == Dialect.POSTGRESQL) {
            pipeline.ask("select nextval('position') from generate_series(1, ?)", row -> drawn.add(row.getLong(1)),
                    count);
        } else {
            pipeline.ask("update position set value = value + ? returning value", row -> {
                for (long id = row.getLong(1) - count + 1; id <= row.getLong(1); id++) {
                    drawn.add(id);
                }
            }, (long) count);
        }
    }

    public List<Long> next(int count) throws SQLException {
        if (drawn.size() < count) {
            // Greater than all that were drawn before, so the order holds.
            draw(count - drawn.size());
            pipeline.run();
        }
        List<Long> ids = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ids.add(drawn.remove());
        }
        return ids;
    }
}
