package io.redline.console;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import jakarta.ws.rs.CookieParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;

import org.apache.camel.CamelContext;
import org.apache.camel.NamedNode;
import org.apache.camel.Route;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ToDefinition;
import org.jspecify.annotations.Nullable;

import io.redline.account.Account;
import io.redline.account.Accounts;
import io.redline.console.Flow.Arrow;
import io.redline.console.Flow.Box;
import io.redline.console.Flow.Branch;
import io.redline.http.Sessions;
import io.redline.ledger.Endpoints;
import io.redline.operation.EndpointOverview;
import io.redline.operation.EndpointOverview.Status;
import io.redline.outbox.Deliveries;
import io.smallrye.common.annotation.Blocking;

/** How notifications go through the routes, as Camel runs them just now, and how many. */
@Path("/console/flow")
@Produces(Shells.HTML)
@Blocking
public class FlowPages {

    private static final int ROW = 25;
    private static final int ROOM = 46;
    private static final int TOP = 34;
    private static final String DIRECT = "direct:";
    private static final String UNREAD = "Notifications that are parked until a route can read them";

    private final ModelCamelContext camel;
    private final Accounts accounts;
    private final EndpointOverview overview;
    private final Traffic traffic;
    private final Rates rates;
    private final Shells shells;

    FlowPages(CamelContext camel, Accounts accounts, EndpointOverview overview, Traffic traffic, Rates rates,
            Shells shells) {
        this.camel = (ModelCamelContext) camel;
        this.accounts = accounts;
        this.overview = overview;
        this.traffic = traffic;
        this.rates = rates;
        this.shells = shells;
    }

    /** A step that hands over from a branch of a gateway's router to a channel. */
    private record Found(String id, String title, String gateway, String channel) {
    }

    @GET
    public String drawn(@CookieParam(Sessions.COOKIE) @Nullable String session) {
        return Templates.flow(shells.of("flow", "Flow", session), draw(), null).render();
    }

    @GET
    @Path("/{step}")
    public String last(@PathParam("step") String step, @HeaderParam("HX-Request") @Nullable String part,
            @CookieParam(Sessions.COOKIE) @Nullable String session) {
        var found = branches(byBeginning()).stream().filter(one -> one.id().equals(step)).findFirst()
                .orElseThrow(() -> new NotShown(404, "No branch of this name runs."));
        var counted = traffic.step(step);
        var last = new Flow.Last(step, found.title(), counted.count(), counted.failed(),
                counted.last().stream().map(one -> line(found.gateway(), one)).toList());
        return part == null
                ? Templates.flow(shells.of("flow", "Flow", session), draw(), last).render()
                : Templates.branch(last).render();
    }

    private Flow.Line line(String gateway, Traffic.Passed passed) {
        var account = accounts.all().stream().filter(one -> one.gateway().equals(gateway)
                && one.instance().equals(passed.instance())).map(Account::name).findFirst().orElse(null);
        return new Flow.Line(Moment.of(Instant.ofEpochMilli(passed.at())), passed.kind(), account, passed.chat(),
                account == null || passed.chat().isEmpty() || passed.target().isEmpty()
                        ? null
                        : Paths.chat(account, passed.chat()) + "?message=" + Paths.encoded(passed.target()),
                passed.failed());
    }

