package io.redline.reload;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import jakarta.inject.Singleton;

import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.RouteConfigurationsBuilder;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.SuspendableService;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.RouteBuilderLifecycleStrategy;
import org.apache.camel.component.kamelet.KameletEndpoint;
import org.apache.camel.model.ChoiceDefinition;
import org.apache.camel.model.LogDefinition;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteDefinitionHelper;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.model.TemplatedRouteDefinition;
import org.apache.camel.spi.RoutesLoader;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.support.service.ServiceHelper;
import org.jboss.logging.Logger;

/**
 * Routes of files in Camel: built beside those that run, started, and put in their place. What takes exchanges from elsewhere
 * in the service ({@code direct}, {@code outbox}) has both generations for a moment; what begins by itself (timers, pollers,
 * servers) stops before its successor starts. Not threadsafe.
 */
@Singleton
class CamelRoutes {

    private static final Logger LOG = Logger.getLogger(CamelRoutes.class);
    /** Where a later consumer takes over from one that is still there. */
    private static final Set<String> HANDED_OVER = Set.of("direct", "outbox");
    private static final Duration LONGEST_WORK = Duration.ofSeconds(20);
    /** What Camel calls a route that it made of a kamelet, if nobody else named it. */
    private static final Pattern NUMBERED = Pattern.compile(".+-\\d+");
    /** An exchange may have found its route a moment before that was replaced. */
    private static final Duration SHORTEST_DRAIN = Duration.ofSeconds(1);

    private final ModelCamelContext camel;
    private final Map<Generation, Long> draining = new LinkedHashMap<>();

    CamelRoutes(CamelContext camel) {
        this.camel = (ModelCamelContext) camel;
    }

    /** Build what is in a file, down to the connections of its steps; nothing begins. */
    Generation build(RouteFile file, int number) throws Refusal {
        if (file.isBlank()) {
            throw nothingIn(file);
        }
        var generation = new Generation(file, number);
        var kamelets = inner();
        var beans = beans();
        try {
            forgetKamelets();
            var shipped = file.isKamelet() ? camel.getRouteTemplateDefinition(file.shortName()) : null;
            if (shipped != null) {
                camel.removeRouteTemplateDefinition(shipped);
            }
            var resource = ResourceHelper.fromString("mem:" + file.name(), file.text());
            RoutesLoader loader = PluginHelper.getRoutesLoader(camel);
            for (RoutesBuilder builder : loader.findRoutesBuilders(List.of(resource))) {
                ((RouteBuilder) builder).addLifecycleInterceptor(new Numbering(generation));
                if (builder instanceof RouteConfigurationsBuilder configurations) {
                    var before = List.copyOf(camel.getRouteConfigurationDefinitions());
                    camel.addRoutesConfigurations(configurations);
                    camel.getRouteConfigurationDefinitions().stream().filter(one -> !before.contains(one))
                            .forEach(generation.configurations()::add);
                }
                camel.addRoutes(builder);
                expectOwnName(generation);
                camel.addTemplatedRoutes(builder);
            }
            own(generation, kamelets, beans);
        } catch (Exception | LinkageError e) {
            own(generation, kamelets, beans);
            remove(List.of(generation));
            throw Sentences.of(file, e);
        }
        if (generation.ids().isEmpty() && !generation.isShared() && !file.text().contains("beans:")) {
            throw nothingIn(file);
        }
        return generation;
    }

    /**
     * Camel keeps what it made of a {@code kamelet:} address, and would give it to whoever names the same again: with it each
     * generation would run in the kamelets of the one before. It goes on where it is in use.
     */
    private void forgetKamelets() {
        var endpoints = camel.getEndpointRegistry();
        for (var entry : List.copyOf(endpoints.entrySet())) {
            // One under an id of its own can be there only once.
            if (entry.getValue() instanceof KameletEndpoint kamelet && !isWithin(kamelet.getEndpointUri())
                    && NUMBERED.matcher(kamelet.getRouteId()).matches()) {
                endpoints.remove(entry.getKey());
            }
        }
    }

    /** Where a kamelet meets the route that it is built in. */
    private static boolean isWithin(String uri) {
        return uri.startsWith("kamelet://source") || uri.startsWith("kamelet://sink");
    }

    /** A kamelet is found by the name of its file. */
    private static void expectOwnName(Generation generation) throws Refusal {
        var file = generation.file();
        for (var kamelet : file.isKamelet() ? generation.templates() : List.<RouteTemplateDefinition>of()) {
            if (!file.shortName().equals(kamelet.getId())) {
                throw new Refusal(file.name(), Sentences.line(file, kamelet.getId()), "The kamelet is named '" + kamelet
                        .getId() + "', and its file is not: name the file " + kamelet.getId() + Folders.KAMELET + ".");
            }
        }
    }

