package io.redline.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

/** The few ways in which SQL is asked here, on a given connection. */
public final class Rows {

    /** Reads one row. */
    @FunctionalInterface
    public interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    private Rows() {
    }

    /** All rows of a query with positional parameters: text, whole numbers, booleans, bytes or null. */
    public static <T> List<T> query(Connection connection, String sql, Reader<T> reader, @Nullable Object... parameters)
            throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            bind(statement, parameters);
            try (var rows = statement.executeQuery()) {
                List<T> all = new ArrayList<>();
                while (rows.next()) {
                    all.add(reader.read(rows));
                }
                return all;
            }
        }
    }

    /** A whole number of a row that may be null. */
    public static @Nullable Long number(ResultSet row, int column) throws SQLException {
        var number = row.getLong(column);
        return row.wasNull() ? null : number;
    }

    /** How many rows a statement changed. */
    public static int update(Connection connection, String sql, @Nullable Object... parameters) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            bind(statement, parameters);
            return statement.executeUpdate();
        }
    }

    /** One statement for many rows. */
    public static void batch(Connection connection, String sql, Collection<@Nullable Object[]> rows)
            throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        try (var statement = connection.prepareStatement(sql)) {
            for (var row : rows) {
                bind(statement, row);
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    /**
     * A list of so many parameters for {@code in}. Filled up to a power of two, so that few different statements are ever
     * prepared.
     */
    public static String list(int parameters) {
        return IntStream.range(0, size(parameters)).mapToObj(i -> "?").collect(Collectors.joining(", ", "(", ")"));
    }

    /** The parameters of {@link #list}: all rows one after the other, the last one repeated to fill up. */
    public static Object[] flat(List<Object[]> rows) {
        var all = new ArrayList<>();
        for (int i = 0; i < size(rows.size()); i++) {
            all.addAll(List.of(rows.get(Math.min(i, rows.size() - 1))));
        }
        return all.toArray();
    }

    private static int size(int rows) {
        return rows <= 1 ? 1 : Integer.highestOneBit(rows - 1) << 1;
    }

    private static void bind(PreparedStatement statement, @Nullable Object... parameters) throws SQLException {
        for (int i = 0; i < parameters.length; i++) {
            bind(statement, i + 1, parameters[i]);
        }
    }

    static void bind(PreparedStatement statement, int index, @Nullable Object value) throws SQLException {
        if (value == null) {
            statement.setNull(index, Types.NULL);
        } else if (value instanceof String text) {
            statement.setString(index, text);
        } else if (value instanceof Long number) {
            statement.setLong(index, number);
        } else if (value instanceof Integer number) {
            statement.setInt(index, number);
        } else if (value instanceof Boolean flag) {
            statement.setBoolean(index, flag);
        } else if (value instanceof byte[] bytes) {
            statement.setBytes(index, bytes);
        } else {
            throw new IllegalArgumentException("No SQL parameter can be a " + value.getClass());
        }
    }
}
