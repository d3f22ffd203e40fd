package io.redline.check;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The settings that this release reads, from a list of its own in which {@code <name>} is the operator's to choose.
 * BundleTest compares the list with application.properties, the manual.
 */
final class KnownSettings {

    private static final String RESOURCE = "META-INF/redline/settings.txt";
    private static final String NAME = "<name>";
    private static final String QUOTED = "\"?[A-Za-z0-9_-]+\"?";

    private final List<String> keys;
    private final List<Pattern> patterns;
    private final List<Pattern> variables;

    KnownSettings(List<String> keys) {
        this.keys = keys;
        this.patterns = keys.stream().map(key -> Pattern.compile(Pattern.quote(key)
                .replace(NAME, "\\E" + QUOTED + "\\Q"))).toList();
        this.variables = keys.stream().map(key -> Pattern.compile(key.equals(key.replace(NAME, ""))
                ? Pattern.quote(variable(key))
                : variable(key.substring(0, key.indexOf(NAME))) + "[A-Z0-9_]+"
                        + variable(key.substring(key.indexOf(NAME) + NAME.length()))))
                .toList();
    }

    static KnownSettings ofThisRelease() {
        try (var in = KnownSettings.class.getClassLoader().getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("The list of settings is missing: " + RESOURCE);
            }
            return new KnownSettings(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#")).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How the environment spells a setting. */
    static String variable(String key) {
        return key.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }

    boolean has(String key) {
        return patterns.stream().anyMatch(pattern -> pattern.matcher(key).matches());
    }

    boolean hasVariable(String variable) {
        return variables.stream().anyMatch(pattern -> pattern.matcher(variable).matches());
    }

    Collection<String> variables() {
        return keys.stream().map(key -> variable(key.replace(NAME, "name"))).toList();
    }

    /** What could have been meant: all settings, with the name that was written where one is to be chosen. */
    Collection<String> like(String written) {
        var words = written.split("\\.");
        var all = new ArrayList<String>();
        for (var key : keys) {
            var parts = key.split("\\.");
            for (int i = 0; i < parts.length; i++) {
                if (parts[i].equals(NAME) && i < words.length) {
                    parts[i] = words[i];
                }
            }
            all.add(String.join(".", parts));
        }
        return all;
    }
}
