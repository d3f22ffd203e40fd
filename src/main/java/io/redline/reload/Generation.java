package io.redline.reload;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteTemplateDefinition;
import org.jspecify.annotations.Nullable;

/** What was built of a file at one time. Routes of a later one have ids that end in its number: {@code endpoint-mail~7}. */
final class Generation {

    private static final String MARK = "~";

    private final RouteFile file;
    private final int number;
    private final Instant since = Instant.now();
    private final List<String> ids = new ArrayList<>();
    /** Those of its routes and their steps, as they stand in the file. */
    private final Set<String> plainIds = new LinkedHashSet<>();
    private final List<RouteTemplateDefinition> templates = new ArrayList<>();
    private final List<RouteConfigurationDefinition> configurations = new ArrayList<>();
    /** The ids of what its kamelets were built into: routes that belong to it, and that nobody is shown. */
    private final List<String> inner = new ArrayList<>();
    private final List<Bound> beans = new ArrayList<>();
    /** Those of its routes that only begin when somebody says so. */
    private final List<String> idle = new ArrayList<>();

    /**
     * A bean of the file in Camel's registry.
     *
     * @param before what had the name until then; {@code null} if nothing had
     */
    record Bound(String name, Object bean, @Nullable Object before) {
    }

    Generation(RouteFile file, int number) {
        this.file = file;
        this.number = number;
    }

    /** The id that stands in the file. */
    static String plainId(String id) {
        var mark = id.lastIndexOf(MARK);
        return mark > 0 && id.substring(mark + 1).chars().allMatch(Character::isDigit) ? id.substring(0, mark) : id;
    }

    /** The first one has the ids as they are: nothing else is there yet. */
    String id(String plain) {
        return number == 1 ? plain : plain + MARK + number;
    }

    /** Its routes that Camel knows: what its precondition kept out, or was not built, is none. */
    List<Route> routes(CamelContext camel) {
        return routes(camel, ids);
    }

    /** Those of its kamelets. */
    List<Route> innerRoutes(CamelContext camel) {
        return routes(camel, inner);
    }

    private static List<Route> routes(CamelContext camel, List<String> ids) {
        List<Route> routes = new ArrayList<>();
        for (var id : ids) {
            var route = camel.getRoute(id);
            if (route != null) {
                routes.add(route);
            }
        }
        return routes;
    }

    boolean startsByItself(Route route) {
        return !idle.contains(route.getRouteId());
    }

    void add(RouteDefinition definition, boolean idles) {
        add(definition.getRouteId());
        if (idles) {
            idle.add(definition.getRouteId());
        }
    }

    void add(String id) {
        ids.add(id);
        plainIds.add(plainId(id));
    }

    void addStep(String plainId) {
        plainIds.add(plainId);
    }

    Set<String> plainIds() {
        return plainIds;
    }

    List<String> ids() {
        return ids;
    }

    List<String> inner() {
        return inner;
    }

    List<Bound> beans() {
        return beans;
    }

    List<RouteTemplateDefinition> templates() {
        return templates;
    }

    List<RouteConfigurationDefinition> configurations() {
        return configurations;
    }

    /** Whether other files depend on what it defines. */
    boolean isShared() {
        return !templates.isEmpty() || !configurations.isEmpty();
    }

    /** Whether a text refers to a template or a configuration of it. */
    boolean defines(RouteFile other) {
        return templates.stream().map(RouteTemplateDefinition::getId).anyMatch(other.text()::contains)
                || configurations.stream().map(RouteConfigurationDefinition::getId)
                        .anyMatch(id -> id != null && other.text().contains(id));
    }

    RouteFile file() {
        return file;
    }

    int number() {
        return number;
    }

    Instant since() {
        return since;
    }
}