    /** The ids of all that kamelets were built into, running or not. */
    private Set<String> inner() {
        Set<String> ids = new HashSet<>();
        camel.getRouteDefinitions().stream().filter(route -> Boolean.TRUE.equals(route.isKamelet()))
                .map(RouteDefinition::getRouteId).filter(NUMBERED.asMatchPredicate()).forEach(ids::add);
        return ids;
    }

    private Map<String, Object> beans() {
        Map<String, Object> beans = new HashMap<>();
        for (var definition : camel.getCustomBeans()) {
            var bean = camel.getRegistry().lookupByName(definition.getName());
            if (bean != null) {
                beans.put(definition.getName(), bean);
            }
        }
        return beans;
    }

    /** What came with a file, and is to go with it. */
    private void own(Generation generation, Set<String> kameletsBefore, Map<String, Object> beansBefore) {
        inner().stream().filter(id -> !kameletsBefore.contains(id)).forEach(generation.inner()::add);
        beans().forEach((name, bean) -> {
            var before = beansBefore.get(name);
            if (bean != before) {
                generation.beans().add(new Generation.Bound(name, bean, before));
            }
        });
    }

    private void unbind(Generation generation) {
        var registry = camel.getRegistry();
        for (var bound : generation.beans()) {
            // Its successor may have the name by now.
            if (registry.lookupByName(bound.name()) == bound.bean()) {
                registry.unbind(bound.name());
                if (bound.before() != null) {
                    registry.bind(bound.name(), bound.before());
                }
            }
        }
        generation.beans().clear();
    }

    /** What it replaced is not to come back any more. */
    private static void settleBeans(Generation generation) {
        generation.beans().replaceAll(bound -> new Generation.Bound(bound.name(), bound.bean(), null));
    }

    private static Refusal nothingIn(RouteFile file) {
        return new Refusal(file.name(), null, "There is no route in it: write one, or remove the file.");
    }

    /** Gives routes the ids of their generation before Camel knows them, and lets none begin by itself. */
    private static final class Numbering implements RouteBuilderLifecycleStrategy {

        private final Generation generation;

        Numbering(Generation generation) {
            this.generation = generation;
        }

        @Override
        public void afterConfigure(RouteBuilder builder) {
            if (!builder.getRestCollection().getRests().isEmpty()) {
                throw new IllegalArgumentException(
                        "A file cannot have rest: begin a route with platform-http: instead.");
            }
            var unnamed = 0;
            for (var route : builder.getRouteCollection().getRoutes()) {
                var plain = route.getRouteId() == null || !route.hasCustomIdAssigned()
                        ? generation.file().shortName() + "-route-" + ++unnamed
                        : route.getRouteId();
                route.setId(generation.id(plain));
                if (route.getInput() != null && route.getInput().hasCustomIdAssigned()) {
                    route.getInput().setId(generation.id(route.getInput().getId()));
                }
                number(route, plain);
                var idles = "false".equals(route.getAutoStartup());
                route.setAutoStartup("false");
                generation.add(route, idles);
            }
            for (TemplatedRouteDefinition route : builder.getTemplatedRouteCollection().getTemplatedRoutes()) {
                var plain = route.getRouteId() == null
                        ? generation.file().shortName() + "-route-" + ++unnamed
                        : route.getRouteId();
                route.setRouteId(generation.id(plain));
                if (generation.number() > 1) {
                    route.setPrefixId((route.getPrefixId() == null ? "" : route.getPrefixId()) + generation.number());
                }
                generation.add(route.getRouteId());
            }
            generation.templates().addAll(builder.getRouteTemplateCollection().getRouteTemplates());
            generation.templates().stream().map(RouteTemplateDefinition::getRoute)
                    // What a kamelet does within a route only begins when that is asked for something.
                    .filter(route -> !generation.file().isKamelet() || route.getInput() == null
                            || !route.getInput().getEndpointUri().startsWith("kamelet:source"))
                    .forEach(route -> route.setAutoStartup("false"));
        }

        private void number(ProcessorDefinition<?> parent, String routeId) {
            for (var step : parent.getOutputs()) {
                if (step.hasCustomIdAssigned()) {
                    generation.addStep(step.getId());
                    // A choice would give its id to its last branch, whose only step would then be taken for the choice.
                    if (!(step instanceof ChoiceDefinition)) {
                        step.setId(generation.id(step.getId()));
                    }
                }
                if (step instanceof LogDefinition log && log.getLogName() == null && log.getLogger() == null) {
                    // Else it is the id of the route.
                    log.setLogName(routeId);
                }
                number(step, routeId);
            }
        }
    }

