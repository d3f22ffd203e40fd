package io.redline.database;

import java.nio.file.Path;
import java.util.Map;

import javax.sql.DataSource;

import org.flywaydb.core.Flyway;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/** Stores for tests: migrated as in production, without the rest of the service. */
public final class Stores {

    private Stores() {
    }

    /** A new SQLite file. */
    public static Database sqlite(Path file) {
        return migrated(Dialect.SQLITE, source(file), "sqlite", "blob");
    }

    /** A new SQLite file, looked at. */
    public static Database sqlite(Path file, Statements statements) {
        return migrated(Dialect.SQLITE, statements.of(source(file)), "sqlite", "blob");
    }

    private static DataSource source(Path file) {
        var config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        // A test does not outlive the machine it runs on.
        config.setSynchronous(SQLiteConfig.SynchronousMode.OFF);
        config.setBusyTimeout(10_000);
        var dataSource = new SQLiteDataSource(config);
        dataSource.setUrl("jdbc:sqlite:" + file);
        return dataSource;
    }

    /** An empty PostgreSQL database. */
    public static Database postgresql(DataSource dataSource) {
        return migrated(Dialect.POSTGRESQL, dataSource, "postgresql", "bytea");
    }

    /** The leases of one of the processes that share a store. */
    public static Leases leases(Database database) {
        return new Leases(database);
    }

    private static Database migrated(Dialect dialect, DataSource dataSource, String folder, String bytes) {
        Flyway.configure().dataSource(dataSource)
                .locations("classpath:db/migration/common", "classpath:db/migration/" + folder)
                .placeholders(Map.of("bytes", bytes)).load().migrate();
        return new Database(dialect, dataSource);
    }
}
