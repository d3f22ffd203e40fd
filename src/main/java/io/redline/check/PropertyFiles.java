package io.redline.check;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** What an operator has written into property files, and where. */
final class PropertyFiles {

    /** A key as it stands in a file. */
    record Entry(String key, Finding place) {

        Finding finding(String sentence) {
            return new Finding(place.file(), place.line(), place.column(), sentence);
        }
    }

    private final List<Entry> entries = new ArrayList<>();

    /** @param texts the content of each file */
    PropertyFiles(Map<String, String> texts) {
        texts.forEach(this::read);
    }

    /** The format is java.util.Properties' own; it only does not say where something stands. */
    private void read(String file, String text) {
        var lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            var first = i;
            var logical = new StringBuilder(lines.get(i));
            var comment = lines.get(i).stripLeading().startsWith("#") || lines.get(i).stripLeading().startsWith("!");
            while (!comment && logical.toString().matches("(?s).*(?<!\\\\)(\\\\\\\\)*\\\\") && i + 1 < lines.size()) {
                logical.append('\n').append(lines.get(++i));
            }
            var column = lines.get(first).length() - lines.get(first).stripLeading().length() + 1;
            keys(logical.toString()).forEach(key -> entries
                    .add(new Entry(key.replaceFirst("^%[^.]*\\.", ""), new Finding(file, first + 1, column, ""))));
        }
    }

    private static Iterable<String> keys(String line) {
        var properties = new Properties();
        try {
            properties.load(new StringReader(line));
        } catch (IOException | IllegalArgumentException e) {
            // A wrong escape is said by whoever loads the whole file.
            return List.of();
        }
        return properties.stringPropertyNames();
    }

    List<Entry> entries() {
        return entries;
    }

    /** A finding about a setting, where it is set; if no file sets it, it is a default or comes from the environment. */
    Finding finding(String property, String sentence) {
        return entries.stream().filter(entry -> entry.key().equals(property)).reduce((before, last) -> last)
                .map(entry -> entry.finding(sentence))
                .orElseGet(() -> new Finding("application.properties", 0, 0, sentence));
    }
}
