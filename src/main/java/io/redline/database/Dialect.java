package io.redline.database;

import java.sql.SQLException;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/** What differs between the two stores. */
public enum Dialect {
    SQLITE, POSTGRESQL;

    /** BUSY, LOCKED, NOMEM, READONLY, INTERRUPT, IOERR, CORRUPT, FULL, CANTOPEN, PROTOCOL, NOTADB. */
    private static final Set<Integer> SQLITE_OUTAGES = Set.of(5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 26);
    /** Connection, transaction rollback, insufficient resources, operator intervention, system error, config, internal. */
    private static final Set<String> POSTGRESQL_OUTAGES = Set.of("08", "40", "53", "55", "57", "58", "F0", "XX", "25");

    /** Whether an error says something about the store, and not about the data given to it. */
    boolean isOutage(SQLException error) {
        return switch (this) {
            case SQLITE -> error.getErrorCode() == 0 || SQLITE_OUTAGES.contains(error.getErrorCode() & 0xff);
            case POSTGRESQL -> stateClass(error.getSQLState()) == null
                    || POSTGRESQL_OUTAGES.contains(stateClass(error.getSQLState()));
        };
    }

    /**
     * Whether an error says that the connection is gone: the server went down, or something between here and there, or the server
     * gave a transaction up whose process said nothing for too long.
     */
    boolean isDisconnection(SQLException error) {
        return this == POSTGRESQL && error.getSQLState() != null
                && (error.getSQLState().startsWith("08") || error.getSQLState().startsWith("57P")
                        || error.getSQLState().equals("25P03"));
    }

    /** The database's own clock in UNIX milliseconds, as an SQL expression. */
    public String now() {
        return switch (this) {
            case SQLITE -> "cast(unixepoch('subsec') * 1000 as integer)";
            case POSTGRESQL -> "cast(extract(epoch from clock_timestamp()) * 1000 as bigint)";
        };
    }

    /** What makes several claimants of a table's rows pass by each other. */
    public String skipLocked(String table) {
        return this == POSTGRESQL ? " for update of " + table + " skip locked" : "";
    }

    /**
     * The rows of a table for each row of {@code names n}, by an index: the end of a query. A plan that was made while the table
     * was small would begin with the table instead, and read all of it each time once it is large.
     *
     * @param names a table expression of the query
     * @param table with its alias, as in {@code event e}
     */
    public String forEach(String names, String table, String condition) {
        return switch (this) {
            case SQLITE -> " from " + names + " n cross join " + table + " where " + condition;
            case POSTGRESQL -> " from " + names + " n cross join " + lateral(table, condition);
        };
    }

    /** The same for {@code named}. */
    public String forEachNamed(String table, String condition) {
        return forEach("named", table, condition);
    }

    /** The same, each with its rows of a further table, if it has any. */
    public String forEachNamed(String table, String condition, String further, String furtherCondition) {
        return switch (this) {
            case SQLITE -> " from named n cross join " + table + " left join " + further + " on " + furtherCondition
                    + " where " + condition;
            case POSTGRESQL -> forEachNamed(table, condition) + " left join " + lateral(further, furtherCondition)
                    + " on true";
        };
    }

    private static String lateral(String table, String condition) {
        return "lateral (select * from " + table + " where " + condition + " offset 0) "
                + table.substring(table.indexOf(' ') + 1);
    }

    private static @Nullable String stateClass(@Nullable String state) {
        return state == null || state.length() < 2 ? null : state.substring(0, 2);
    }
}