    private Flow draw() {
        var routes = byBeginning();
        var found = branches(routes);
        Map<String, Set<String>> endpointsOf = new LinkedHashMap<>();
        found.forEach(one -> endpointsOf.computeIfAbsent(one.channel(), name -> endpoints(routes.get(name))));
        var channels = List.copyOf(endpointsOf.keySet());
        Set<String> named = new LinkedHashSet<>();
        endpointsOf.values().forEach(named::addAll);
        // What no channel names any more, and still has to be seen to.
        overview.all().stream().filter(one -> one.parked() + one.orphaned() > 0).map(Status::name)
                .filter(name -> !name.equals(Deliveries.TRANSLATOR)).forEach(named::add);
        var unread = overview.unread();

        List<Branch> branches = new ArrayList<>();
        Map<String, int[]> spans = new LinkedHashMap<>();
        Map<String, Long> counts = new HashMap<>();
        Map<String, Long> failures = new HashMap<>();
        List<Branch> unreadable = new ArrayList<>();
        var y = TOP;
        for (var gateway : accounts.all().stream().map(Account::gateway).distinct().toList()) {
            var begun = y;
            for (var one : found.stream().filter(branch -> branch.gateway().equals(gateway)).toList()) {
                var step = traffic.step(one.id());
                branches.add(new Branch(branch(one.id().replaceFirst("-out$", ""), y, step.count(), rates.perMinute(
                        "step " + one.id(), step.count()), step.failed(), "/console/flow/" + Paths.encoded(one.id())),
                        one.title(), gateway, one.channel()));
                for (var name : List.of("gateway " + gateway, "channel " + one.channel())) {
                    counts.merge(name, step.count(), Long::sum);
                    failures.merge(name, step.failed(), Long::sum);
                }
                y += ROW;
            }
            long parked = unread.getOrDefault(gateway, 0L);
            if (parked > 0) {
                unreadable.add(new Branch(branch("no route could read it", y, parked, null, parked,
                        EndpointLine.PATH + Deliveries.TRANSLATOR), UNREAD, gateway, ""));
                failures.merge("gateway " + gateway, parked, Long::sum);
                y += ROW;
            }
            if (y > begun) {
                spans.put(gateway, new int[]{begun, y - 4});
                y += ROW;
            }
        }
        y -= spans.isEmpty() ? 0 : ROW;
        List<Box> gateways = new ArrayList<>();
        spans.forEach((name, span) -> gateways.add(box(name, "gateway " + name, 12, (span[0] + span[1]) / 2 - 17, 130,
                counts, failures, null)));
        var height = Math.max(y, TOP + ROOM * Math.max(channels.size(), named.size())) + 12;
        List<Box> boxes = new ArrayList<>();
        for (int i = 0; i < channels.size(); i++) {
            boxes.add(box(channels.get(i), "channel " + channels.get(i), 590, at(i, channels.size(), height), 160,
                    counts, failures, null));
        }
        List<Box> ends = new ArrayList<>();
        var index = 0;
        for (var name : named) {
            ends.add(endpoint(name, at(index++, named.size(), height)));
        }
        return new Flow(1080, height, gateways, branches, unreadable, boxes, ends, arrows(gateways,
                Stream.concat(branches.stream(), unreadable.stream()).toList(), boxes, ends, endpointsOf));
    }

    private static Box branch(String name, int y, long count, @Nullable Long rate, long bad, String path) {
        return new Box(name, 190, y, 280, ROW - 4, count, rate, bad, null, path);
    }

    private static int at(int index, int of, int height) {
        return TOP + (int) ((index + 0.5) * (height - TOP) / of) - 17;
    }

    private Box box(String name, String counter, int x, int y, int width, Map<String, Long> counts,
            Map<String, Long> failures, @Nullable String path) {
        var count = counts.getOrDefault(counter, 0L);
        return new Box(name, x, y, width, 34, count, rates.perMinute(counter, count),
                failures.getOrDefault(counter, 0L), null, path);
    }

    private Box endpoint(String name, int y) {
        Optional<Status> status = overview.find(name);
        var delivered = overview.delivered(name);
        var bad = status.map(one -> one.parked() + one.orphaned() + one.retrying()).orElse(0L);
        var note = status.map(one -> one.pausedAt() != null
                ? "paused"
                : one.parked() > 0
                        ? one.parked() + " parked"
                        : one.orphaned() > 0 ? one.orphaned() + " orphaned" : null)
                .orElse(null);
        return new Box(name, 870, y, 198, 34, delivered, rates.perMinute("endpoint " + name, delivered), bad, note,
                EndpointLine.PATH + Paths.encoded(name));
    }

    private static List<Arrow> arrows(List<Box> gateways, List<Branch> branches, List<Box> channels, List<Box> ends,
            Map<String, Set<String>> endpointsOf) {
        List<Arrow> arrows = new ArrayList<>();
        for (var branch : branches) {
            gateways.stream().filter(one -> one.name().equals(branch.gateway()))
                    .forEach(one -> arrows.add(arrow(one, branch.box(), branch.box())));
            channels.stream().filter(one -> one.name().equals(branch.channel()))
                    .forEach(one -> arrows.add(arrow(branch.box(), one, branch.box())));
        }
        for (var channel : channels) {
            ends.stream().filter(one -> Objects.requireNonNull(endpointsOf.get(channel.name())).contains(one.name()))
                    .forEach(one -> arrows.add(arrow(channel, one, new Box("", 0, 0, 0, 0, channel.count(), null, one
                            .bad(), null, null))));
        }
        // What is red lies above.
        arrows.sort(Comparator.comparing(Arrow::bad).thenComparing(Arrow::weight));
        return arrows;
    }

