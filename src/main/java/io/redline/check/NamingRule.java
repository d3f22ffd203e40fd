package io.redline.check;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Every node has an id of its own, and what decides or leads out says in a line what for. Metrics, logs and tests go by ids. */
final class NamingRule implements Rule {

    /** What Kaoto calls a node that nobody named. */
    private static final Pattern MADE_BY_KAOTO = Pattern.compile("[a-z]+-\\d{3,4}");
    private static final Set<String> DESCRIBED = Set.of("when", "otherwise", "to", "toD", "wireTap");

    @Override
    public void look(Bundle bundle, Consumer<Finding> findings) {
        Map<String, String> seen = new HashMap<>();
        for (var route : bundle.routes()) {
            named("route", route.key(), route.definition(), seen, findings);
            described("route", route.key(), route.definition(), findings);
            if (!route.from().equals(route.definition())) {
                named("from", route.definition().member("from").map(Element.Member::key).orElse(route.key()),
                        route.from(), seen, findings);
            }
            route.allSteps().forEach(step -> {
                named(step.kind(), step.key(), step.definition(), seen, findings);
                if (DESCRIBED.contains(step.kind())) {
                    described(step.kind(), step.key(), step.definition(), findings);
                }
            });
        }
    }

    private static void named(String kind, Element key, Element definition, Map<String, String> seen,
            Consumer<Finding> findings) {
        var id = definition.get("id");
        var text = id == null ? null : id.text();
        if (id == null || text == null || text.isBlank()) {
            findings.accept(key.finding("This '" + kind + "' has no id: give it one that says what it does."));
            return;
        }
        if (MADE_BY_KAOTO.matcher(text).matches()) {
            findings.accept(id.finding("'" + text + "' is the name of a node that nobody named: give it an id that says"
                    + " what it does."));
        } else if (text.contains("~") || text.contains("{{")) {
            findings.accept(id.finding("'" + text + "' is no id: take small letters, digits and hyphens."));
        }
        var before = seen.putIfAbsent(text, id.finding("").toString().replaceFirst(": $", ""));
        if (before != null) {
            findings.accept(id.finding("The id '" + text + "' is taken already, at " + before
                    + ": give this one another."));
        }
    }

    private static void described(String kind, Element key, Element definition, Consumer<Finding> findings) {
        if (definition.text("description").isBlank()) {
            findings.accept(key.finding("This '" + kind + "' has no description: say in a line what it is for."));
        }
    }
}
