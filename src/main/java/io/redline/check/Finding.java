package io.redline.check;

import java.util.Comparator;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * Something that has to be put right before a bundle can run.
 *
 * @param file as it was given; {@code environment} for what no file says
 * @param line from 1; 0 if no line says it
 * @param column from 1; 0 if no line says it
 * @param sentence says what to do
 */
@RegisterForReflection
public record Finding(String file, int line, int column, String sentence) implements Comparable<Finding> {

    private static final Comparator<Finding> ORDER = Comparator.comparing(Finding::file).thenComparing(Finding::line)
            .thenComparing(Finding::column).thenComparing(Finding::sentence);

    @Override
    public int compareTo(Finding other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return line == 0 ? file + ": " + sentence : file + ":" + line + ":" + column + ": " + sentence;
    }
}
