package io.redline.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * Statements that are told to the store together: PostgreSQL gets them in one round trip, SQLite one after the other. Lives as
 * long as the transaction it is part of.
 */
public final class Pipeline {

    /** Where both sides could come to wait for each other to read: so much is in no buffer. */
    private static final int MOST_AT_ONCE = 64 * 1024;

    /** Takes one row of an answer. */
    @FunctionalInterface
    public interface Taker {
        void take(ResultSet row) throws SQLException;
    }

    /**
     * @param parameters values and tables
     * @param each rows for which the statement is repeated
     */
    private record Step(String sql, @Nullable Taker taker, @Nullable Object[] parameters, @Nullable Table each,
            boolean insertion) {

        int size() {
            int size = 0;
            for (var parameter : parameters) {
                size += parameter instanceof Table table
                        ? table.size()
                        : parameter instanceof String text ? text.length() : 8;
            }
            return size;
        }
    }

    private final Connection connection;
    private final Dialect dialect;
    /** Statements of a connection that is kept; {@code null} where they are not worth keeping. */
    private final @Nullable Map<String, PreparedStatement> prepared;
    private final List<Step> steps = new ArrayList<>();

    public Pipeline(Connection connection, Dialect dialect) {
        this(connection, dialect, null);
    }

    Pipeline(Connection connection, Dialect dialect, @Nullable Map<String, PreparedStatement> prepared) {
        this.connection = connection;
        this.dialect = dialect;
        this.prepared = prepared;
    }

    public Connection connection() {
        return connection;
    }

    public Dialect dialect() {
        return dialect;
    }

    /** Ask a query with the next {@link #run}; each of its rows is given to the taker. */
    public void ask(String sql, Taker taker, @Nullable Object... parameters) {
        steps.add(new Step(sql, taker, parameters, null, false));
    }

    /** Change something with the next {@link #run}. */
    public void tell(String sql, @Nullable Object... parameters) {
        steps.add(new Step(sql, null, parameters, null, false));
    }

    /**
     * Insert rows with the next {@link #run}.
     *
     * @param into the table and its columns
     * @param onConflict what to do where there is such a row, or nothing
     */
    public void insert(String into, Table rows, String onConflict) {
        if (rows.isEmpty()) {
            return;
        }
        if (dialect == Dialect.POSTGRESQL) {
            steps.add(new Step("insert into " + into + " " + rows.query(dialect) + onConflict, null, new Object[]{rows},
                    null, true));
        } else {
            steps.add(new Step("insert into " + into + " values (" + rows.placeholders() + ")" + onConflict, null,
                    new Object[0], rows, true));
        }
    }

    /** Tell the store all there is to tell, and take its answers. */
    public void run() throws SQLException {
        var now = List.copyOf(steps);
        steps.clear();
        if (dialect == Dialect.POSTGRESQL && now.stream().mapToInt(Step::size).sum() <= MOST_AT_ONCE) {
            together(now, "");
        } else {
            for (var step : now) {
                apart(step);
            }
        }
    }

    /** The same, and commit it. What was refused is not committed; what failed may or may not be. */
    void commit() throws SQLException {
        if (dialect == Dialect.POSTGRESQL && steps.stream().allMatch(step -> step.taker == null)) {
            // Nobody answers more than a word, so there is no limit to what can be told together.
            var now = List.copyOf(steps);
            steps.clear();
            together(now, "; commit");
        } else {
            run();
        }
        connection.commit();
    }

    private void together(List<Step> steps, String end) throws SQLException {
        if (steps.isEmpty()) {
            return;
        }
        var now = atOnce(steps);
        var sql = now.stream().map(Step::sql).collect(Collectors.joining("; ", "", end));
        try (var statement = connection.prepareStatement(sql)) {
            int index = 1;
            for (var step : now) {
                index = bind(statement, index, step.parameters);
            }
            statement.execute();
            for (var step : now) {
                if (step.taker != null) {
                    take(statement.getResultSet(), step.taker);
                }
                statement.getMoreResults();
            }
        }
    }

    /** Insertions that follow each other are one statement: each table's own would cost more than its rows. */
    private static List<Step> atOnce(List<Step> steps) {
        List<Step> some = new ArrayList<>();
        for (int from = 0, to; from < steps.size(); from = to) {
            for (to = from + 1; to < steps.size() && steps.get(from).insertion && steps.get(to).insertion;) {
                to++;
            }
            some.add(to == from + 1 ? steps.get(from) : atOnce(steps.subList(from, to - 1), steps.get(to - 1)));
        }
        return some;
    }

    private static Step atOnce(List<Step> before, Step last) {
        var sql = new StringBuilder("with ");
        List<@Nullable Object> parameters = new ArrayList<>();
        for (var step : before) {
            sql.append(parameters.isEmpty() ? "" : ", ").append("i").append(parameters.size()).append(" as (")
                    .append(step.sql).append(")");
            parameters.addAll(Arrays.asList(step.parameters));
        }
        parameters.addAll(Arrays.asList(last.parameters));
        return new Step(sql.append(" ").append(last.sql).toString(), null, parameters.toArray(), null, true);
    }

    private void apart(Step step) throws SQLException {
        if (prepared == null) {
            try (var statement = connection.prepareStatement(step.sql)) {
                execute(statement, step);
            }
            return;
        }
        var statement = prepared.get(step.sql);
        if (statement == null) {
            statement = connection.prepareStatement(step.sql);
            prepared.put(step.sql, statement);
        }
        execute(statement, step);
    }

    private void execute(PreparedStatement statement, Step step) throws SQLException {
        if (step.each != null) {
            try {
                for (var row : step.each.rows()) {
                    bind(statement, 1, row);
                    statement.addBatch();
                }
                statement.executeBatch();
            } finally {
                statement.clearBatch();
            }
        } else {
            bind(statement, 1, step.parameters);
            if (step.taker == null) {
                statement.executeUpdate();
            } else {
                take(statement.executeQuery(), step.taker);
            }
        }
    }

    private static void take(ResultSet answer, Taker taker) throws SQLException {
        try (answer) {
            while (answer.next()) {
                taker.take(answer);
            }
        }
    }

    private int bind(PreparedStatement statement, int from, @Nullable Object[] parameters) throws SQLException {
        int index = from;
        for (var parameter : parameters) {
            if (parameter instanceof Table table) {
                index = table.bind(statement, dialect, index);
            } else {
                Rows.bind(statement, index++, parameter);
            }
        }
        return index;
    }
}
