package io.redline.check;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/** Every placeholder stands for something. */
final class PlaceholderRule implements Rule {

    private final Collection<String> known;

    /** @param known the names of settings that there are */
    PlaceholderRule(Collection<String> known) {
        this.known = known;
    }

    @Override
    public void look(Bundle bundle, Consumer<Finding> findings) {
        // What an endpoint needs that nobody has configured is missing by intention: its route does not run.
        Set<Element> passedOver = new HashSet<>();
        bundle.routes().stream().filter(route -> route.template() || !route.active())
                .forEach(route -> passedOver.add(route.definition()));
        bundle.entities().filter(entity -> !passedOver.contains(entity.value())
                && !entity.name().equals("routeTemplate"))
                .flatMap(entity -> entity.value().scalars()).forEach(scalar -> {
                    var text = scalar.text();
                    if (text != null && text.contains("{{")) {
                        bundle.placeholders().undefined(text).forEach(property -> findings.accept(scalar.finding(
                                "{{" + property + "}} is not set: set " + property + " in application.properties."
                                        + Suggestion.of(property, known))));
                    }
                });
    }
}
