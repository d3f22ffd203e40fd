package io.redline.check;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

/**
 * A Camel endpoint as a route names it.
 *
 * @param at where its address stands
 * @param path what follows the component's name, without options; empty if it is told by parameters
 * @param options those in the address and those in {@code parameters}, placeholders resolved
 * @param places where each of them stands
 */
record Uri(Element at, String component, String path, Map<String, String> options, Map<String, Element> places) {

    /**
     * The endpoint of a step or of {@code from}.
     *
     * @return {@code null} if it names none
     */
    static @Nullable Uri of(Element definition, UnaryOperator<String> resolve) {
        var at = definition.text() == null ? definition.get("uri") : definition;
        var text = at == null ? null : at.text();
        if (at == null || text == null || text.isBlank()) {
            return null;
        }
        var resolved = resolve.apply(text).strip();
        var query = resolved.indexOf('?');
        var address = query < 0 ? resolved : resolved.substring(0, query);
        var colon = address.indexOf(':');
        Map<String, String> options = new LinkedHashMap<>();
        Map<String, Element> places = new LinkedHashMap<>();
        if (query >= 0) {
            // RAW(…) may hold an ampersand.
            Arrays.stream(resolved.substring(query + 1).split("&(?![^(]*\\))")).forEach(option -> {
                var parts = option.split("=", 2);
                options.put(parts[0], parts.length > 1 ? parts[1] : "");
                places.put(parts[0], at);
            });
        }
        var parameters = definition.get("parameters");
        if (parameters != null) {
            parameters.members().forEach(member -> {
                var value = member.value().text();
                options.put(member.name(), value == null ? "" : resolve.apply(value));
                places.put(member.name(), member.key());
            });
        }
        return new Uri(at, colon < 0 ? address : address.substring(0, colon),
                colon < 0 ? "" : address.substring(colon + 1).replaceFirst("^//", ""), options, places);
    }

    boolean is(String name) {
        return component.equals(name);
    }

    /** What {@code direct} or {@code outbox} is told: {@code direct:edits}, or {@code direct} with the parameter name. */
    String target() {
        return path.isEmpty() ? options.getOrDefault("name", "") : path;
    }
}
