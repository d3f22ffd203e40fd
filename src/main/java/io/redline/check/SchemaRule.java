package io.redline.check;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonNodePath;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;

import io.quarkus.runtime.annotations.RegisterResourceBundle;

/**
 * A file is what the Camel that runs it can load: the schema is that of its own YAML DSL. What a schema's alternatives say of
 * one mistake, thirty times at worst, is made one sentence.
 */
@RegisterResourceBundle(bundleName = SchemaRule.MESSAGES)
final class SchemaRule implements Rule {

    /** The words of the validator, which it looks up for each mistake. */
    static final String MESSAGES = "jsv-messages";
    private static final String RESOURCE = "schema/camelYamlDsl.json";
    private static final Set<String> ALTERNATIVES = Set.of("oneOf", "anyOf", "allOf", "not");
    /** The most telling first. */
    private static final List<String> TELLING = List.of("additionalProperties", "enum", "maxProperties", "type",
            "required");
    private static final Set<String> LISTS = Set.of("steps", "when", "doCatch");

    private final JsonNode source;
    private final JsonSchema schema;

    SchemaRule() {
        try (var in = SchemaRule.class.getClassLoader().getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("The schema of Camel's YAML is missing: " + RESOURCE);
            }
            source = new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // Scalars are strings here, as they are for Camel: typeLoose takes "5" for a number where one is asked for.
        schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4).getSchema(source,
                SchemaValidatorsConfig.builder().typeLoose(true).locale(Locale.ENGLISH).build());
    }

    @Override
    public void look(Bundle bundle, Consumer<Finding> findings) {
        bundle.files().forEach((file, root) -> {
            if (!root.isList()) {
                findings.accept(root.finding("A file of routes is a list: begin each route with '- route:'."));
                return;
            }
            lists(root, findings);
            var json = root.json(bundle.placeholders()::resolve);
            sentences(schema.validate(json), root, findings);
        });
    }

    /** To the lenient schema a single step is a list of one; to Camel it is none. */
    private static void lists(Element at, Consumer<Finding> findings) {
        at.members().forEach(member -> {
            if (LISTS.contains(member.name()) && !member.value().isList()) {
                findings.accept(member.key().finding(
                        "'" + member.name() + "' is a list: begin each element below it with a dash."));
            }
            lists(member.value(), findings);
        });
        at.items().forEach(item -> lists(item, findings));
    }

    private void sentences(Set<ValidationMessage> messages, Element root, Consumer<Finding> findings) {
        Map<String, List<ValidationMessage>> byPlace = new TreeMap<>();
        messages.stream().filter(message -> !ALTERNATIVES.contains(message.getType()))
                .forEach(message -> byPlace.computeIfAbsent(message.getInstanceLocation().toString(),
                        place -> new ArrayList<>()).add(message));
        byPlace.values().forEach(here -> {
            var place = here.get(0).getInstanceLocation();
            var below = messages.stream().anyMatch(other -> !ALTERNATIVES.contains(other.getType())
                    && other.getInstanceLocation().getNameCount() > place.getNameCount()
                    && other.getInstanceLocation().startsWith(place));
            var certain = here.stream().filter(message -> !isAlternative(message)).toList();
            if (here.stream().anyMatch(message -> message.getType().equals(TELLING.get(0)))) {
                // What is missing is most likely there under the name that is not known.
                say(here, root, findings);
            } else if (!certain.isEmpty()) {
                say(certain, root, findings);
            } else if (!below) {
                say(here, root, findings);
            }
        });
        messages.stream().filter(message -> ALTERNATIVES.contains(message.getType()))
                .filter(message -> messages.stream().noneMatch(other -> !ALTERNATIVES.contains(other.getType())
                        && other.getInstanceLocation().startsWith(message.getInstanceLocation())))
                .map(message -> at(root, message.getInstanceLocation())).distinct()
                .forEach(element -> findings
                        .accept(element.finding("This is none of the forms that Camel knows here.")));
    }

    private static boolean isAlternative(ValidationMessage message) {
        var path = message.getEvaluationPath();
        var from = 0;
        // Only what is an alternative at this very place: a step is one of many alternatives of its list's elements.
        for (int i = path.getNameCount() - 1; i >= 0 && !"properties".equals(path.getName(i))
                && !"items".equals(path.getName(i)); i--) {
            from = ALTERNATIVES.contains(path.getName(i)) ? 1 : from;
        }
        return from == 1;
    }

    private void say(List<ValidationMessage> messages, Element root, Consumer<Finding> findings) {
        var type = TELLING.stream().filter(word -> messages.stream().anyMatch(one -> one.getType().equals(word)))
                .findFirst().orElse(messages.get(0).getType());
        var telling = messages.stream().filter(message -> message.getType().equals(type)).toList();
        var element = at(root, telling.get(0).getInstanceLocation());
        switch (type) {
            case "additionalProperties" -> {
                var possible = telling.stream().flatMap(message -> properties(message).stream())
                        .collect(Collectors.toCollection(TreeSet::new));
                telling.stream().map(ValidationMessage::getProperty).distinct().forEach(property -> findings.accept(
                        element.member(property).map(Element.Member::key).orElse(element)
                                .finding("Camel knows no '" + property + "' here." + hint(property, possible))));
            }
            case "required" -> {
                var names = telling.stream().map(ValidationMessage::getProperty).distinct().toList();
                // What is missing may be there, misspelt.
                var misspelt = element.members().stream().map(Element.Member::key)
                        .filter(key -> !Suggestion.of(String.valueOf(key.text()), names).isEmpty()).findFirst();
                findings.accept(misspelt.isPresent()
                        ? misspelt.get().finding("Camel knows no '" + misspelt.get().text() + "' here."
                                + Suggestion.of(String.valueOf(misspelt.get().text()), names))
                        : element.finding(missing(names)));
            }
            case "enum" -> {
                var possible = telling.stream().flatMap(message -> words(message.getSchemaNode()).stream()).toList();
                findings.accept(element.finding("'" + element.text() + "' is not possible here." + hint(
                        String.valueOf(element.text()), possible)));
            }
            case "maxProperties" -> findings
                    .accept(element.finding("Only one step can stand here: begin each with a dash of its own."));
            case "type" -> {
                var expected = telling.stream().map(message -> expected(message)).distinct()
                        .collect(Collectors.joining(" or "));
                findings.accept(element.finding("Here has to be " + expected + ", not "
                        + (element.text() == null ? found(element) : "'" + element.text() + "'") + "."));
            }
            default -> findings.accept(element.finding(telling.get(0).getError()));
        }
    }

    /** Alternatives of so many are the languages of an expression. */
    private static String missing(List<String> names) {
        return names.size() > 3
                ? "An expression is missing here, as in: expression: {simple: {expression: \"${body}\"}}."
                : "'" + String.join("' and '", names) + "' is missing here.";
    }

    private static String hint(String written, Collection<String> possible) {
        var suggestion = Suggestion.of(written, possible);
        return suggestion.isEmpty() && possible.size() <= 30
                ? " Possible are: " + String.join(", ", new TreeSet<>(possible)) + "."
                : suggestion;
    }

    private static String found(Element element) {
        return element.isList() ? "a list" : element.members().isEmpty() ? "nothing" : "a map";
    }

    private static String expected(ValidationMessage message) {
        var type = message.getSchemaNode().asText();
        return switch (type) {
            case "object" -> "a map";
            case "array" -> "a list";
            case "boolean" -> "true or false";
            case "number", "integer" -> "a number";
            case "string" -> "a text";
            default -> "a " + type;
        };
    }

    private static List<String> words(JsonNode list) {
        var words = new ArrayList<String>();
        list.forEach(one -> words.add(one.asText()));
        return words;
    }

    /** What would be possible beside what is not. */
    private Collection<String> properties(ValidationMessage message) {
        JsonNode at = source;
        var path = message.getSchemaLocation().getFragment();
        for (int i = 0; i < path.getNameCount() - 1; i++) {
            var element = path.getElement(i);
            at = element instanceof Integer index ? at.path(index) : at.path(String.valueOf(element));
        }
        var names = new HashSet<String>();
        at.path("properties").fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static Element at(Element root, JsonNodePath path) {
        var element = root;
        for (int i = 0; i < path.getNameCount(); i++) {
            var step = path.getElement(i);
            var next = step instanceof Integer index && element.isList()
                    ? element.items().get(index)
                    : element.get(String.valueOf(step));
            if (next == null) {
                break;
            }
            element = next;
        }
        return element;
    }
}
