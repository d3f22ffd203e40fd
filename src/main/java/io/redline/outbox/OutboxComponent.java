package io.redline.outbox;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import jakarta.inject.Named;
import jakarta.inject.Singleton;

import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.util.TimeUtils;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.Unremovable;
import io.redline.config.Unusable;
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
        var consumers = new OutboxEndpoint.Consumers(
                Math.max(1, getAndRemoveParameter(parameters, "concurrency", Integer.class, 8)),
                Math.max(1, getAndRemoveParameter(parameters, "batch", Integer.class, 1)),
                duration(getAndRemoveParameter(parameters, "batchTimeout", String.class, "0")),
                duration(getAndRemoveParameter(parameters, "lease", String.class, "60s")));
        Map<String, String> own = new HashMap<>();
        for (var option : List.of("attempts", "delay", "maxDelay", "maxAge", "rate")) {
            var value = getAndRemoveParameter(parameters, option, String.class);
            if (value != null) {
                own.put(option, value);
            }
        }
        return new OutboxEndpoint(uri, this, names, consumers, own);
    }

    /**
     * What applies to the consumers of an endpoint that begin now: what the route says, else the settings as they are. Camel
     * keeps an endpoint for all routes that name it, also for those of a later generation.
     */
    Settings settings(String name, Map<String, String> own) {
        Config config = ConfigProvider.getConfig();
        var prefix = "redline.endpoint." + name + ".";
        var retry = new Retry(said(config, prefix, own, "attempts", "attempts").number(),
                said(config, prefix, own, "delay", "delay").duration(),
                said(config, prefix, own, "maxDelay", "max-delay").duration(),
                said(config, prefix, own, "maxAge", "max-age").duration());
        var rate = own.getOrDefault("rate", config.getOptionalValue(prefix + "rate", String.class).orElse(""));
        return new Settings(retry, rate.isBlank() ? null : Rate.parse(rate));
    }

    /** How often and how fast deliveries are made. */
    record Settings(Retry retry, @Nullable Rate rate) {
    }

    private static Said said(Config config, String prefix, Map<String, String> own, String option, String setting) {
        var inTheRoute = own.get(option);
        if (inTheRoute != null) {
            return new Said(option, inTheRoute);
        }
        var ofTheEndpoint = prefix + "retry." + setting;
        return config.getOptionalValue(ofTheEndpoint, String.class).map(value -> new Said(ofTheEndpoint, value))
                .orElseGet(() -> new Said("redline.outbox.retry." + setting,
                        config.getValue("redline.outbox.retry." + setting, String.class)));
    }

    /** What somebody wrote, and under which name. */
    private record Said(String name, String value) {

        int number() {
            if (!value.strip().matches("[1-9]\\d{0,8}")) {
                throw unusable("a whole number from 1, as in 20");
            }
            return Integer.parseInt(value.strip());
        }

        Duration duration() {
            try {
                return OutboxComponent.duration(value);
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                throw unusable("a number and a unit (d, h, m, s, ms), as in 10s");
            }
        }

        private RuntimeException unusable(String form) {
            return Unusable.because(name + " is '" + value + "', but has to be " + form + ".");
        }
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
