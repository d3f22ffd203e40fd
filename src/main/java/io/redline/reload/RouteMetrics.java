package io.redline.reload;

import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Typed;
import jakarta.inject.Singleton;

import org.apache.camel.CamelContext;
import org.apache.camel.NamedNode;
import org.apache.camel.Route;
import org.apache.camel.component.micrometer.routepolicy.MicrometerRoutePolicy;
import org.apache.camel.component.micrometer.routepolicy.MicrometerRoutePolicyConfiguration;
import org.apache.camel.component.micrometer.routepolicy.MicrometerRoutePolicyFactory;
import org.apache.camel.component.micrometer.routepolicy.MicrometerRoutePolicyNamingStrategy;
import org.apache.camel.quarkus.main.events.BeforeConfigure;
import org.apache.camel.spi.RoutePolicy;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;

/**
 * Counts exchanges by route, as Camel's own does, but by the id that stands in the file: the generations of a route count
 * together, and what was counted stays when a generation goes.
 *
 * It joins Camel by itself: found there as a bean it would be the only policy, in the place of the one that traces, which gives
 * way to others as a default bean does.
 */
@Singleton
@Typed(RouteMetrics.class)
public class RouteMetrics extends MicrometerRoutePolicyFactory {

    RouteMetrics(MeterRegistry registry) {
        setMeterRegistry(registry);
        setNamingStrategy(new PlainIds());
        // Counting each exchange for the context as a whole as well makes a name for it, three times, at every route it passes.
        var routesOnly = new MicrometerRoutePolicyConfiguration();
        routesOnly.setContextEnabled(false);
        setPolicyConfiguration(routesOnly);
    }

    void join(@Observes BeforeConfigure event, CamelContext camel) {
        camel.addRoutePolicyFactory(this);
    }

    @Override
    public RoutePolicy createRoutePolicy(CamelContext context, String routeId, NamedNode route) {
        var policy = new MicrometerRoutePolicy(this) {
            @Override
            public void onRemove(Route removed) {
                // The generation after it counts on the same meters.
            }
        };
        policy.setMeterRegistry(getMeterRegistry());
        policy.setNamingStrategy(getNamingStrategy());
        policy.setConfiguration(getPolicyConfiguration());
        return policy;
    }

    private static final class PlainIds implements MicrometerRoutePolicyNamingStrategy {

        private static final String ROUTE = "routeId";

        @Override
        public String getName(Route route) {
            return DEFAULT.getName(route);
        }

        @Override
        public Tags getTags(Route route) {
            return plain(MicrometerRoutePolicyNamingStrategy.super.getTags(route), route);
        }

        @Override
        public Tags getExchangeStatusTags(Route route) {
            return plain(MicrometerRoutePolicyNamingStrategy.super.getExchangeStatusTags(route), route);
        }

        private static Tags plain(Tags tags, Route route) {
            // Each generation has its kamelets under another number.
            return tags.and(Tag.of(ROUTE, route.isCreatedByKamelet()
                    ? route.getRouteId().replaceFirst("-\\d+$", "")
                    : Generation.plainId(route.getRouteId())));
        }
    }
}
