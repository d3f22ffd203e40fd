package io.redline.check;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

import org.eclipse.microprofile.config.Config;

import io.redline.account.Gateway;
import io.redline.ledger.Endpoints;
import io.redline.outbox.Deliveries;

/** Every way leads somewhere: from gateways to routes, from routes to routes, from channels to endpoints. */
final class ChannelRule implements Rule {

    private static final String ROUTE = "redline.route.";
    private static final String ACCOUNTS = "redline.accounts.";

    private final Config config;
    private final PropertyFiles properties;

    ChannelRule(Config config, PropertyFiles properties) {
        this.config = config;
        this.properties = properties;
    }

    @Override
    public void look(Bundle bundle, Consumer<Finding> findings) {
        beginnings(bundle, findings);
        direct(bundle, findings);
        var served = new TreeMap<String, Route>();
        Map<String, Placeholders.InUse> unconfigured = new HashMap<>();
        for (var route : bundle.routes()) {
            var endpoint = route.endpoint();
            if (endpoint != null && route.active()) {
                served.put(endpoint, route);
            }
            var inUse = Placeholders.InUse.of(route.definition().text("precondition"));
            if (inUse != null && !route.active()) {
                unconfigured.put(inUse.endpoint(), inUse);
            }
        }
        for (var property : new TreeSet<>(names())) {
            if (property.startsWith(ROUTE)) {
                Endpoints.parse(config.getOptionalValue(property, String.class).orElse("")).forEach(
                        name -> endpoint(name, property + " names", properties.finding(property, ""), served.keySet(),
                                unconfigured, bundle, findings));
            }
        }
        bundle.routes().stream().filter(Route::active).flatMap(Route::allSteps).forEach(step -> {
            var target = bundle.target(step);
            // What stands in the text itself; what a setting says was looked at with the setting.
            if (target != null && target.is("outbox") && !String.valueOf(target.at().text()).contains("{{")) {
                Endpoints.parse(target.target()).forEach(name -> endpoint(name, "this step names",
                        target.at().finding(""), served.keySet(), unconfigured, bundle, findings));
            }
        });
    }

    private Set<String> names() {
        var names = new TreeSet<String>();
        config.getPropertyNames().forEach(names::add);
        return names;
    }

    private static void endpoint(String name, String who, Finding at, Set<String> served,
            Map<String, Placeholders.InUse> unconfigured, Bundle bundle, Consumer<Finding> findings) {
        if (served.contains(name)) {
            return;
        }
        var inUse = unconfigured.get(name);
        var sentence = inUse == null
                ? "No route begins with outbox:" + name + ", which " + who
                        + ": add one in routes/endpoints, or name another." + Suggestion.of(name, served)
                : "The endpoint " + name + ", which " + who + ", needs "
                        + String.join(" and ", bundle.placeholders().missing(inUse)) + ": set it, or name another.";
        findings.accept(new Finding(at.file(), at.line(), at.column(), sentence));
    }

    /** Two routes from one endpoint would share its deliveries, each getting some. */
    private static void beginnings(Bundle bundle, Consumer<Finding> findings) {
        Map<String, Route> seen = new HashMap<>();
        for (var route : bundle.routes()) {
            var begins = route.begins();
            if (begins == null || !route.active() || !begins.is("direct") && !begins.is("outbox")) {
                continue;
            }
            var address = begins.component() + ":" + begins.target();
            var other = seen.putIfAbsent(address, route);
            if (other != null) {
                findings.accept(begins.at().finding("The route " + other.id() + " begins with " + address
                        + " already: each would get some and neither all. Take another name."));
            }
            if (begins.is("outbox") && Endpoints.parse(begins.target()).size() != 1) {
                findings.accept(begins.at().finding("from: outbox: takes the name of exactly one endpoint."));
            } else if (begins.is("outbox") && begins.target().equals(Deliveries.TRANSLATOR)) {
                findings.accept(begins.at().finding("No endpoint can be named '" + Deliveries.TRANSLATOR + "'."));
            }
        }
    }

    private void direct(Bundle bundle, Consumer<Finding> findings) {
        var names = bundle.routes().stream().filter(Route::active).map(Route::begins)
                .filter(uri -> uri != null && uri.is("direct")).map(Uri::target).toList();
        bundle.routes().stream().filter(route -> route.active() && !route.template()).flatMap(Route::allSteps)
                .forEach(step -> {
                    var target = bundle.target(step);
                    if (target != null && target.is("direct") && !target.target().contains("${")
                            && !names.contains(target.target())) {
                        findings.accept(target.at().finding("No route begins with direct:" + target.target() + "."
                                + Suggestion.of(target.target(), names)));
                    }
                });
        for (var property : names()) {
            if (property.startsWith(ACCOUNTS) && property.endsWith(".gateway")) {
                var gateway = config.getOptionalValue(property, String.class).orElse("");
                if (isGateway(gateway) && !names.contains(gateway)) {
                    findings.accept(properties.finding(property, "No route begins with direct:" + gateway
                            + ", where its notifications go: look at routes/gateways."
                            + Suggestion.of(gateway, names)));
                }
            }
        }
    }

    private static boolean isGateway(String word) {
        for (var gateway : Gateway.values()) {
            if (gateway.word().equals(word)) {
                return true;
            }
        }
        return false;
    }
}
