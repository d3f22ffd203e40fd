package io.redline.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * What a client is told besides by settings of ours, from a file as the programs of its own makers take it: TLS, logins. So
 * secrets stand in a file, and whatever the client learns can be said.
 */
public final class ClientProperties {

    private ClientProperties() {
    }

    /**
     * Read them.
     *
     * @param property the setting that names the file, for the sentence if it cannot be read
     * @param file empty for none
     */
    public static Map<String, String> of(String property, String file) {
        if (file.isEmpty()) {
            return Map.of();
        }
        var properties = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of(file))) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw Unusable.because(property + " names the file " + file + ", which cannot be read as properties.");
        }
        return properties.stringPropertyNames().stream()
                .collect(Collectors.toMap(name -> name, properties::getProperty));
    }
}
