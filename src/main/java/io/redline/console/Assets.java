package io.redline.console;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.redline.event.EventJson;

/** Where the files of the pages are: browsers keep them, so that the address of one changes with its content. */
final class Assets {

    private static final String FOLDER = "/console/assets/";
    private static final Map<String, String> URLS = new ConcurrentHashMap<>();

    private Assets() {
    }

    static String url(String name) {
        return URLS.computeIfAbsent(name, Assets::read);
    }

    private static String read(String name) {
        try (var file = Assets.class.getResourceAsStream("/META-INF/resources" + FOLDER + name)) {
            if (file == null) {
                throw new IllegalArgumentException("There is no asset " + name + ".");
            }
            return FOLDER + name + "?v=" + EventJson.digest(file.readAllBytes()).substring(0, 12);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
