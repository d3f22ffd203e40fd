package io.redline.outbox;

import java.time.Duration;
import java.util.Map;
import java.util.Set;

import jakarta.inject.Named;
import jakarta.inject.Singleton;

import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.util.TimeUtils;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.Unremovable;
import io.redline.database.Database;
import io.redline.ledger.Endpoints;

/**
 * The Camel component {@code outbox}. {@code to: outbox:database,mail} commits the events in the body and owes the named
 * endpoints what they change; {@code from: outbox:mail} delivers it. See docs/architecture.md §3.
 */
@Singleton
@Named("outbox")
@Unremovable
public class OutboxComponent extends DefaultComponent {

    /** The options of its endpoints. */
    public static final Set<String> OPTIONS = Set.of("rate", "attempts", "delay", "maxDelay", "maxAge", "concurrency",
            "batch", "batchTimeout", "lease");

    private final Outbox outbox;
    private final Deliveries deliveries;
    private final Database database;
    private final MeterRegistry metrics;

    OutboxComponent(Outbox outbox, Deliveries deliveries, Database database, MeterRegistry metrics) {
        this.outbox = outbox;
        this.deliveries = deliveries;
        this.database = database;
        this.metrics = metrics;
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
        var names = Endpoints.parse(remaining.replace("%20", " "));
        var own = "redline.endpoint." + (names.isEmpty() ? "none" : names.iterator().next()) + ".";
        var rate = getAndRemoveParameter(parameters, "rate", String.class,
                ConfigProvider.getConfig().getOptionalValue(own + "rate", String.class).orElse(null));
        var retry = new Retry(
                getAndRemoveParameter(parameters, "attempts", Integer.class, Integer.valueOf(setting(own, "attempts"))),
                duration(getAndRemoveParameter(parameters, "delay", String.class, setting(own, "delay"))),
                duration(getAndRemoveParameter(parameters, "maxDelay", String.class, setting(own, "max-delay"))),
                duration(getAndRemoveParameter(parameters, "maxAge", String.class, setting(own, "max-age"))));
        var consumers = new OutboxEndpoint.Consumers(
                Math.max(1, getAndRemoveParameter(parameters, "concurrency", Integer.class, 8)),
                Math.max(1, getAndRemoveParameter(parameters, "batch", Integer.class, 1)),
                duration(getAndRemoveParameter(parameters, "batchTimeout", String.class, "0")),
                duration(getAndRemoveParameter(parameters, "lease", String.class, "60s")),
                retry, rate == null ? null : Rate.parse(rate));
        return new OutboxEndpoint(uri, this, names, consumers);
    }

    private static String setting(String own, String name) {
        Config config = ConfigProvider.getConfig();
        return config.getOptionalValue(own + "retry." + name, String.class)
                .orElseGet(() -> config.getValue("redline.outbox.retry." + name, String.class));
    }

    private static Duration duration(String text) {
        return Duration.ofMillis(TimeUtils.toMilliSeconds(text));
    }

    Outbox outbox() {
        return outbox;
    }

    Deliveries deliveries() {
        return deliveries;
    }

    Database database() {
        return database;
    }

    MeterRegistry metrics() {
        return metrics;
    }
}
