package io.redline.check;

import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/** No secret stands in a route: routes are copied, committed, shown and mailed. */
final class SecretRule implements Rule {

    private static final Pattern NAME = Pattern.compile(
            ".*(password|passwd|passphrase|secret|token|apikey|accesskey|privatekey|credential|authorization).*");
    /** Names that only sound like it. */
    private static final Set<String> HARMLESS = Set.of("tokenendpoint", "tokenize", "xtokenize", "xmltokenize", "token",
            "endtoken", "inheritnamespacetagname");
    private static final Pattern VALUE = Pattern.compile("whsec_[A-Za-z0-9+/=]{16,}|xox[a-z]-[A-Za-z0-9-]{10,}"
            + "|hooks\\.slack\\.com/services/[A-Za-z0-9/]{20,}|eyJ[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]{10,}\\."
            + "|waInstance\\d+/[A-Za-z]+/[0-9a-f]{40,}|-----BEGIN [A-Z ]*PRIVATE KEY|://[^/@:{}\\s]+:[^/@{}\\s]+@"
            + "|(Bearer|Basic) [A-Za-z0-9+/=._-]{12,}");
    private static final String SENTENCE = " Move it to application.properties or the environment, under a name that ends"
            + " in .token, .password or .secret, and write {{that name}} here.";

    @Override
    public void look(Bundle bundle, Consumer<Finding> findings) {
        bundle.files().values().forEach(file -> look(file, findings));
        bundle.routes().forEach(route -> {
            options(route.begins(), findings);
            route.allSteps().forEach(step -> {
                options(bundle.target(step), findings);
                header(step, findings);
            });
        });
    }

    private static void look(Element at, Consumer<Finding> findings) {
        at.members().forEach(member -> {
            if (member.name().equals("parameters") || member.name().equals("properties")) {
                member.value().members().forEach(option -> named(option.name(), option.value(), option.value().text(),
                        findings));
            }
            look(member.value(), findings);
        });
        at.items().forEach(item -> look(item, findings));
        var text = at.text();
        if (text != null && VALUE.matcher(text.replaceAll("\\{\\{[^}]*}}", "")).find()) {
            findings.accept(at.finding("This looks like a secret." + SENTENCE));
        }
    }

    private static void options(@Nullable Uri uri, Consumer<Finding> findings) {
        var text = uri == null ? null : uri.at().text();
        if (uri == null || text == null || !text.contains("?")) {
            return;
        }
        for (var option : text.substring(text.indexOf('?') + 1).split("&")) {
            var parts = option.split("=", 2);
            named(parts[0], uri.at(), parts.length < 2 ? "" : parts[1], findings);
        }
    }

    /** A header set to a text that stands here. */
    private static void header(Step step, Consumer<Finding> findings) {
        var expression = step.definition().get("expression");
        var constant = (expression == null ? step.definition() : expression).get("constant");
        if (step.kind().startsWith("set") && constant != null) {
            var value = constant.get("expression");
            named(step.definition().text("name"), value == null ? constant : value,
                    (value == null ? constant : value).text(), findings);
        }
    }

    private static void named(String name, Element at, @Nullable String value,
            Consumer<Finding> findings) {
        var bare = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
        if (NAME.matcher(bare).matches() && !HARMLESS.contains(bare) && value != null && !value.isBlank()
                && !value.contains("{{") && !value.contains("${") && !value.startsWith("#")
                && !value.matches("true|false|\\d+")) {
            findings.accept(at.finding("'" + name + "' is a secret." + SENTENCE));
        }
    }
}
