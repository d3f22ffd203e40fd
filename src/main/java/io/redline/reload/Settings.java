package io.redline.reload;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * The settings of {@code redline.…} as they are in force, whatever source they come from, and which of them somebody reads
 * each time that it is needed.
 */
final class Settings {

    private static final String OURS = "redline.";
    /** Read at each use. The password of a store or of a pool of connections is not. */
    private static final Pattern LIVE = Pattern.compile("redline\\.(api\\.token"
            + "|accounts\\.[^.]+\\.(token|webhook-token|webhook-secret)|endpoint\\.[^.]+\\.(secret|authorization)"
            + "|endpoint\\.mail\\.(username|password)|route\\..+|outbox\\.retry\\..+"
            + "|endpoint\\.[^.]+\\.(rate|retry\\..+))");

    private Settings() {
    }

    static Map<String, String> now() {
        var config = ConfigProvider.getConfig();
        Set<String> names = new HashSet<>();
        config.getPropertyNames().forEach(names::add);
        // The names of all are remembered from the start; a file may have new ones.
        config.getConfigSources().forEach(source -> {
            if (source.getName().startsWith("FileConfigSource")) {
                names.addAll(source.getPropertyNames());
            }
        });
        Map<String, String> values = new TreeMap<>();
        names.stream().filter(name -> name.startsWith(OURS)).forEach(name -> values.put(name, value(config, name)));
        return values;
    }

    private static String value(Config config, String name) {
        try {
            return config.getOptionalValue(name, String.class).orElse("");
        } catch (RuntimeException e) {
            // It names another one that is not there.
            return "";
        }
    }

    static Set<String> changed(Map<String, String> before, Map<String, String> now) {
        Set<String> names = new TreeSet<>(before.keySet());
        names.addAll(now.keySet());
        names.removeIf(name -> before.getOrDefault(name, "").equals(now.getOrDefault(name, "")));
        return names;
    }

    static boolean isLive(String name) {
        return LIVE.matcher(name).matches();
    }

    /** Whether a file names a setting as a placeholder, in any of their forms. */
    static boolean isNamed(RouteFile file, String name) {
        return Pattern.compile("\\{\\{[^}]*(?<![A-Za-z0-9.-])" + Pattern.quote(name) + "(?![A-Za-z0-9.-])[^}]*}}")
                .matcher(file.text()).find();
    }

    /** Whether a file is a route only if an endpoint is used, and a setting decides that. */
    static boolean decides(RouteFile file, String name, String before, String now) {
        var uses = Pattern.compile("\\{\\{in-use:\\s*([A-Za-z0-9_-]+)").matcher(file.text());
        while (uses.find()) {
            var endpoint = uses.group(1);
            if (name.startsWith("redline.endpoint." + endpoint + ".") && (before.isBlank() || now.isBlank())
                    || name.startsWith("redline.route.") && names(before, endpoint) != names(now, endpoint)) {
                return true;
            }
        }
        return false;
    }

    private static boolean names(String endpoints, String endpoint) {
        return Arrays.asList(endpoints.strip().split("\\s*,\\s*")).contains(endpoint);
    }
}
