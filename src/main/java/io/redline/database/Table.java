package io.redline.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * Rows that are one parameter of a statement, so that its text is the same however many there are and the store need not plan
 * it anew: arrays on PostgreSQL, a JSON text on SQLite.
 */
public final class Table {

    private static final ObjectWriter JSON = JsonMapper.builder().build().writer();

    /** What a column holds. */
    public enum Column {
        NUMBER("bigint", "int8", Long.class), INTEGER("integer", "int4", Integer.class), FLAG("boolean", "bool",
                Boolean.class), TEXT("text", "text", String.class), BYTES("bytea", "bytea", byte[].class);

        private final String type;
        private final String element;
        private final Class<?> kind;

        Column(String type, String element, Class<?> kind) {
            this.type = type;
            this.element = element;
            this.kind = kind;
        }
    }

    private final List<Column> columns;
    private final List<@Nullable Object[]> rows = new ArrayList<>();

    public Table(Column... columns) {
        this.columns = List.of(columns);
    }

    public Table add(@Nullable Object... row) {
        if (row.length != columns.size()) {
            throw new IllegalArgumentException("A row of " + row.length + " values for " + columns + ".");
        }
        rows.add(row);
        return this;
    }

    public boolean isEmpty() {
        return rows.isEmpty();
    }

    List<@Nullable Object[]> rows() {
        return rows;
    }

    /** The query whose rows are those of the table that is given as a parameter. */
    public static String query(Dialect dialect, Column... columns) {
        return dialect == Dialect.POSTGRESQL
                ? Arrays.stream(columns).map(column -> "cast(? as " + column.type + "[])")
                        .collect(Collectors.joining(", ", "select * from unnest(", ")"))
                : IntStream.range(0, columns.length).mapToObj(i -> "value ->> " + i)
                        .collect(Collectors.joining(", ", "select ", " from json_each(?)"));
    }

    /** A condition: one of the values of the table of one column that is given as a parameter. */
    public static String among(Dialect dialect, Column column) {
        return dialect == Dialect.POSTGRESQL
                ? "= any(cast(? as " + column.type + "[]))"
                : "in (" + query(dialect, column) + ")";
    }

    String query(Dialect dialect) {
        return query(dialect, columns.toArray(Column[]::new));
    }

    /** One row of parameters. */
    String placeholders() {
        return columns.stream().map(column -> "?").collect(Collectors.joining(", "));
    }

    /** How much there is to send, roughly. */
    int size() {
        int size = 0;
        for (var row : rows) {
            for (var value : row) {
                size += value instanceof String text ? text.length() : value instanceof byte[] bytes ? bytes.length : 8;
            }
        }
        return size;
    }

    /**
     * Bind it as a parameter.
     *
     * @return the index of the next parameter
     */
    int bind(PreparedStatement statement, Dialect dialect, int index) throws SQLException {
        if (dialect == Dialect.SQLITE) {
            statement.setString(index, json());
            return index + 1;
        }
        for (int i = 0; i < columns.size(); i++) {
            statement.setArray(index + i, array(statement.getConnection(), i));
        }
        return index + columns.size();
    }

    private java.sql.Array array(Connection connection, int column) throws SQLException {
        var values = (Object[]) java.lang.reflect.Array.newInstance(columns.get(column).kind, rows.size());
        for (int i = 0; i < values.length; i++) {
            values[i] = rows.get(i)[column];
        }
        return connection.createArrayOf(columns.get(column).element, values);
    }

    private String json() {
        try {
            return JSON.writeValueAsString(rows);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Parameters could not be written as JSON.", e);
        }
    }
}
