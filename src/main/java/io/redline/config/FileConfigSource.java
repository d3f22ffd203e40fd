package io.redline.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jspecify.annotations.Nullable;

/**
 * {@code ./application.properties} as it is now. Quarkus itself reads a file of that name only from {@code config/}, or
 * bakes its values into the jar. A change is seen within a second by whoever asks the configuration anew (secrets do).
 */
final class FileConfigSource implements ConfigSource {

    /** Above the jar's own defaults (250), below {@code config/application.properties} (260) and the environment (300). */
    private static final int ORDINAL = 255;
    private static final long LOOK_EVERY_NANOS = 1_000_000_000L;

    private final Path file;
    private volatile Map<String, String> values = Map.of();
    private volatile @Nullable FileTime modified;
    private volatile long looked;

    FileConfigSource(Path file) {
        this.file = file;
        load();
    }

    private void lookAgain() {
        var now = System.nanoTime();
        if (now - looked > LOOK_EVERY_NANOS) {
            load();
        }
    }

    private synchronized void load() {
        looked = System.nanoTime();
        try {
            if (!Files.isRegularFile(file)) {
                values = Map.of();
                modified = null;
                return;
            }
            var changed = Files.getLastModifiedTime(file);
            if (changed.equals(modified)) {
                return;
            }
            var properties = new Properties();
            try (Reader reader = Files.newBufferedReader(file)) {
                properties.load(reader);
            }
            Map<String, String> read = new HashMap<>();
            properties.stringPropertyNames().forEach(key -> read.put(key, properties.getProperty(key)));
            values = read;
            modified = changed;
        } catch (IOException | IllegalArgumentException e) {
            if (modified == null) {
                throw Unusable.because("The file " + file.toAbsolutePath() + " cannot be read as properties: "
                        + e.getClass().getSimpleName() + ".");
            }
            // A half-written file: what was read before stays in force until it is whole.
        }
    }

    @Override
    public Set<String> getPropertyNames() {
        lookAgain();
        return values.keySet();
    }

    @Override
    public @Nullable String getValue(String name) {
        lookAgain();
        return values.get(name);
    }

    @Override
    public String getName() {
        return "FileConfigSource[" + file + "]";
    }

    @Override
    public int getOrdinal() {
        return ORDINAL;
    }
}