    private static Arrow arrow(Box from, Box to, Box by) {
        var x = from.x() + from.width();
        var bend = x + (to.x() - x) / 2;
        return new Arrow(
                "M" + x + " " + from.middle() + "C" + bend + " " + from.middle() + " " + bend + " " + to.middle()
                        + " " + to.x() + " " + to.middle(),
                by.count() == 0 ? 0 : Math.min(4, 1 + (int) Math.log10(by.count())), by.bad() > 0);
    }

    /** The newest route of each that begins with {@code direct:}, by that name. */
    private Map<String, RouteDefinition> byBeginning() {
        Map<String, Integer> generations = new HashMap<>();
        Map<String, RouteDefinition> all = new HashMap<>();
        for (Route route : camel.getRoutes()) {
            var uri = route.getEndpoint().getEndpointBaseUri().replace("direct://", DIRECT);
            var id = route.getRouteId();
            var mark = id.lastIndexOf('~');
            var generation = mark > 0 && id.substring(mark + 1).matches("\\d{1,9}")
                    ? Integer.parseInt(id.substring(mark + 1))
                    : 0;
            if (uri.startsWith(DIRECT) && generation >= generations.getOrDefault(uri, 0)) {
                generations.put(uri, generation);
                all.put(uri.substring(DIRECT.length()), camel.getRouteDefinition(id));
            }
        }
        return all;
    }

    private List<Found> branches(Map<String, RouteDefinition> routes) {
        List<Found> all = new ArrayList<>();
        accounts.all().stream().map(Account::gateway).distinct()
                .forEach(gateway -> branches(gateway, gateway, routes, new HashSet<>(), all));
        return all;
    }

    private void branches(String gateway, String route, Map<String, RouteDefinition> routes, Set<String> seen,
            List<Found> all) {
        var definition = routes.get(route);
        if (definition == null || !seen.add(route)) {
            return;
        }
        for (var step : steps(definition)) {
            var next = target(step);
            if (next == null || !routes.containsKey(next)) {
                continue;
            }
            if (isRouter(routes.get(next), routes)) {
                branches(gateway, next, routes, seen, all);
            } else {
                all.add(new Found(step.getId().replaceFirst("~\\d+$", ""), title(step), gateway, next));
            }
        }
    }

    private static List<ToDefinition> steps(ProcessorDefinition<?> parent) {
        List<ToDefinition> steps = new ArrayList<>();
        for (var step : parent.getOutputs()) {
            if (step instanceof ToDefinition to) {
                steps.add(to);
            }
            steps.addAll(steps(step));
        }
        return steps;
    }

    private @Nullable String target(ToDefinition step) {
        var uri = camel.resolvePropertyPlaceholders(step.getUri()).replace("direct://", DIRECT).replaceFirst("\\?.*",
                "");
        return uri.startsWith(DIRECT) ? uri.substring(DIRECT.length()) : null;
    }

    /** What the branch says of itself. */
    private static String title(NamedNode step) {
        var parent = step.getParent();
        var said = parent instanceof ProcessorDefinition<?> branch ? branch.getDescriptionText() : null;
        return said == null ? step.getId() : said;
    }

    private Set<String> endpoints(@Nullable RouteDefinition channel) {
        Set<String> all = new LinkedHashSet<>();
        if (channel != null) {
            outboxes(channel).forEach(names -> all.addAll(Endpoints.parse(names)));
        }
        return all;
    }

    /** What owes something to nobody is a channel, unless it hands other things on. */
    private boolean isRouter(@Nullable RouteDefinition route, Map<String, RouteDefinition> routes) {
        return route != null && endpoints(route).isEmpty() && (outboxes(route).isEmpty() || steps(route).stream()
                .map(this::target).anyMatch(next -> next != null && routes.containsKey(next)));
    }

    private List<String> outboxes(RouteDefinition channel) {
        return steps(channel).stream().map(step -> camel.resolvePropertyPlaceholders(step.getUri()))
                .filter(uri -> uri.startsWith("outbox:")).map(uri -> uri.replaceFirst("^outbox:/*", "")).toList();
    }
}
