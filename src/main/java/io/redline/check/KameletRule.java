package io.redline.check;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** A kamelet that a route names is there, and gets what its contract asks for. */
final class KameletRule implements Rule {

    /** How the name of a kamelet's file ends. */
    static final String ENDING = ".kamelet.yaml";
    private static final String SHIPPED = "kamelets/";
    /** Of the component, whatever the kamelet. */
    private static final Set<String> OF_EVERY_KAMELET = Set.of("routeId", "templateId", "location", "noErrorHandler",
            "block", "timeout", "failIfNoConsumers", "bridgeErrorHandler", "lazyStartProducer", "exchangePattern");
    private static final Set<String> WITHIN = Set.of("source", "sink");

    private final Map<String, String> own = new TreeMap<>();

    /** @param files the texts of an operator's own, by file */
    KameletRule(Map<String, String> files) {
        files.forEach((file, text) -> own.put(
                file.replaceFirst(".*[/\\\\]", "").replace(ENDING, ""), text));
    }

    @Override
    public void look(Bundle bundle, Consumer<Finding> findings) {
        bundle.routes().stream().filter(route -> !route.template()).forEach(route -> {
            var targets = route.allSteps().map(bundle::target);
            Stream.concat(Stream.ofNullable(route.begins()), targets).filter(uri -> uri != null && uri.is("kamelet"))
                    .forEach(uri -> look(uri, findings));
        });
    }

    private void look(Uri uri, Consumer<Finding> findings) {
        var name = uri.path().isEmpty()
                ? uri.options().getOrDefault("templateId", "")
                : uri.path().replaceFirst("/.*", "");
        if (WITHIN.contains(name) || name.contains("$")) {
            return;
        }
        Element contract;
        try {
            var text = own.containsKey(name) ? own.get(name) : shipped(name);
            if (text == null) {
                findings.accept(
                        uri.at().finding("There is no kamelet '" + name + "': write routes/kamelets/" + name + ENDING
                                + ", or name one that is shipped." + Suggestion.of(name, own.keySet())));
                return;
            }
            contract = new Compose(LoadSettings.builder().build()).composeString(text)
                    .map(root -> new Element(name + ENDING, root).get("spec")).map(spec -> spec.get("definition"))
                    .orElse(null);
        } catch (YamlEngineException e) {
            findings.accept(uri.at().finding("The kamelet '" + name + "' is no YAML."));
            return;
        }
        if (contract == null) {
            findings.accept(uri.at().finding("The kamelet '" + name + "' has no spec.definition."));
            return;
        }
        var properties = members(contract.get("properties"));
        var required = contract.get("required");
        if (required != null) {
            required.items().stream().map(item -> String.valueOf(item.text()))
                    .filter(property -> !uri.options().containsKey(property)).forEach(property -> findings
                            .accept(uri.at().finding("The kamelet '" + name + "' needs " + property + ".")));
        }
        uri.options().keySet().stream().filter(option -> !properties.contains(option)
                && !OF_EVERY_KAMELET.contains(option)).forEach(option -> findings
                        .accept(uri.places().getOrDefault(option, uri.at()).finding("'" + option
                                + "' is no property of the kamelet " + name + "."
                                + Suggestion.of(option, properties))));
    }

    private static Set<String> members(@Nullable Element map) {
        return map == null
                ? Set.of()
                : map.members().stream().map(Element.Member::name).collect(Collectors.toCollection(TreeSet::new));
    }

    private static @Nullable String shipped(String name) {
        if (!name.matches("[a-z0-9-]+")) {
            return null;
        }
        try (var in = KameletRule.class.getClassLoader().getResourceAsStream(SHIPPED + name + ENDING)) {
            return in == null ? null : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
