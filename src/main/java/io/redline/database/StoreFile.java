package io.redline.database;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/** The file of a SQLite store, as something to be copied and put back. */
public final class StoreFile {

    private static final List<String> BESIDE = List.of("-wal", "-shm");

    private final Path file;

    public StoreFile(Path file) {
        this.file = file;
    }

    /** It cannot be done, for a reason that an operator can do something about. */
    public static final class Impossible extends Exception {
        private static final long serialVersionUID = 1;

        Impossible(String sentence) {
            super(sentence);
        }
    }

    /** The file that whoever uses a store has locked. */
    static Path lockOf(Path file) {
        return file.resolveSibling(file.getFileName() + ".lock");
    }

    /** A connection that cannot change it. It may be in use. */
    public Connection read() throws SQLException {
        var config = new SQLiteConfig();
        config.setReadOnly(true);
        var source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file.toAbsolutePath());
        return source.getConnection();
    }

    /**
     * Copy it as it is at this moment, while the service runs or not.
     *
     * @param copy must not exist
     */
    public void backup(Path copy) throws Impossible {
        if (!Files.isRegularFile(file)) {
            throw new Impossible("There is no store " + file.toAbsolutePath()
                    + ": start in the folder of the service, or look at redline.database.url.");
        }
        if (Files.exists(copy)) {
            throw new Impossible(copy + " exists already: name another file.");
        }
        try {
            try (var connection = read()) {
                Rows.update(connection, "vacuum into ?", copy.toAbsolutePath().toString());
            }
            force(copy);
            check(copy);
        } catch (SQLException | IOException e) {
            delete(copy);
            throw new Impossible("The store could not be copied to " + copy.toAbsolutePath()
                    + ": make room there, and look at the folder's permissions.");
        }
    }

    /**
     * Put a copy in its place. What was there before is kept beside it.
     *
     * @return where it is now, the file itself if there was none
     */
    public Path restore(Path copy) throws Impossible {
        if (!Files.isRegularFile(copy)) {
            throw new Impossible("There is no file " + copy + ".");
        }
        check(copy);
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            try (var channel = FileChannel.open(lockOf(file), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    var lock = tryLock(channel)) {
                if (lock == null) {
                    throw new Impossible("The service uses " + file.toAbsolutePath() + ": stop it first.");
                }
                return exchange(copy);
            }
        } catch (IOException e) {
            throw new Impossible("The copy could not be put to " + file.toAbsolutePath()
                    + ": make room there, and look at the folder's permissions.");
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    /** The copy is whole beside the store before the store is moved away, and then takes its name in one step. */
    private Path exchange(Path copy) throws IOException {
        var fresh = file.resolveSibling(file.getFileName() + ".restoring");
        Files.copy(copy, fresh, StandardCopyOption.REPLACE_EXISTING);
        force(fresh);
        var old = file;
        if (Files.exists(file)) {
            old = file.resolveSibling(file.getFileName() + ".before-restore-"
                    + Instant.now().truncatedTo(ChronoUnit.MILLIS).toString().replaceAll("[:.]", "-"));
            Files.move(file, old);
        }
        // What a crash left in the log belongs to the old file, and would spoil the new one.
        for (var suffix : BESIDE) {
            var log = file.resolveSibling(file.getFileName() + suffix);
            if (Files.exists(log)) {
                Files.move(log, file.resolveSibling(old.getFileName() + suffix), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        return old;
    }

    private static void check(Path copy) throws Impossible {
        try (var connection = new StoreFile(copy).read()) {
            if (!"ok".equals(Rows.query(connection, "pragma quick_check(1)", row -> row.getString(1)).get(0))) {
                throw new Impossible(copy + " is damaged: take another copy.");
            }
            if (Rows.query(connection, "select 1 from sqlite_master where name = 'delivery'", row -> 1).isEmpty()) {
                throw new Impossible(copy + " is no store of Redline.");
            }
        } catch (SQLException e) {
            throw new Impossible(copy + " is no SQLite file that can be read.");
        }
    }

    private static void force(Path written) throws IOException {
        try (var channel = FileChannel.open(written, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    private static void delete(Path unfinished) {
        try {
            Files.deleteIfExists(unfinished);
        } catch (IOException e) {
            // Whoever makes room will find it; it has no name that anybody relies on.
            return;
        }
    }
}
