package io.redline.endpoint;

import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

import org.apache.camel.spi.PropertiesFunction;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

import io.redline.config.Unusable;

/**
 * The placeholder <code>{{in-use:mail needs host, from, to}}</code>, for the precondition of an endpoint's route: true where
 * all those settings of {@code redline.endpoint.mail} are there, false where nobody asks for the endpoint. So a file that is
 * shipped and not configured is no route, and an endpoint that was named and not configured ends the start in a sentence.
 */
final class InUse implements PropertiesFunction {

    private static final String ROUTE = "redline.route.";
    private static final String NEEDS = " needs ";

    @Override
    public String getName() {
        return "in-use";
    }

    @Override
    public String apply(String asked) {
        var config = ConfigProvider.getConfig();
        var parts = asked.split(NEEDS, 2);
        var name = parts[0].strip();
        var missing = words(parts.length > 1 ? parts[1] : "").stream()
                .map(setting -> "redline.endpoint." + name + "." + setting)
                .filter(property -> text(config, property).isEmpty()).toList();
        if (missing.isEmpty()) {
            return "true";
        }
        var naming = new TreeSet<String>();
        config.getPropertyNames().forEach(property -> {
            if (property.startsWith(ROUTE) && words(text(config, property)).contains(name)) {
                naming.add(property);
            }
        });
        if (naming.isEmpty()) {
            return "false";
        }
        throw Unusable.because("The endpoint " + name + ", which " + naming.first() + " names, needs "
                + String.join(" and ", missing) + ": set " + (missing.size() > 1 ? "them" : "it")
                + ", or name another.");
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.split(",")).map(String::strip).filter(word -> !word.isEmpty()).toList();
    }

    private static String text(Config config, String property) {
        return config.getOptionalValue(property, String.class).orElse("").strip();
    }
}
