package io.redline.terminal;

import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;

import io.redline.check.StoreExcerpt;
import io.redline.database.StoreFile;
import picocli.CommandLine;

/** A copy put in the place of the store. */
@CommandLine.Command(name = "restore", mixinStandardHelpOptions = true, description = {
        "Put a copy in the place of the SQLite store. The service must not run.",
        "The store as it was is kept beside it."})
public final class Restore implements Callable<Integer> {

    private static final int FINE = 0;

    @CommandLine.Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @CommandLine.Parameters(paramLabel = "<file>", description = "The copy.")
    @Nullable
    Path file;

    @Override
    public Integer call() {
        var out = Objects.requireNonNull(spec).commandLine().getOut();
        var url = ServiceStoreSettings.url();
        if (!url.startsWith("jdbc:sqlite:")) {
            out.println(Backup.POSTGRESQL);
            return Check.UNSOUND;
        }
        var store = StoreExcerpt.file(url);
        try {
            var old = new StoreFile(store).restore(Objects.requireNonNull(file));
            out.println(file + " is the store now." + (old.equals(store) ? "" : " The one before is " + old + "."));
            out.println(
                    "When the service starts, journals bring back what came since, and what was owed then goes again"
                            + " under its ids.");
            return FINE;
        } catch (StoreFile.Impossible e) {
            out.println(e.getMessage());
            return Check.UNSOUND;
        } finally {
            out.flush();
        }
    }
}
