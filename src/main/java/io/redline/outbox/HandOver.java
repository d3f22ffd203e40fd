package io.redline.outbox;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import jakarta.inject.Provider;
import jakarta.inject.Singleton;

import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.support.DefaultExchange;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import io.redline.event.Unreadable;

/**
 * Hands a notification over to the route of its gateway, whoever took it in, and sees to it that what no route has kept is kept
 * nevertheless. Threadsafe.
 */
@Singleton
public class HandOver {

    private static final Logger LOG = Logger.getLogger(HandOver.class);

    /** Not before they are needed: a store or a configuration that cannot work has to be told when Camel starts. */
    private final Provider<CamelContext> camel;
    private final Provider<Outbox> outbox;
    private final Map<String, AsyncProducer> producers = new ConcurrentHashMap<>();

    HandOver(Provider<CamelContext> camel, Provider<Outbox> outbox) {
        this.camel = camel;
        this.outbox = outbox;
    }

    /** Whether there are routes to decide what something is. */
    public boolean isPossible() {
        return camel.get().isStarted();
    }

    /**
     * Run the gateway's route. It may fail in any way that a route edited by hand can.
     *
     * @param ended told once, by whichever thread comes to the end of the route, how it failed; {@code null} if it did not
     */
    public void to(Intake intake, Consumer<@Nullable Throwable> ended) {
        var exchange = new DefaultExchange(camel.get(), ExchangePattern.InOut);
        prepare(exchange, intake);
        var told = new AtomicBoolean();
        try {
            producer(intake).process(exchange, sync -> {
                if (told.compareAndSet(false, true)) {
                    ended.accept(cleanUp(exchange, exchange.getException()));
                }
            });
        } catch (Exception | Error e) {
            if (told.compareAndSet(false, true)) {
                ended.accept(cleanUp(exchange, e));
            }
        }
    }

    /**
     * Run it, and wait for its end; for steps of other routes, whose thread Camel may need until then.
     *
     * @param exchange what comes to it; it does not fail
     * @return how it failed, {@code null} if it did not
     */
    public @Nullable Throwable to(Exchange exchange, Intake intake) {
        prepare(exchange, intake);
        try {
            producer(intake).process(exchange);
            return cleanUp(exchange, exchange.getException());
        } catch (Exception | Error e) {
            return cleanUp(exchange, e);
        }
    }

    /** Nothing from outside but the body goes on: a header could choose an endpoint or a file name further down. */
    private static void prepare(Exchange exchange, Intake intake) {
        var message = exchange.getMessage();
        message.removeHeaders("*");
        message.setBody(intake.notification());
        exchange.setProperty(Intake.PROPERTY, intake);
        message.setHeader("RedlineAccount", intake.account().name());
        message.setHeader("RedlineInstance", intake.account().instance());
    }

    private static @Nullable Throwable cleanUp(Exchange exchange, @Nullable Throwable failure) {
        exchange.setException(null);
        exchange.setRollbackOnly(false);
        exchange.setRouteStop(false);
        return failure;
    }

    /** Whichever route begins with it now: a producer of direct: looks for its consumer each time. */
    private AsyncProducer producer(Intake intake) throws Exception {
        var gateway = intake.account().gateway();
        var known = producers.get(gateway);
        if (known == null) {
            known = camel.get().getEndpoint("direct:" + gateway).createAsyncProducer();
            known.start();
            producers.put(gateway, known);
        }
        return known;
    }

    /**
     * Keep what was told of an account that is not configured any more, and so has no routes, as unrecognised.
     *
     * @param ended told once, when the intake says for good whether it is kept
     */
    public void keepOfFormer(Intake intake, Runnable ended) {
        if (isPossible() && outbox.get().admit(intake.account())) {
            keep(intake, "Its account is not configured any more: see redline.accounts.*.", ended);
        } else {
            ended.run();
        }
    }

    /**
     * The last thing to be done about a notification: what no route has kept is kept as unrecognised. It is not, if that is
     * because the store is away or the service stops; then it has to come again.
     *
     * @param reason why no route kept it, in a sentence fit for a log
     * @param ended told once, when the intake says for good whether it is kept
     */
    public void keep(Intake intake, String reason, Runnable ended) {
        if (intake.isKept() || intake.isStoreUnavailable() || !isPossible()) {
            ended.run();
            return;
        }
        var account = intake.account().name();
        outbox.get().keepUnrecognised(intake, reason, refusal -> {
            if (refusal == null) {
                LOG.warnf("Account %s: what came by %s was not recognised and is parked. %s", account,
                        intake.source().word(), reason);
            } else {
                LOG.errorf("Account %s: what came by %s could not be stored and has to come again: %s", account,
                        intake.source().word(), refusal.getMessage());
            }
            ended.run();
        });
    }

    /** The same, and wait for it. */
    public void keep(Intake intake, String reason) {
        var end = new CompletableFuture<@Nullable Void>();
        keep(intake, reason, () -> end.complete(null));
        end.join();
    }

    /** Why no route kept it. Never the error's own words, which may quote it; but those of our translators are fit to show. */
    public static String reason(@Nullable Throwable failure) {
        if (failure == null) {
            return "The routes ended without sending it to an outbox.";
        }
        return failure instanceof Unreadable
                ? failure.getMessage()
                : "The routes failed on it: " + failure.getClass().getSimpleName() + ".";
    }
}
