package io.redline.reload;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** The last text of each file with which it ran, for a start at which the file is broken. */
@Singleton
class GoodCopies {

    private static final Logger LOG = Logger.getLogger(GoodCopies.class);

    private final Path folder;
    private boolean cannotWrite;

    GoodCopies(@ConfigProperty(name = "redline.routes.good") Path folder) {
        this.folder = folder;
    }

    Optional<RouteFile> of(String name) {
        try {
            return Optional.of(new RouteFile(name, Files.readString(path(name))));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | UncheckedIOException e) {
            LOG.warnf("The last good copy of %s cannot be read: %s.", name, e.getClass().getSimpleName());
            return Optional.empty();
        }
    }

    /** Whole or not at all, whenever the machine stops. */
    void keep(RouteFile file) {
        try {
            var path = path(file.name());
            if (Files.exists(path) && Files.readString(path).equals(file.text())) {
                return;
            }
            Files.createDirectories(path.getParent());
            var beside = path.resolveSibling(path.getFileName() + ".new");
            Files.write(beside, file.text().getBytes(StandardCharsets.UTF_8));
            Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            cannotWrite = false;
        } catch (IOException e) {
            if (!cannotWrite) {
                LOG.warnf(
                        "Good copies of routes cannot be kept in %s (%s): a file that is broken at the next start will have"
                                + " none to run instead. Set redline.routes.good to a folder that can be written.",
                        folder,
                        e.getClass().getSimpleName());
            }
            cannotWrite = true;
        }
    }

    void forget(String name) {
        try {
            Files.deleteIfExists(path(name));
        } catch (IOException e) {
            LOG.warnf("The last good copy of %s could not be deleted: %s.", name, e.getClass().getSimpleName());
        }
    }

    private Path path(String name) {
        return folder.resolve(name);
    }
}
