package io.redline.database;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource.DataSourceLiteral;
import io.quarkus.arc.Arc;
import io.quarkus.flyway.FlywayDataSource;
import io.quarkus.runtime.Startup;
import io.redline.config.Unusable;

/**
 * The store, open and migrated: a SQLite file that belongs to this process, or a PostgreSQL database. Threadsafe.
 */
@Singleton
@Startup(1)
public class Database {

    private static final Logger LOG = Logger.getLogger(Database.class);
    private static final String SQLITE = "jdbc:sqlite:";

    private final Dialect dialect;
    private final DataSource dataSource;
    private final @Nullable Path file;
    private @Nullable FileChannel lockFile;
    private @Nullable FileLock lock;
    /** SQLite has one writer; waiting here is fair and cheap, waiting in SQLite is neither. */
    private final ReentrantLock oneWriter = new ReentrantLock(true);

    /** Something to do with a connection. */
    @FunctionalInterface
    public interface Work<T> {
        T with(Connection connection) throws SQLException;
    }

    @Inject
    Database(@ConfigProperty(name = "redline.database.url") String url) {
        dialect = url.startsWith(SQLITE) ? Dialect.SQLITE : Dialect.POSTGRESQL;
        if (dialect == Dialect.POSTGRESQL && !url.startsWith("jdbc:postgresql:")) {
            throw Unusable.because("redline.database.url has to begin with jdbc:sqlite: or jdbc:postgresql:");
        }
        file = dialect == Dialect.SQLITE ? Path.of(url.substring(SQLITE.length()).replaceFirst("\\?.*", "")) : null;
        if (file != null) {
            own(file);
        }
        var name = dialect == Dialect.SQLITE ? "sqlite" : "postgresql";
        dataSource = Arc.container().select(AgroalDataSource.class, new DataSourceLiteral(name)).get();
        check();
        migrate(Arc.container().select(Flyway.class, FlywayDataSource.FlywayDataSourceLiteral.of(name)).get());
        LOG.infof("Store: %s.", file != null ? "SQLite file " + file : "PostgreSQL");
    }

    /** A store that is open and migrated already. */
    Database(Dialect dialect, DataSource dataSource) {
        this.dialect = dialect;
        this.dataSource = dataSource;
        this.file = null;
    }