    /** What was built goes again, at once. */
    void remove(Collection<Generation> generations) {
        for (var generation : generations) {
            unbind(generation);
            List<String> ids = new ArrayList<>(generation.ids());
            ids.addAll(generation.inner());
            for (var id : ids) {
                try {
                    camel.getRouteController().stopRoute(id);
                    camel.removeRoute(id);
                    var definition = camel.getRouteDefinition(id);
                    if (definition != null) {
                        camel.removeRouteDefinition(definition);
                    }
                } catch (Exception e) {
                    LOG.warnf("The route %s could not be removed: %s.", id, e.getClass().getSimpleName());
                }
            }
        }
        generations.forEach(this::withdraw);
        // With a route goes the endpoint that it began with, which may be that of its successor as well.
        camel.getRoutes().forEach(route -> ServiceHelper.startService(route.getEndpoint()));
    }

    /** Templates and configurations have one name, whatever the generation. */
    void withdraw(Generation generation) {
        try {
            for (var template : generation.templates()) {
                camel.removeRouteTemplateDefinition(template);
            }
            for (var configuration : generation.configurations()) {
                camel.removeRouteConfiguration(configuration);
            }
        } catch (Exception e) {
            LOG.warnf("What %s defines for others could not be removed: %s.", generation.file().name(),
                    e.getClass().getSimpleName());
        }
    }

    /** The contrary. */
    void restore(Generation generation) {
        try {
            camel.addRouteTemplateDefinitions(generation.templates());
            generation.configurations().forEach(camel::addRouteConfiguration);
        } catch (Exception e) {
            LOG.errorf("What %s defines for others could not be restored: restart the service.", generation.file()
                    .name());
        }
    }

    /** Begin what begins by itself, where nothing ran before. */
    void start(Generation generation) throws Refusal {
        start(generation, true);
        start(generation, false);
    }

    /**
     * Put generations in the place of others. If one of them does not start, nothing has changed.
     *
     * @param fresh built, not started
     */
    void replace(Collection<Generation> fresh, Collection<Generation> old) throws Refusal {
        List<Route> stopped = new ArrayList<>();
        try {
            for (var generation : fresh) {
                start(generation, true);
            }
            for (var generation : old) {
                List<Route> routes = new ArrayList<>(generation.innerRoutes(camel));
                routes.removeIf(route -> isWithin(route.getEndpoint().getEndpointUri()));
                routes.addAll(generation.routes(camel));
                for (var route : routes) {
                    if (!isHandedOver(route) && isStarted(route)) {
                        stop(route);
                        stopped.add(route);
                    }
                }
            }
            for (var generation : fresh) {
                start(generation, false);
            }
        } catch (Refusal | RuntimeException e) {
            stopped.forEach(this::startAgain);
            throw e;
        }
        for (var generation : old) {
            for (var route : generation.routes(camel)) {
                if (isHandedOver(route)) {
                    ((SuspendableService) route.getConsumer()).suspend();
                }
            }
            draining.put(generation, System.nanoTime());
        }
        fresh.forEach(CamelRoutes::settleBeans);
    }

    private void start(Generation generation, boolean handedOver) throws Refusal {
        // Who is sent to comes before who sends.
        List<Route> routes = new ArrayList<>(generation.routes(camel));
        for (var inner : generation.innerRoutes(camel)) {
            routes.add(isWithin(inner.getEndpoint().getEndpointUri()) ? 0 : routes.size(), inner);
        }
        for (var route : routes) {
            if (isHandedOver(route) == handedOver && generation.startsByItself(route)) {
                try {
                    camel.getRouteController().startRoute(route.getRouteId());
                } catch (Exception e) {
                    throw Sentences.of(generation.file(), e);
                }
            }
        }
    }

    private boolean isStarted(Route route) {
        return camel.getRouteController().getRouteStatus(route.getRouteId()).isStarted();
    }

    private static boolean isHandedOver(Route route) {
        return HANDED_OVER.contains(scheme(route)) || isWithin(route.getEndpoint().getEndpointUri());
    }

    private static String scheme(Route route) {
        return route.getEndpoint().getEndpointUri().replaceFirst(":.*", "");
    }

    /** When what it does has ended: two must not fetch from one place at once. */
    private void stop(Route route) {
        var id = route.getRouteId();
        try {
            if (!camel.getRouteController().stopRoute(id, LONGEST_WORK.toSeconds(), TimeUnit.SECONDS, true)) {
                throw new Busy(id);
            }
        } catch (Busy e) {
            throw e;
        } catch (Exception e) {
            LOG.warnf("The route %s could not be stopped: %s.", Generation.plainId(id), e.getClass().getSimpleName());
            throw new Busy(id);
        }
    }

