package io.redline.check;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Every setting of ours that somebody has set is one that there is: a misspelt one would be passed over in silence. */
final class SettingsRule implements Rule {

    private static final String OURS = "redline.";

    private final KnownSettings known;
    private final PropertyFiles files;
    private final Map<String, String> environment;

    /** @param environment the process's variables */
    SettingsRule(KnownSettings known, PropertyFiles files, Map<String, String> environment) {
        this.known = known;
        this.files = files;
        this.environment = environment;
    }

    @Override
    public void look(Bundle bundle, Consumer<Finding> findings) {
        var named = bundle.files().values().stream().flatMap(Element::scalars).map(Element::text)
                .filter(text -> text != null && text.contains(OURS)).collect(Collectors.joining("\n"));
        Set<String> said = new HashSet<>();
        files.entries().stream().filter(entry -> entry.key().startsWith(OURS) && said.add(entry.key()))
                .forEach(entry -> {
                    if (!known.has(entry.key()) && !named.contains(entry.key())) {
                        findings.accept(entry.finding("There is no setting " + entry.key() + "."
                                + Suggestion.of(entry.key(), known.like(entry.key()))));
                    }
                });
        environment.keySet().stream().filter(name -> name.startsWith("REDLINE_")).sorted().forEach(name -> {
            if (!known.hasVariable(name) && !variables(named).contains(name)) {
                findings.accept(new Finding("environment", 0, 0, "There is no setting " + name + "."
                        + Suggestion.of(name, known.variables())));
            }
        });
    }

    private static Set<String> variables(String named) {
        return Pattern.compile("redline\\.[A-Za-z0-9.\"-]+").matcher(named).results()
                .map(found -> KnownSettings.variable(found.group())).collect(Collectors.toSet());
    }
}
