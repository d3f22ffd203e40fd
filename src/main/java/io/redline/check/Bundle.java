package io.redline.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** The route files of a bundle, parsed. */
final class Bundle {

    private static final LoadSettings SETTINGS = LoadSettings.builder().setAllowDuplicateKeys(false).build();

    private final Map<String, Element> files = new TreeMap<>();
    private final List<Route> routes = new ArrayList<>();
    private final Placeholders placeholders;
    private final boolean whole;

    /**
     * Parse.
     *
     * @param texts the content of each file
     * @param unreadable told of each that is no YAML, which is then left out
     */
    Bundle(Map<String, String> texts, Placeholders placeholders, Consumer<Finding> unreadable) {
        this.placeholders = placeholders;
        texts.forEach((file, text) -> {
            try {
                new Compose(SETTINGS).composeString(text)
                        .ifPresent(root -> files.put(file, new Element(file, root)));
            } catch (MarkedYamlEngineException e) {
                var mark = e.getProblemMark();
                unreadable.accept(new Finding(file, mark.map(one -> one.getLine() + 1).orElse(1),
                        mark.map(one -> one.getColumn() + 1).orElse(1),
                        "This is no YAML: " + e.getProblem() + ". Look at the indentation and quotes here and above."));
            } catch (YamlEngineException e) {
                unreadable.accept(new Finding(file, 1, 1, "This is no YAML: " + e.getMessage()));
            }
        });
        whole = files.size() == texts.size();
        entities().forEach(this::collect);
    }

    private void collect(Element.Member entity) {
        switch (entity.name()) {
            case "route" -> add(entity.key(), entity.value(), false);
            case "from" -> routes.add(route(entity.key(), entity.value(), entity.value(), false));
            case "routeTemplate" -> {
                var route = entity.value().get("route");
                add(entity.key(), route == null ? entity.value() : route, true);
            }
            default -> {
                // Nothing that takes messages.
            }
        }
    }

    private void add(Element key, Element definition, boolean template) {
        var from = definition.get("from");
        if (from != null) {
            routes.add(route(key, definition, from, template));
        }
    }

    private Route route(Element key, Element definition, Element from, boolean template) {
        var precondition = definition.text("precondition");
        return new Route(key, definition, from, Uri.of(from, placeholders::resolve), template,
                precondition.isEmpty() || !"false".equals(placeholders.resolve(precondition)));
    }

    /** Whether all files could be read. */
    boolean isWhole() {
        return whole;
    }

    /** The files that are YAML, by name. */
    Map<String, Element> files() {
        return files;
    }

    /** Everything that stands at the top of a file: routes, configurations, beans. */
    Stream<Element.Member> entities() {
        return files.values().stream().flatMap(file -> file.items().stream()).flatMap(item -> item.members().stream());
    }

    Stream<Element> entities(String word) {
        return entities().filter(entity -> entity.name().equals(word)).map(Element.Member::value);
    }

    List<Route> routes() {
        return routes;
    }

    /** The route that begins with {@code direct:name} and runs. */
    Optional<Route> direct(String name) {
        return routes.stream().filter(Route::active).filter(
                route -> route.begins() != null && route.begins().is("direct") && route.begins().target().equals(name))
                .findFirst();
    }

    /** What a step goes to; {@code null} if it goes nowhere. */
    @Nullable
    Uri target(Step step) {
        return switch (step.kind()) {
            case "to", "toD", "wireTap" -> Uri.of(step.definition(), placeholders::resolve);
            default -> null;
        };
    }

    Placeholders placeholders() {
        return placeholders;
    }
}