    private void startAgain(Route route) {
        try {
            camel.getRouteController().startRoute(route.getRouteId());
        } catch (Exception e) {
            LOG.errorf("The route %s could not be started again (%s): restart the service.",
                    Generation.plainId(route.getRouteId()), e.getClass().getSimpleName());
        }
    }

    private boolean isBusy(String id) {
        return camel.getInflightRepository().size(id) > 0;
    }

    /** The old generation does not come to an end. Nothing is wrong with the new: it is tried again. */
    static final class Busy extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Busy(String id) {
            super("The route " + Generation.plainId(id) + " is still at work");
        }
    }

    /** Remove what was replaced and has ended all its exchanges. */
    void removeDrained() {
        for (var entry : Map.copyOf(draining).entrySet()) {
            if (System.nanoTime() - entry.getValue() > SHORTEST_DRAIN.toNanos()
                    && Stream.concat(entry.getKey().ids().stream(), entry.getKey().inner().stream())
                            .noneMatch(this::isBusy)) {
                // Its templates and configurations are those of its successor, or went before.
                entry.getKey().templates().clear();
                entry.getKey().configurations().clear();
                remove(List.of(entry.getKey()));
                draining.remove(entry.getKey());
            }
        }
    }

    /**
     * By generation, a {@code direct:} that its routes send to and no route would begin with.
     *
     * @param running those that would run
     * @param gone those that would not any more
     */
    Map<Generation, String> missing(Collection<Generation> running, Collection<Generation> gone) {
        Set<String> old = new HashSet<>();
        gone.forEach(generation -> old.addAll(generation.ids()));
        draining.keySet().forEach(generation -> old.addAll(generation.ids()));
        Set<String> served = new HashSet<>();
        camel.getRoutes().stream().filter(route -> !old.contains(route.getRouteId()))
                .forEach(route -> served.add(direct(route.getEndpoint().getEndpointUri())));
        Map<Generation, String> missing = new HashMap<>();
        for (var generation : running) {
            for (var route : generation.routes(camel)) {
                for (var target : targets(camel.getRouteDefinition(route.getRouteId()))) {
                    if (target.startsWith("direct:") && !served.contains(target)) {
                        missing.put(generation, target);
                    }
                }
            }
        }
        return missing;
    }

    /** Two routes that begin with the same name would each take something from the other. */
    void expectOwnBeginnings(Generation generation, Collection<Generation> others) throws Refusal {
        Map<String, String> taken = new HashMap<>();
        others.stream().filter(other -> other != generation).forEach(other -> beginnings(other)
                .forEach(route -> taken.put(beginning(route), Generation.plainId(route.getRouteId()))));
        for (var route : beginnings(generation)) {
            var before = taken.putIfAbsent(beginning(route), Generation.plainId(route.getRouteId()));
            if (before != null) {
                throw new Refusal(generation.file().name(), Sentences.line(generation.file(), Generation.plainId(route
                        .getRouteId())), "The route " + before + " begins with " + beginning(route)
                                + " already: take another name.");
            }
        }
    }

    private List<Route> beginnings(Generation generation) {
        return generation.routes(camel).stream().filter(CamelRoutes::isHandedOver).toList();
    }

    private static String beginning(Route route) {
        return route.getEndpoint().getEndpointUri().replaceFirst("\\?.*", "").replaceFirst(":/+", ":");
    }

    /** Whether one of its routes begins with it. */
    boolean serves(Generation generation, String direct) {
        return generation.routes(camel).stream()
                .anyMatch(route -> direct(route.getEndpoint().getEndpointUri()).equals(direct));
    }

    /** The routes of a generation, for those who show them. */
    List<Route> routes(Generation generation) {
        return generation.routes(camel);
    }

    /** Whether it delivers to an endpoint, whose settings are read when it starts. */
    boolean deliversTo(Generation generation, Predicate<String> endpoint) {
        return generation.routes(camel).stream().filter(route -> scheme(route).equals("outbox"))
                .anyMatch(route -> endpoint.test(route.getEndpoint().getEndpointUri().replaceFirst("^outbox:/*", "")
                        .replaceFirst("\\?.*", "")));
    }

    private List<String> targets(RouteDefinition route) {
        return RouteDefinitionHelper.gatherAllStaticEndpointUris(camel, route, false, true).stream()
                .filter(uri -> !uri.contains("${")).map(camel::resolvePropertyPlaceholders).map(CamelRoutes::direct)
                .toList();
    }

    private static String direct(String uri) {
        return uri.replaceFirst("\\?.*", "").replace("direct://", "direct:");
    }
}
