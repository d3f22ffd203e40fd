package io.redline.terminal;

import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;

import io.redline.check.StoreExcerpt;
import io.redline.database.StoreFile;
import picocli.CommandLine;

/** A copy of the store, made while the service runs. */
@CommandLine.Command(name = "backup", mixinStandardHelpOptions = true, description = {
        "Copy the SQLite store to a new file, as it is at this moment. The service may run."})
public final class Backup implements Callable<Integer> {

    static final String POSTGRESQL = "The store is PostgreSQL: use pg_dump or continuous archiving; see docs/operations.md.";
    private static final int FINE = 0;

    @CommandLine.Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @CommandLine.Parameters(paramLabel = "<file>", description = "The copy; it must not exist.")
    @Nullable
    Path file;

    @Override
    public Integer call() {
        var out = Objects.requireNonNull(spec).commandLine().getOut();
        var url = ServiceStoreSettings.url();
        if (!url.startsWith("jdbc:sqlite:")) {
            out.println(POSTGRESQL);
            return Check.UNSOUND;
        }
        try {
            new StoreFile(StoreExcerpt.file(url)).backup(Objects.requireNonNull(file));
            out.println("The store is copied to " + file + ".");
            return FINE;
        } catch (StoreFile.Impossible e) {
            out.println(e.getMessage());
            return Check.UNSOUND;
        } finally {
            out.flush();
        }
    }
}
