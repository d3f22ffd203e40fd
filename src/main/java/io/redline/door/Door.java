package io.redline.door;

import java.time.Clock;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;

import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;

import org.apache.camel.CamelContext;
import org.apache.camel.ExchangePattern;
import org.apache.camel.support.DefaultExchange;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import io.quarkus.runtime.configuration.MemorySize;
import io.redline.account.Accounts;
import io.redline.event.Source;
import io.redline.http.Problem;
import io.redline.outbox.HandOver;
import io.redline.outbox.Intake;
import io.redline.outbox.Outbox;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;

/**
 * Takes notifications in: hands each to the gateway's route, and answers 200 only if the outbox has kept it. What the route
 * forgot, refused or could not read is kept as unrecognised; only if that fails too the gateway is asked to send it again.
 *
 * It is a handler of the HTTP server and not a {@code platform-http} route, because that holds a thread for each request
 * until it is answered: here none waits for a commit.
 */
@Singleton
class Door {

    private static final Logger LOG = Logger.getLogger(Door.class);
    private static final List<String> GATEWAYS = List.of("green-api");

    private final CamelContext camel;
    /** Not before they are needed: a store or a configuration that cannot work has to be told when Camel starts. */
    private final Instance<Accounts> accounts;
    private final Instance<Outbox> outbox;
    private final ExecutorService workers;
    private final MemorySize maxBody;
    private final HandOver handOver = new HandOver();
    private final Clock clock = Clock.systemUTC();

    /** @param workers where routes run: they may wait for whatever an operator lets them wait for */
    Door(CamelContext camel, Instance<Accounts> accounts, Instance<Outbox> outbox, ExecutorService workers,
            @ConfigProperty(name = "redline.max-body") MemorySize maxBody) {
        this.camel = camel;
        this.accounts = accounts;
        this.outbox = outbox;
        this.workers = workers;
        this.maxBody = maxBody;
    }

    void open(@Observes Router router) {
        for (var gateway : GATEWAYS) {
            router.postWithRegex("/webhooks/" + gateway + "/[^/]+/?")
                    .handler(BodyHandler.create(false).setBodyLimit(maxBody.asLongValue()))
                    .handler(request -> take(gateway, request));
        }
    }

    private void take(String gateway, RoutingContext request) {
        // The guard let it pass, so there is such an account; it is the path that names it, whatever a query says.
        var account = accounts.get().find(accountIn(request.normalizedPath())).orElseThrow();
        var body = request.body().buffer();
        var intake = new Intake(account, Source.WEBHOOK, clock.millis(), body == null ? new byte[0] : body.getBytes());
        try {
            workers.execute(() -> handOver(gateway, intake, request));
        } catch (RejectedExecutionException e) {
            answer(request, intake);
        }
    }

    private void handOver(String gateway, Intake intake, RoutingContext request) {
        if (!camel.isStarted()) {
            // No route is there to decide what it is.
            answer(request, intake);
            return;
        }
        var exchange = new DefaultExchange(camel, ExchangePattern.InOut);
        handOver.to(gateway, exchange, intake, failure -> {
            if (intake.isKept() || intake.isStoreUnavailable() || !camel.isStarted()) {
                answer(request, intake);
            } else {
                keepUnrecognised(intake, failure, request);
            }
        });
    }

    private static String accountIn(String path) {
        var trimmed = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        return trimmed.substring(trimmed.lastIndexOf('/') + 1);
    }

    private void keepUnrecognised(Intake intake, @Nullable Throwable failure, RoutingContext request) {
        var account = intake.account();
        outbox.get().keepUnrecognised(intake, HandOver.reason(failure), refusal -> {
            if (refusal == null) {
                LOG.warnf("Account %s: a notification was not recognised and is parked (%s).", account.name(),
                        failure == null ? "no branch kept it" : failure.getClass().getSimpleName());
            } else {
                LOG.errorf("Account %s: a notification could not be stored and was refused: %s", account.name(),
                        refusal.getMessage());
            }
            answer(request, intake);
        });
    }

    private static void answer(RoutingContext request, Intake intake) {
        if (request.response().closed()) {
            // Whoever sent it did not wait; if it is kept, the repeat will be known.
            return;
        }
        if (intake.isKept()) {
            request.response().end();
        } else {
            Problem.unavailable().send(request.response());
        }
    }
}
