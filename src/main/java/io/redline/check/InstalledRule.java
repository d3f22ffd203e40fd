package io.redline.check;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/** What a bundle uses is compiled in: components and their options, languages, data formats, beans. */
final class InstalledRule implements Rule {

    private static final Set<String> LANGUAGES = Set.of("constant", "csimple", "datasonnet", "exchangeProperty",
            "groovy", "header", "hl7terser", "java", "joor", "jq", "js", "jsonpath", "mvel", "ognl", "python", "simple",
            "spel", "tokenize", "variable", "wasm", "xpath", "xquery", "xtokenize");
    /** Whose texts can be judged without a message. */
    private static final Set<String> JUDGED = Set.of("simple", "jsonpath");
    private static final Set<String> CONDITIONS = Set.of("when", "filter", "validate");
    private static final Set<String> NEEDS_EXPRESSION = Set.of("when", "filter", "validate", "setBody", "setHeader",
            "setVariable", "setProperty", "split", "loop");
    private static final Set<String> NO_FORMAT = Set.of("id", "description", "disabled", "variableSend",
            "variableReceive", "allowNullBody", "note");
    private static final Map<String, String> LIBRARIES = Map.of("json", "jackson");

    private final Installed installed;

    InstalledRule(Installed installed) {
        this.installed = installed;
    }

    @Override
    public void look(Bundle bundle, Consumer<Finding> findings) {
        var components = installed.components();
        var beans = new TreeSet<>(installed.beans());
        bundle.entities("beans").flatMap(list -> list.items().stream()).map(bean -> bean.text("name"))
                .forEach(beans::add);
        for (var route : bundle.routes()) {
            if (route.begins() != null) {
                endpoint(route.begins(), route, components, beans, bundle, findings);
            }
            route.allSteps().forEach(step -> {
                var target = bundle.target(step);
                if (target != null) {
                    endpoint(target, route, components, beans, bundle, findings);
                }
                expression(step, beans, findings);
                needed(step, findings);
                dataFormat(step, findings);
                if (step.kind().equals("bean") || step.kind().equals("process")) {
                    bean(step.definition().get("ref"), beans, findings);
                }
            });
        }
    }

    private void endpoint(Uri uri, Route route, Collection<String> components, Set<String> beans,
            Bundle bundle, Consumer<Finding> findings) {
        if (uri.component().isEmpty() || uri.component().contains("$") || route.template()) {
            return;
        }
        if (!components.contains(uri.component())) {
            findings.accept(uri.at().finding("The component '" + uri.component() + "' is not compiled in."
                    + (Suggestion.of(uri.component(), components).isEmpty()
                            ? " There are: " + String.join(", ", components) + "."
                            : Suggestion.of(uri.component(), components))));
            return;
        }
        var options = installed.options(uri.component());
        uri.options().forEach((name, value) -> {
            var place = uri.places().getOrDefault(name, uri.at());
            if (options != null && !options.has(name)) {
                findings.accept(place.finding("'" + name + "' is no option of " + uri.component() + "."
                        + Suggestion.of(name, options.names())));
            }
            if (value.matches("#[A-Za-z][A-Za-z0-9]*") && !beans.contains(value.substring(1))) {
                findings.accept(place.finding("There is no bean '" + value.substring(1) + "'."
                        + Suggestion.of(value.substring(1), beans)));
            }
        });
        if (uri.is("jdbc") && route.active()) {
            pool(uri, beans, bundle.placeholders(), findings);
        }
    }

    private static void pool(Uri uri, Set<String> beans, Placeholders placeholders, Consumer<Finding> findings) {
        var name = uri.path().isEmpty() ? uri.options().getOrDefault("dataSourceName", "") : uri.path();
        var property = "redline.endpoint." + name + ".url";
        if (!name.isEmpty() && !beans.contains(name) && !placeholders.setting(property).startsWith("jdbc:")) {
            findings.accept(uri.at().finding("jdbc:" + name + " has no database: set " + property
                    + " to an address that begins with jdbc:postgresql: or jdbc:sqlite:."));
        }
    }

    private void expression(Step step, Set<String> beans, Consumer<Finding> findings) {
        var wrapped = step.definition().get("expression");
        for (var holder : new @Nullable Element[]{step.definition(), wrapped}) {
            if (holder == null) {
                continue;
            }
            holder.members().stream().filter(member -> LANGUAGES.contains(member.name())).forEach(member -> {
                var inner = member.value().get("expression");
                language(step, member, inner == null ? member.value() : inner, findings);
            });
            if (wrapped != null && holder.equals(wrapped)) {
                holder.member("method").ifPresent(method -> bean(method.value().get("ref"), beans, findings));
            }
        }
    }

    /** The schema takes a step without one for complete. */
    private static void needed(Step step, Consumer<Finding> findings) {
        if (NEEDS_EXPRESSION.contains(step.kind()) && step.definition().get("expression") == null
                && step.definition().members().stream().noneMatch(member -> LANGUAGES.contains(member.name())
                        || member.name().equals("method") || member.name().equals("language"))) {
            findings.accept(step.key().finding("This '" + step.kind() + "' has no expression: add one, as in"
                    + " expression: {simple: {expression: \"${body[text]}\"}}."));
        }
    }

    private void language(Step step, Element.Member language, Element at, Consumer<Finding> findings) {
        if (!installed.hasLanguage(language.name())) {
            findings.accept(language.key().finding("The language '" + language.name()
                    + "' is not compiled in: use simple or jsonpath."));
            return;
        }
        var text = at.text();
        if (text == null || !JUDGED.contains(language.name()) || text.contains("{{")) {
            return;
        }
        var predicate = CONDITIONS.contains(step.kind())
                || step.kind().equals("loop") && step.definition().text("doWhile").equals("true");
        var error = installed.error(language.name(), text, predicate);
        if (error != null) {
            findings.accept(at.finding("This is no " + language.name() + ": " + error));
        }
    }

    private void dataFormat(Step step, Consumer<Finding> findings) {
        if (!step.kind().equals("marshal") && !step.kind().equals("unmarshal")) {
            return;
        }
        step.definition().members().stream().filter(member -> !NO_FORMAT.contains(member.name())).forEach(member -> {
            var library = member.value().text("library").toLowerCase(Locale.ROOT);
            var name = library.isEmpty() ? LIBRARIES.getOrDefault(member.name(), member.name()) : library;
            if (!installed.hasDataFormat(name)) {
                findings.accept(member.key().finding("The data format '" + name
                        + "' is not compiled in: use json with the library Jackson."));
            }
        });
    }

    private static void bean(@Nullable Element ref, Set<String> beans, Consumer<Finding> findings) {
        var name = ref == null ? null : ref.text();
        if (ref == null || name == null || name.contains("{{")) {
            return;
        }
        var bare = name.startsWith("#") ? name.substring(1) : name;
        if (!beans.contains(bare) && !bare.contains(":")) {
            findings.accept(ref.finding("There is no bean '" + bare + "'." + Suggestion.of(bare, beans)));
        }
    }
}
