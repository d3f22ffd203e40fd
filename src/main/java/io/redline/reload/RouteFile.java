package io.redline.reload;

import java.util.Comparator;
import java.util.regex.Pattern;

/**
 * A file of the operator's: its very text, which is what is checked, what runs, and what is kept as the last good copy.
 *
 * @param name as an operator calls it: {@code routes/endpoints/mail.camel.yaml}
 */
record RouteFile(String name, String text) {

    private static final Pattern FOR_OTHERS = Pattern.compile("(routeTemplate|route-template|routeConfiguration"
            + "|route-configuration)\\s*:");

    /** The order in which they are built. */
    static final Comparator<RouteFile> ORDER = Comparator.comparing((RouteFile file) -> !file.isKamelet())
            .thenComparing(file -> !file.isForOthers())
            .thenComparing(RouteFile::name);

    /** {@code mail} of {@code routes/endpoints/mail.camel.yaml}. */
    String shortName() {
        return name.substring(name.lastIndexOf('/') + 1).replaceFirst("\\..*", "");
    }

    /** Whether there is nothing in it but comments. */
    boolean isBlank() {
        return text.lines().allMatch(line -> line.isBlank() || line.stripLeading().startsWith("#"));
    }

    /** Whether it may define what other files refer to, and so has to be known before them. */
    boolean isForOthers() {
        return isKamelet() || FOR_OTHERS.matcher(text).find();
    }

    /** Whether it is a kamelet of the operator's own, which is built in each route that names it. */
    boolean isKamelet() {
        return isKamelet(name);
    }

    static boolean isKamelet(String name) {
        return name.endsWith(Folders.KAMELET);
    }

    /** Whether kamelets may be built in it. */
    boolean usesKamelets() {
        return text.contains("kamelet");
    }

    /** Whether it is a text to be filled in, and no routes. */
    boolean isTemplate() {
        return !name.endsWith(Folders.ROUTES) && !isKamelet();
    }
}
