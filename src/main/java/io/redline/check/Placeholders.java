package io.redline.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

/** What <code>{{…}}</code> stands for in a route, by the settings as they are. */
final class Placeholders {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{\\s*([^{}]*?)\\s*}}");
    /** Which of them are functions, besides the project's own {@code millis} and {@code in-use}. */
    private static final Set<String> FUNCTIONS = Set.of("env", "sys", "service", "service.host", "service.port", "bean",
            "boolean");
    private static final String MILLIS = "millis:";
    private static final String IN_USE = "in-use:";
    private static final String NEEDS = " needs ";

    private final Config config;

    Placeholders(Config config) {
        this.config = config;
    }

    /** What an endpoint's route needs: {@code {{in-use:mail needs host, from, to}}}. */
    record InUse(String endpoint, List<String> needs) {

        static @Nullable InUse of(String precondition) {
            var matcher = PLACEHOLDER.matcher(precondition);
            if (!matcher.find() || !matcher.group(1).startsWith(IN_USE)) {
                return null;
            }
            var parts = matcher.group(1).substring(IN_USE.length()).split(NEEDS, 2);
            return new InUse(parts[0].strip(), parts.length < 2
                    ? List.of()
                    : Arrays.stream(parts[1].split(",")).map(String::strip).filter(word -> !word.isEmpty()).toList());
        }
    }

    /** A setting; empty if nobody has set it. */
    String setting(String property) {
        return config.getOptionalValue(property, String.class).orElse("").strip();
    }

    /** The settings of an endpoint that are needed and missing. */
    List<String> missing(InUse inUse) {
        return inUse.needs().stream().map(name -> "redline.endpoint." + inUse.endpoint() + "." + name)
                .filter(property -> setting(property).isEmpty()).toList();
    }

    /** The settings that a text names and nobody has set. */
    List<String> undefined(String text) {
        var undefined = new ArrayList<String>();
        var matcher = PLACEHOLDER.matcher(text);
        while (matcher.find()) {
            var property = property(matcher.group(1));
            // Camel takes an empty value for none.
            if (property != null && config.getOptionalValue(property, String.class).isEmpty()) {
                undefined.add(property);
            }
        }
        return undefined;
    }

    /** The settings that a text names, whether they are set or not. */
    static List<String> properties(String text) {
        return PLACEHOLDER.matcher(text).results().map(found -> found.group(1).replaceFirst("^(\\?|millis:)", ""))
                .filter(inside -> !inside.contains(IN_USE)).map(inside -> inside.replaceFirst(":.*", "")).toList();
    }

    /** The setting that has to be there for a placeholder; {@code null} if none has. */
    private static @Nullable String property(String inside) {
        if (inside.startsWith(MILLIS)) {
            return inside.substring(MILLIS.length()).strip();
        }
        return inside.startsWith("?") || inside.contains(":") ? null : inside;
    }

    /** The text with what it stands for; what cannot be known is left empty. */
    String resolve(String text) {
        var resolved = text;
        // A value may hold placeholders itself.
        for (int depth = 0; depth < 5 && resolved.contains("{{"); depth++) {
            resolved = PLACEHOLDER.matcher(resolved)
                    .replaceAll(found -> Matcher.quoteReplacement(value(found.group(1))));
        }
        return resolved;
    }

    private String value(String inside) {
        if (inside.startsWith(MILLIS)) {
            return "1000";
        } else if (inside.startsWith(IN_USE)) {
            var inUse = InUse.of("{{" + inside + "}}");
            return String.valueOf(inUse == null || missing(inUse).isEmpty());
        }
        var optional = inside.startsWith("?") ? inside.substring(1) : inside;
        var parts = optional.split(":", 2);
        if (parts.length == 2 && FUNCTIONS.contains(parts[0])) {
            return parts[0].equals("env") ? String.valueOf(System.getenv().getOrDefault(parts[1], "")) : "";
        }
        var value = setting(parts[0]);
        return value.isEmpty() && parts.length == 2 ? parts[1] : value;
    }
}
