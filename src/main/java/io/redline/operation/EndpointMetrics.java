package io.redline.operation;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;

import jakarta.inject.Provider;
import jakarta.inject.Singleton;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.redline.database.StoreUnavailable;
import io.redline.operation.EndpointOverview.Status;
import io.redline.outbox.Deliveries;

/** What is owed to each endpoint, as gauges. Which endpoints there are becomes known while they are read. */
@Singleton
public class EndpointMetrics implements MeterBinder {

    /** Made when it is first asked: meters are bound before the store is opened, and a store that cannot be would go unsaid. */
    private final Provider<EndpointOverview> overview;
    private final Set<String> known = ConcurrentHashMap.newKeySet();

    EndpointMetrics(Provider<EndpointOverview> overview) {
        this.overview = overview;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        EndpointOverview.configured().forEach(name -> add(registry, name));
        // There is always one to be read, and with it all others become known.
        add(registry, Deliveries.TRANSLATOR);
    }

    private void add(MeterRegistry registry, String name) {
        if (!known.add(name)) {
            return;
        }
        gauge(registry, name, "redline.deliveries.owed", "Owed to an endpoint that a route serves",
                status -> status.owed() - status.orphaned());
        gauge(registry, name, "redline.deliveries.retrying", "Owed, and failed before", Status::retrying);
        gauge(registry, name, "redline.deliveries.parked", "Given up, until a person sends it again", Status::parked);
        gauge(registry, name, "redline.deliveries.orphaned", "Owed to an endpoint that no route of this process serves",
                Status::orphaned);
        gauge(registry, name, "redline.endpoint.paused", "1 while nothing is delivered",
                status -> status.pausedAt() == null ? 0 : 1);
        gauge(registry, name, "redline.endpoint.suspended", "Chats that wait behind one that gave up",
                Status::suspended);
        Gauge.builder("redline.endpoint.lag", () -> value(registry, name, status -> {
            var lag = status.lag();
            return lag == null ? 0 : lag / 1_000.0;
        })).description("How long the oldest delivery is owed").baseUnit("seconds").tag("endpoint", name)
                .register(registry);
    }

    private void gauge(MeterRegistry registry, String endpoint, String name, String description,
            ToDoubleFunction<Status> of) {
        Gauge.builder(name, () -> value(registry, endpoint, of)).description(description).tag("endpoint", endpoint)
                .register(registry);
    }

    private double value(MeterRegistry registry, String endpoint, ToDoubleFunction<Status> of) {
        try {
            var all = overview.get().all();
            all.forEach(status -> add(registry, status.name()));
            return all.stream().filter(status -> status.name().equals(endpoint)).findFirst().map(of::applyAsDouble)
                    .orElse(0.0);
        } catch (StoreUnavailable e) {
            return Double.NaN;
        }
    }
}
