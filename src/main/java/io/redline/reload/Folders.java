package io.redline.reload;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The files of the operator as they are on disk. They are read whole each time: they are few and small, and whoever mounts
 * them by links, restores a date, or saves twice in a moment is understood as well.
 */
@Singleton
class Folders {

    static final String ROUTES = ".camel.yaml";
    static final String KAMELET = ".kamelet.yaml";
    private static final String KAMELETS = "kamelets";
    private static final String TEMPLATES = "templates";

    private final Path routes;
    private final List<Path> folders;

    Folders(@ConfigProperty(name = "redline.routes") Path routes,
            @ConfigProperty(name = "redline.routes.folders") List<Path> folders) {
        this.routes = routes.toAbsolutePath().normalize();
        this.folders = folders;
    }

    /**
     * Read them all.
     *
     * @throws IOException if they cannot be read; never because one comes or goes meanwhile
     */
    SortedMap<String, RouteFile> read() throws IOException {
        SortedMap<String, RouteFile> all = new TreeMap<>();
        for (var folder : folders) {
            read(folder, ROUTES, all);
        }
        if (Files.isDirectory(routes.resolve(KAMELETS))) {
            read(routes.resolve(KAMELETS), KAMELET, all);
        }
        if (Files.isDirectory(routes.resolve(TEMPLATES))) {
            read(routes.resolve(TEMPLATES), "", all);
        }
        return all;
    }

    private void read(Path folder, String ending, SortedMap<String, RouteFile> all) throws IOException {
        try (var files = Files.list(folder)) {
            for (var path : files.filter(Files::isRegularFile).toList()) {
                var name = path.getFileName().toString();
                // Editors and mounts keep files of their own beside, which begin or end otherwise.
                if (name.endsWith(ending) && !name.startsWith(".") && !name.endsWith("~")) {
                    read(path, all);
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void read(Path path, SortedMap<String, RouteFile> all) throws IOException {
        try {
            var file = new RouteFile(name(path), new String(Files.readAllBytes(path), StandardCharsets.UTF_8));
            all.put(file.name(), file);
        } catch (NoSuchFileException e) {
            // It went while we looked.
            return;
        }
    }

    private String name(Path path) {
        var whole = path.toAbsolutePath().normalize();
        var from = whole.startsWith(routes) ? routes.getParent() : whole.getParent().getParent();
        return (from == null ? whole : from.relativize(whole)).toString().replace('\\', '/');
    }

    /** The name of a template as routes name it. */
    String template(String file) {
        return routes.getFileName() + "/" + TEMPLATES + "/" + file;
    }
}
