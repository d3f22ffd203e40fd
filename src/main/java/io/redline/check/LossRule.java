package io.redline.check;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A delivery is done when its exchange is: what hands a change on to somewhere that only memory holds loses it with the
 * process. And it is the outbox that tries again, in order and for days; Camel's own attempts would hold up all others.
 */
final class LossRule implements Rule {

    private static final Map<String, String> HOLDS = Map.of("aggregate", "takes it out of the route", "wireTap",
            "copies it to a thread that nobody waits for", "resequence", "takes it out of the route");
    private static final Set<String> QUEUES = Set.of("seda", "vm", "disruptor", "disruptor-vm");
    private static final Set<String> REDELIVERY = Set.of("redeliveryPolicyRef", "retryWhile");

    @Override
    public void look(Bundle bundle, Consumer<Finding> findings) {
        var looked = new HashSet<Route>();
        for (var route : bundle.routes()) {
            if (route.endpoint() != null) {
                steps(route, bundle, looked, findings);
                redelivery(route, bundle, findings);
            }
        }
    }

    private static void steps(Route route, Bundle bundle, Set<Route> looked, Consumer<Finding> findings) {
        if (!looked.add(route)) {
            return;
        }
        route.allSteps().forEach(step -> {
            var how = HOLDS.get(step.kind());
            var target = bundle.target(step);
            if (how != null) {
                findings.accept(step.key().finding("'" + step.kind() + "' loses changes: it " + how
                        + ", and the delivery counts as done. " + instead(step.kind())));
            } else if (target != null && QUEUES.contains(target.component())) {
                findings.accept(
                        target.at().finding("'" + target.component() + "' loses changes: it keeps them in memory,"
                                + " and the delivery counts as done. Use direct."));
            } else if (target != null && target.is("direct")) {
                bundle.direct(target.target()).ifPresent(next -> steps(next, bundle, looked, findings));
            }
        });
    }

    private static String instead(String kind) {
        return kind.equals("wireTap")
                ? "Name a second endpoint in redline.route.* instead."
                : "Use outbox:<name>?batch=100 instead.";
    }

    private static void redelivery(Route route, Bundle bundle, Consumer<Finding> findings) {
        var named = route.definition().text("routeConfigurationId");
        var file = route.definition().file();
        var own = Stream.ofNullable(route.definition().get("errorHandler"));
        var configured = bundle.entities("routeConfiguration")
                .filter(configuration -> configuration.text("id").isEmpty()
                        || Set.of(named.split(",")).contains(configuration.text("id")));
        var beside = bundle.entities("onException").filter(one -> one.file().equals(file));
        Stream.of(own, configured, beside, bundle.entities("errorHandler")).flatMap(all -> all)
                .forEach(one -> redelivery(one, findings));
    }

    private static void redelivery(Element at, Consumer<Finding> findings) {
        at.members().forEach(member -> {
            var more = member.name().equals("maximumRedeliveries") && !"0".equals(member.value().text());
            if (more || REDELIVERY.contains(member.name())) {
                findings.accept(member.key().finding("Camel would try deliveries again, which the outbox does:"
                        + " remove it, and set redline.endpoint.<name>.retry.* instead."));
            }
            redelivery(member.value(), findings);
        });
        at.items().forEach(item -> redelivery(item, findings));
    }
}
