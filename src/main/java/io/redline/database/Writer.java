package io.redline.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The connection of somebody who writes all the time: kept open with what was prepared on it, and opened anew after a failure.
 * Not threadsafe.
 */
public final class Writer implements AutoCloseable {

    private final Database database;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();
    private @Nullable Connection connection;

    /** Something to do in a transaction. It may be done a second time if nothing of the first came to be. */
    @FunctionalInterface
    public interface Work<T> {
        T with(Pipeline pipeline) throws SQLException;
    }

    Writer(Database database) {
        this.database = database;
    }

    /**
     * Do something in one transaction, committed when this returns.
     *
     * @throws StoreUnavailable if the store failed; then it is not known whether a commit happened
     * @throws SQLException if the store refused the data
     */
    public <T> T write(Work<T> work) throws SQLException {
        return database.inTurn(() -> {
            try {
                return attempt(work, connection != null);
            } catch (SQLException e) {
                throw database.classified(e);
            }
        });
    }

    /**
     * @param again whether to try once more when the connection turns out to be broken before anything was to be committed:
     *        it may have been so for long
     */
    private <T> T attempt(Work<T> work, boolean again) throws SQLException {
        var committing = false;
        try {
            var pipeline = new Pipeline(open(), database.dialect(),
                    database.dialect() == Dialect.SQLITE ? prepared : null);
            var result = work.with(pipeline);
            committing = true;
            pipeline.commit();
            return result;
        } catch (SQLException e) {
            if (!database.dialect().isOutage(e)) {
                rollback(e);
                throw e;
            }
            close();
            if (!again || committing || !database.dialect().isDisconnection(e)) {
                throw e;
            }
        } catch (RuntimeException | Error e) {
            rollback(e);
            throw e;
        }
        return attempt(work, false);
    }

    private Connection open() throws SQLException {
        var known = connection;
        if (known == null) {
            known = database.open();
            connection = known;
            known.setAutoCommit(false);
        }
        return known;
    }

    private void rollback(Throwable cause) {
        if (connection != null) {
            try {
                connection.rollback();
            } catch (SQLException e) {
                cause.addSuppressed(e);
                close();
            }
        }
    }

    @Override
    public void close() {
        prepared.clear();
        var known = connection;
        connection = null;
        if (known != null) {
            try (known) {
                known.rollback();
            } catch (SQLException e) {
                // It is given up because it does not work.
                return;
            }
        }
    }
}
