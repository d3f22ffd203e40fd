package io.redline.check;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

import io.redline.account.Gateway;

/**
 * Whatever way a notification takes through the routes of its gateway, it comes to an outbox. What does not is not lost, for the
 * door keeps it as unrecognised; but nobody is told of it, and the ledger does not know.
 */
final class KeptRule implements Rule {

    private static final String THEN = " without an outbox, so that nobody is told of it: go to a channel, as in"
            + " direct:messages or direct:unrecognised.";
    private static final Set<String> TAKES_OUT = Set.of("aggregate", "resequence");
    private static final Set<String> FAILS = Set.of("throwException", "rollback");
    private static final Set<String> IN_SEQUENCE = Set.of("split", "loop", "pipeline", "step", "saga", "transacted",
            "policy", "intercept");

    /**
     * A way that has not come to an outbox yet.
     *
     * @param at what made it a way of its own
     * @param sentence for when it ends so
     */
    private record Way(Element at, String sentence) {

        static Way through(Step step) {
            return new Way(step.key(), (step.kind().equals("when") || step.kind().equals("otherwise")
                    ? "The branch "
                    : "What goes through ") + step.name() + " ends" + THEN);
        }
    }

    @Override
    public void look(Bundle bundle, Consumer<Finding> findings) {
        var seen = new LinkedHashSet<Finding>();
        for (var gateway : Gateway.values()) {
            bundle.direct(gateway.word()).ifPresent(route -> new Walk(bundle, seen::add).route(route)
                    .forEach(way -> seen.add(way.at().finding(way.sentence()))));
        }
        seen.forEach(findings);
    }

    private static final class Walk {

        private final Bundle bundle;
        private final Consumer<Finding> findings;
        private final Set<Route> within = new HashSet<>();

        Walk(Bundle bundle, Consumer<Finding> findings) {
            this.bundle = bundle;
            this.findings = findings;
        }

        Set<Way> route(Route route) {
            return steps(route.steps(), Set.of(new Way(route.key(), "The route " + route.id() + " ends" + THEN)));
        }

        /** The ways that are left of some after steps. */
        private Set<Way> steps(List<Step> steps, Set<Way> before) {
            var open = before;
            for (var step : steps) {
                if (open.isEmpty()) {
                    break;
                }
                if (!"true".equals(step.definition().text("disabled"))) {
                    open = step(step, open);
                }
            }
            return open;
        }

        private Set<Way> step(Step step, Set<Way> open) {
            if (FAILS.contains(step.kind())) {
                // Somebody wanted it kept as unrecognised, and says why.
                return Set.of();
            } else if (TAKES_OUT.contains(step.kind())) {
                findings.accept(
                        step.key().finding("'" + step.kind() + "' takes notifications out of the route before an"
                                + " outbox has them: leave it out."));
                return Set.of();
            } else if (IN_SEQUENCE.contains(step.kind())) {
                return steps(step.steps(), open);
            }
            return switch (step.kind()) {
                case "to", "toD" -> to(step, open);
                case "stop" -> {
                    findings.accept(step.key().finding("'stop' ends the way of a notification" + THEN));
                    yield Set.of();
                }
                case "choice" -> choice(step, open);
                case "filter", "idempotentConsumer" -> filter(step, open);
                case "doTry" -> doTry(step, open);
                case "circuitBreaker" -> {
                    var left = new LinkedHashSet<>(steps(step.steps(), open));
                    step.branches("onFallback").forEach(branch -> left.addAll(branch(branch, open)));
                    yield left;
                }
                // Each of them gets it; one that keeps it is enough.
                case "multicast" -> step.steps().stream().anyMatch(one -> steps(List.of(one), open).isEmpty())
                        ? Set.of()
                        : open;
                case "loadBalance" -> step.steps().stream().allMatch(one -> steps(List.of(one), open).isEmpty())
                        && !step.steps().isEmpty() ? Set.of() : open;
                default -> open;
            };
        }

        private Set<Way> to(Step step, Set<Way> open) {
            var target = bundle.target(step);
            if (target == null || target.is("outbox")) {
                return target == null ? open : Set.of();
            }
            if (!target.is("direct")) {
                return open;
            }
            if (target.target().contains("${")) {
                return Set.of(new Way(target.at(), "Where " + step.name() + " goes cannot be seen from here: name each"
                        + " way in a choice."));
            }
            var next = bundle.direct(target.target());
            // One that is missing is another finding; one that comes back to itself ends by another branch.
            if (next.isEmpty() || !within.add(next.get())) {
                return Set.of();
            }
            try {
                return steps(next.get().steps(), open);
            } finally {
                within.remove(next.get());
            }
        }

        private Set<Way> choice(Step step, Set<Way> open) {
            var branches = new ArrayList<>(step.branches("when"));
            branches.addAll(step.branches("otherwise"));
            if (branches.stream().allMatch(branch -> steps(branch.steps(), open).equals(open))) {
                return open;
            }
            var left = new LinkedHashSet<Way>();
            branches.forEach(branch -> left.addAll(branch(branch, open)));
            if (step.branches("otherwise").isEmpty()) {
                left.add(
                        new Way(step.key(), "The choice " + step.name() + " has no otherwise: what none of its branches"
                                + " takes ends" + THEN));
            }
            return left;
        }

        /** What of a branch is left, told as that branch. */
        private Set<Way> branch(Step branch, Set<Way> open) {
            var left = steps(branch.steps(), open);
            return left.equals(open) ? Set.of(Way.through(branch)) : left;
        }

        private Set<Way> filter(Step step, Set<Way> open) {
            var left = steps(step.steps(), open);
            if (left.equals(open)) {
                return open;
            }
            var all = new LinkedHashSet<>(left);
            all.add(new Way(step.key(), "What " + step.name() + " does not let pass ends" + THEN));
            return all;
        }

        private Set<Way> doTry(Step step, Set<Way> open) {
            var left = new LinkedHashSet<>(steps(step.steps(), open));
            var catches = step.branches("doCatch");
            if (!left.equals(open)) {
                catches.forEach(one -> left.addAll(branch(one, open)));
            }
            Set<Way> after = left;
            for (var last : step.branches("doFinally")) {
                after = steps(last.steps(), after);
            }
            return after;
        }
    }
}