    private void own(Path database) {
        try {
            var folder = database.toAbsolutePath().getParent();
            Files.createDirectories(folder);
            // SQLite unpacks its native library; /tmp may be mounted noexec, this folder is ours.
            if (System.getProperty("org.sqlite.tmpdir") == null) {
                System.setProperty("org.sqlite.tmpdir", folder.toString());
            }
            lockFile = FileChannel.open(StoreFile.lockOf(database),
                    StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            lock = lockFile.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        } catch (IOException e) {
            throw Unusable.because("The folder of the database " + database.toAbsolutePath()
                    + " cannot be written: change redline.database.url or the folder's permissions.");
        }
        if (lock == null) {
            throw Unusable.because("Another Redline uses the database " + database.toAbsolutePath()
                    + ": stop it, or set redline.database.url to another file or to a PostgreSQL database.");
        }
    }

    private void check() {
        try (var connection = dataSource.getConnection()) {
            if (dialect == Dialect.SQLITE) {
                var verdict = Rows.query(connection, "pragma quick_check(1)", row -> row.getString(1)).get(0);
                if (!"ok".equals(verdict)) {
                    throw Unusable
                            .because("The database file " + file + " is damaged. Restore it from a backup, or try "
                                    + "'sqlite3 " + file + " .recover'.");
                }
                return;
            }
            for (var setting : new String[]{"fsync", "synchronous_commit", "full_page_writes"}) {
                if ("off".equals(Rows.query(connection, "show " + setting, row -> row.getString(1)).get(0))) {
                    throw Unusable
                            .because("PostgreSQL runs with " + setting + "=off and would lose what was acknowledged: "
                                    + "switch it on.");
                }
            }
        } catch (SQLException e) {
            throw Unusable.because("The store of redline.database.url cannot be opened: " + reason(e));
        }
    }

    /** An expanding migration of a newer release (same major version) is tolerated; a contracting one is not. */
    private void migrate(Flyway flyway) {
        var all = flyway.info();
        var known = Arrays.stream(all.all()).filter(info -> info.getScript() != null && !info.getState().isFailed())
                .filter(info -> !info.getState().name().startsWith("FUTURE")).mapToInt(Database::major).max().orElse(0);
        var found = Arrays.stream(all.applied()).mapToInt(Database::major).max().orElse(0);
        if (found > known) {
            throw Unusable
                    .because("The store was made by a newer release of Redline (schema " + found + ", this one knows "
                            + known + "): start that release, or restore the copy made before its migration.");
        }
        if (file != null && all.applied().length > 0 && all.pending().length > 0) {
            copyBefore(all.pending()[0]);
        }
        try {
            flyway.migrate();
        } catch (FlywayException e) {
            throw Unusable.because("The store could not be migrated: " + e.getMessage().lines().limit(2)
                    .collect(Collectors.joining(" ")));
        }
    }

    private static int major(MigrationInfo info) {
        var version = info.getVersion();
        return version == null ? 0 : version.getMajor().intValue();
    }

    private void copyBefore(MigrationInfo pending) {
        var copy = file + ".before-" + pending.getVersion();
        try (var connection = dataSource.getConnection()) {
            Files.deleteIfExists(Path.of(copy));
            Rows.update(connection, "vacuum into ?", copy);
            LOG.infof("Copied the database to %s before migrating it.", copy);
        } catch (SQLException | IOException e) {
            throw Unusable.because(
                    "The database could not be copied to " + copy + " before its migration: make room there.");
        }
    }

    public Dialect dialect() {
        return dialect;
    }

    /**
     * Do something in one transaction, committed when this returns.
     *
     * @throws StoreUnavailable if the store failed; then it is not known whether a commit happened
     * @throws SQLException if the store refused the data
     */
    public <T> T write(Work<T> work) throws SQLException {
        return inTurn(() -> transaction(work, true));
    }

    /**
     * The same, but whoever is told of it cannot rely on it: after a crash of the machine it may not have happened. A later
     * commit by {@link #write} makes it durable too.
     */
    public <T> T writeRelaxed(Work<T> work) throws SQLException {
        return inTurn(() -> transaction(work, false));
    }

    /** For somebody who writes all the time. */
    public Writer writer() {
        return new Writer(this);
    }

    /** One transaction of somebody who writes. */
    @FunctionalInterface
    interface Turn<T> {
        T take() throws SQLException;
    }

    <T> T inTurn(Turn<T> turn) throws SQLException {
        if (dialect == Dialect.POSTGRESQL) {
            return turn.take();
        }
        oneWriter.lock();
        try {
            return turn.take();
        } finally {
            oneWriter.unlock();
        }
    }

    /** A connection whose commits are durable. */
    Connection open() throws SQLException {
        var connection = dataSource.getConnection();
        ensure(true, connection);
        return connection;
    }

    /** Said each time, so that no connection is ever used as another transaction left it. */
    private void ensure(boolean durable, Connection connection) throws SQLException {
        if (dialect == Dialect.SQLITE) {
            Rows.update(connection, "pragma synchronous = " + (durable ? "full" : "normal"));
        }
    }

    private <T> T transaction(Work<T> work, boolean durable) throws SQLException {
        try (var connection = dataSource.getConnection()) {
            ensure(durable, connection);
            connection.setAutoCommit(false);
            if (dialect == Dialect.POSTGRESQL && !durable) {
                Rows.update(connection, "set local synchronous_commit = off");
            }
            T result;
            try {
                result = work.with(connection);
            } catch (SQLException | RuntimeException | Error e) {
                rollback(connection, e);
                throw e;
            }
            try {
                connection.commit();
            } catch (SQLException e) {
                rollback(connection, e);
                throw new StoreUnavailable("The store did not confirm a commit: " + reason(e), e);
            }
            return result;
        } catch (SQLException e) {
            throw classified(e);
        }
    }

    /** Read in one consistent snapshot. */
    public <T> T read(Work<T> work) {
        try (var connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            try {
                if (dialect == Dialect.POSTGRESQL) {
                    Rows.update(connection, "set transaction isolation level repeatable read, read only");
                }
                return work.with(connection);
            } finally {
                connection.rollback();
            }
        } catch (SQLException e) {
            throw new StoreUnavailable("The store could not be read: " + reason(e), e);
        }
    }

    SQLException classified(SQLException error) {
        if (dialect.isOutage(error)) {
            throw new StoreUnavailable("The store is not available: " + reason(error), error);
        }
        return error;
    }

    private static void rollback(Connection connection, Throwable cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    /** Never the driver's own words: they quote values. */
    private static String reason(SQLException error) {
        return "error " + (error.getSQLState() != null ? error.getSQLState() : error.getErrorCode());
    }

    @PreDestroy
    void close() throws IOException {
        if (lock != null) {
            lock.release();
        }
        if (lockFile != null) {
            lockFile.close();
        }
    }
}
