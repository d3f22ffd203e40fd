package io.redline.reload;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

import org.apache.camel.NoSuchBeanException;
import org.apache.camel.ResolveEndpointFailedException;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;

import io.quarkus.runtime.PreventFurtherStepsException;

/** What Camel says of a file that it cannot run, as one sentence with a line, and without the value of any secret. */
final class Sentences {

    private static final Pattern LINE = Pattern.compile("\\bline:? (\\d+)");
    private static final Pattern MISSING_SETTING = Pattern.compile("Property with key \\[([^]]+)] not found");
    private static final Pattern DUPLICATE = Pattern.compile("uplicate id detected: ([^ ]+)\\. ");
    private static final Pattern NO_COMPONENT = Pattern
            .compile("No (?:component found with scheme|endpoint could be found for): ([A-Za-z0-9+.-]+)");
    /** Where a parser was, with a piece of the text. */
    private static final Pattern PLACE = Pattern.compile("\\s+in mem:[^,]*, line \\d+, column \\d+:[^^]*\\^");
    private static final Pattern UNKNOWN_OPTIONS = Pattern.compile("Unknown parameters=\\[\\{([^}]*)}");
    private static final Pattern SECRET = Pattern.compile("redline\\..*(token|secret|password|authorization)");
    private static final Pattern QUOTED = Pattern.compile("'([^']+)'");
    private static final int LONGEST = 300;

    private Sentences() {
    }

    static Refusal of(RouteFile file, Throwable failure) {
        if (failure instanceof Refusal refusal) {
            return refusal;
        }
        var causes = causes(failure);
        for (var cause : causes) {
            var known = known(file, cause);
            if (known != null) {
                return known;
            }
        }
        var root = causes.get(causes.size() - 1);
        var line = causes.stream().map(Sentences::line).filter(found -> found > 0).findFirst().orElse(0);
        return new Refusal(file.name(), line == 0 ? null : line,
                oneLine(root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage()));
    }

    private static @Nullable Refusal known(RouteFile file, Throwable cause) {
        var message = String.valueOf(cause.getMessage());
        if (cause instanceof PreventFurtherStepsException) {
            var refusal = new Refusal(file.name(), line(file, "{{in-use:"), message);
            refusal.initCause(cause);
            return refusal;
        } else if (cause instanceof NoSuchBeanException missing) {
            return new Refusal(file.name(), line(file, missing.getName()), "There is no bean '" + missing.getName()
                    + "'.");
        }
        var setting = MISSING_SETTING.matcher(message);
        if (setting.find()) {
            return new Refusal(file.name(), line(file, setting.group(1)), "The setting " + setting.group(1)
                    + " is not set: set it, or write {{" + setting.group(1) + ":default}}.");
        }
        var duplicate = DUPLICATE.matcher(message);
        if (duplicate.find()) {
            return duplicate(file, Generation.plainId(duplicate.group(1)));
        }
        var component = NO_COMPONENT.matcher(message);
        if (component.find()) {
            return new Refusal(file.name(), line(file, component.group(1)), "There is no component '"
                    + component.group(1) + "' in this service.");
        }
        var options = UNKNOWN_OPTIONS.matcher(message);
        if (cause instanceof ResolveEndpointFailedException && options.find()) {
            // What they are set to may be secret.
            var names = options.group(1).replaceAll("=[^,]*", "");
            return new Refusal(file.name(), line(file, names.split(",")[0].strip()), "An endpoint has no option "
                    + names + ".");
        }
        return null;
    }

    static Refusal duplicate(RouteFile file, String id) {
        return new Refusal(file.name(), line(file, id), "The id '" + id
                + "' is taken already: ids are unique in all files together.");
    }

    /** A file can be sound by itself, and another one not go on with what it defines. */
    static Refusal blame(RouteFile file, Refusal other) {
        var named = QUOTED.matcher(other.sentence());
        return new Refusal(file.name(), named.find() ? line(file, named.group(1)) : null, other.file()
                + " could not go on with it: " + other.sentence());
    }

    /** The first line that has a word. */
    static @Nullable Integer line(RouteFile file, String word) {
        var lines = file.text().split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            if (!lines[i].stripLeading().startsWith("#") && lines[i].contains(word)) {
                return i + 1;
            }
        }
        return null;
    }

    private static int line(Throwable cause) {
        // The last one is where it went wrong, those before are what that is part of.
        return LINE.matcher(String.valueOf(cause.getMessage())).results()
                .mapToInt(found -> Integer.parseInt(found.group(1))).reduce(0, (first, last) -> last);
    }

    private static List<Throwable> causes(Throwable failure) {
        List<Throwable> causes = new ArrayList<>();
        for (Throwable cause = failure; cause != null && !causes.contains(cause); cause = cause.getCause()) {
            causes.add(cause);
        }
        return causes;
    }

    private static String oneLine(String message) {
        var text = PLACE.matcher(message).replaceAll(" ").replaceAll("~\\d+\\b", "")
                .replaceAll("\\s+", " ").strip();
        var config = ConfigProvider.getConfig();
        for (var name : config.getPropertyNames()) {
            if (SECRET.matcher(name.toLowerCase(Locale.ROOT)).matches()) {
                var secret = config.getOptionalValue(name, String.class).orElse("").strip();
                text = secret.isEmpty() ? text : text.replace(secret, "***");
            }
        }
        text = text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
        return text.endsWith(".") || text.endsWith("…") ? text : text + ".";
    }
}
