package io.redline.reload;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.UnaryOperator;

import io.redline.OnSqlite;

/** The shipped routes in a folder of a test's own, edited as operators' tools do. */
final class RoutesCopy {

    private final Path folder;

    private RoutesCopy(Path folder) {
        this.folder = folder;
    }

    static RoutesCopy create() {
        var copy = new RoutesCopy(OnSqlite.newFolder());
        var routes = Path.of("routes");
        try (var files = Files.walk(routes)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                copy.save(routes.relativize(file).toString(), Files.readString(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return copy;
    }

    static RoutesCopy at(Path routes) {
        return new RoutesCopy(routes.getParent());
    }

    Path routes() {
        return folder.resolve("routes");
    }

    Path good() {
        return folder.resolve("good");
    }

    Path file(String name) {
        return routes().resolve(name);
    }

    String text(String name) {
        try {
            return Files.readString(file(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As simple editors save: the file is emptied, and written. */
    void save(String name, String text) {
        try {
            Files.createDirectories(file(name).getParent());
            Files.writeString(file(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As careful editors save: another file is written, and takes the place of the first. */
    void exchange(String name, String text) {
        try {
            var beside = file(name).resolveSibling("." + file(name).getFileName() + ".swp");
            Files.writeString(beside, text);
            Files.move(beside, file(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void edit(String name, UnaryOperator<String> edit) {
        save(name, edit.apply(text(name)));
    }

    void rename(String from, String to) {
        try {
            Files.move(file(from), file(to));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void remove(String name) {
        try {
            Files.delete(file(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The kamelet marked-action, which does one thing. */
    static String kamelet(String step) {
        return """
                apiVersion: camel.apache.org/v1
                kind: Kamelet
                metadata:
                  name: marked-action
                spec:
                  definition:
                    title: Marked Action
                    type: object
                  template:
                    from:
                      uri: kamelet:source
                      steps:
                """ + step.indent(8);
    }
}
