package io.redline.check;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

import org.apache.commons.text.similarity.LevenshteinDistance;

/** What somebody most likely meant to write. */
final class Suggestion {

    private static final LevenshteinDistance DISTANCE = LevenshteinDistance.getDefaultInstance();

    private Suggestion() {
    }

    /** {@code " Did you mean 'x'?"} if one of those possible is close enough to what was written, else nothing. */
    static String of(String written, Collection<String> possible) {
        var farthest = Math.max(1, written.length() / 4 + 1);
        var lower = written.toLowerCase(Locale.ROOT);
        return possible.stream().filter(one -> !one.equals(written))
                .filter(one -> distance(lower, one) <= farthest)
                .min(Comparator.comparingInt((String one) -> distance(lower, one)).thenComparing(one -> one))
                .map(one -> " Did you mean '" + one + "'?").orElse("");
    }

    private static int distance(String lower, String possible) {
        return DISTANCE.apply(lower, possible.toLowerCase(Locale.ROOT));
    }
}
