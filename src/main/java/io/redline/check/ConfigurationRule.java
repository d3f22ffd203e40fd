package io.redline.check;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/** A route configuration has a name, and is used by it: one without is named by Kaoto, and then holds for nobody. */
final class ConfigurationRule implements Rule {

    @Override
    public void look(Bundle bundle, Consumer<Finding> findings) {
        Set<String> names = new HashSet<>();
        bundle.entities("routeConfiguration").map(one -> one.text("id")).forEach(names::add);
        Set<String> used = new HashSet<>();
        for (var route : bundle.routes()) {
            var named = route.definition().get("routeConfigurationId");
            var text = named == null ? null : named.text();
            if (named != null && text != null) {
                Arrays.stream(text.split(",")).map(String::strip).forEach(name -> {
                    used.add(name);
                    if (!names.contains(name) && !name.equals("*")) {
                        findings.accept(named.finding("There is no routeConfiguration '" + name + "'."
                                + Suggestion.of(name, names)));
                    }
                });
            }
        }
        bundle.entities().filter(entity -> entity.name().equals("routeConfiguration")).forEach(entity -> {
            var id = entity.value().text("id");
            if (id.isEmpty()) {
                findings.accept(
                        entity.key().finding("This routeConfiguration has no id: give it one, and name it in each"
                                + " route by routeConfigurationId."));
            } else if (!used.contains(id) && !used.contains("*")) {
                findings.accept(entity.key().finding("No route names the routeConfiguration '" + id
                        + "': set routeConfigurationId: " + id + " in those that it is for."));
            }
        });
    }
}
