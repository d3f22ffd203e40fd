package io.redline.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.redline.database.Table.Column;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/** What is told together is committed together, on a connection that is opened anew when it broke. */
class WriterTest {

    @TempDir
    static Path folder;
    private static EmbeddedPostgres server;
    private static Database sqlite;
    private static Database postgresql;

    @BeforeAll
    static void open() throws IOException, SQLException {
        server = EmbeddedPostgres.start();
        postgresql = Stores.postgresql(server.getPostgresDatabase());
        sqlite = Stores.sqlite(folder.resolve("redline.db"));
        for (var database : stores()) {
            database.write(connection -> Rows.update(connection,
                    "create table told (id bigint primary key, name text, flag boolean)"));
        }
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    static List<Database> stores() {
        return List.of(sqlite, postgresql);
    }

    @ParameterizedTest
    @MethodSource("stores")
    void rowsComeBackAsTheyWere(Database database) throws SQLException {
        try (var writer = database.writer()) {
            writer.write(pipeline -> {
                pipeline.insert("told (id, name, flag)", rows().add(1L, "{\"quoted\\,'\", 'ü 😀'}", true)
                        .add(2L, null, false).add(Long.MAX_VALUE, "", null), "");
                return null;
            });
            var found = new ArrayList<String>();
            writer.write(pipeline -> {
                pipeline.ask("with named (id, name) as (" + Table.query(database.dialect(), Column.NUMBER, Column.TEXT)
                        + ") select t.id, t.name, n.name from named n cross join told t where t.id = n.id order by t.id",
                        row -> found.add(row.getLong(1) + " " + row.getString(2) + " " + row.getString(3)),
                        new Table(Column.NUMBER, Column.TEXT).add(Long.MAX_VALUE, "a").add(1L, null).add(2L, "\"\\"));
                pipeline.run();
                return null;
            });
            assertThat(found).containsExactly("1 {\"quoted\\,'\", 'ü 😀'} null", "2 null \"\\",
                    Long.MAX_VALUE + "  a");
        }
    }

    @ParameterizedTest
    @MethodSource("stores")
    void whatIsRefusedTakesAllOfItsTransactionAlong_andTheNextOneWorks(Database database) throws SQLException {
        try (var writer = database.writer()) {
            assertThatThrownBy(() -> writer.write(pipeline -> {
                pipeline.insert("told (id, name, flag)", rows().add(11L, "kept", true), "");
                pipeline.insert("told (id, name, flag)", rows().add(12L, "once", true).add(12L, "twice", true), "");
                return null;
            })).isInstanceOf(SQLException.class);
            assertThat(count(database, 11, 12)).isZero();

            writer.write(pipeline -> {
                pipeline.insert("told (id, name, flag)", rows().add(12L, "once", true), "");
                return null;
            });
            assertThat(count(database, 11, 12)).isEqualTo(1);
        }
    }

    @Test
    void connectionThatBrokeWhileNobodyUsedIt_isOpenedAnew() throws SQLException {
        try (var writer = postgresql.writer()) {
            long backend = writer.write(WriterTest::backend);
            assertThat(writer.<Long>write(WriterTest::backend)).as("it is kept").isEqualTo(backend);
            postgresql.write(connection -> Rows.query(connection, "select pg_terminate_backend(?)",
                    row -> row.getBoolean(1), (int) backend));

            assertThat(writer.<Long>write(WriterTest::backend)).isNotEqualTo(backend);
        }
    }

    @Test
    void connectionThatBreaksOnItsWayToACommit_isAnUnknownOutcome() throws SQLException {
        try (var writer = postgresql.writer()) {
            assertThatThrownBy(() -> writer.write(pipeline -> {
                pipeline.insert("told (id, name, flag)", rows().add(21L, "lost", true), "");
                var backend = backend(pipeline);
                postgresql.write(connection -> Rows.query(connection, "select pg_terminate_backend(?, 5000)",
                        row -> row.getBoolean(1), backend.intValue()));
                pipeline.insert("told (id, name, flag)", rows().add(22L, "lost", true), "");
                return null;
            })).isInstanceOf(StoreUnavailable.class);
            assertThat(count(postgresql, 21, 22)).isZero();
        }
    }

    private static Table rows() {
        return new Table(Column.NUMBER, Column.TEXT, Column.FLAG);
    }

    private static Long backend(Pipeline pipeline) throws SQLException {
        var found = new ArrayList<Long>();
        pipeline.ask("select pg_backend_pid()", row -> found.add(row.getLong(1)));
        pipeline.run();
        return found.get(0);
    }

    private static long count(Database database, long from, long to) {
        return database.read(connection -> Rows.query(connection, "select count(*) from told where id between ? and ?",
                row -> row.getLong(1), from, to)).get(0);
    }
}
