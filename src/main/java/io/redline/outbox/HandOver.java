package io.redline.outbox;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

import io.redline.event.Unreadable;

/** Hands a notification over to the route of its gateway, whoever took it in. Threadsafe. */
public final class HandOver {

    private final Map<String, AsyncProducer> producers = new ConcurrentHashMap<>();

    /**
     * Run the gateway's route. It may fail in any way that a route edited by hand can; the exchange does not.
     *
     * @param ended told once, by whichever thread comes to the end of the route, how it failed; {@code null} if it did not
     */
    public void to(String gateway, Exchange exchange, Intake intake, Consumer<@Nullable Throwable> ended) {
        prepare(exchange, intake);
        intake.doNotWait();
        var told = new AtomicBoolean();
        try {
            producer(gateway, exchange).process(exchange, sync -> {
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
     * @return how it failed, {@code null} if it did not
     */
    public @Nullable Throwable to(String gateway, Exchange exchange, Intake intake) {
        prepare(exchange, intake);
        try {
            producer(gateway, exchange).process(exchange);
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
    }

    private static @Nullable Throwable cleanUp(Exchange exchange, @Nullable Throwable failure) {
        exchange.setException(null);
        exchange.setRollbackOnly(false);
        exchange.setRouteStop(false);
        return failure;
    }

    /** Whichever route begins with it now: a producer of direct: looks for its consumer each time. */
    private AsyncProducer producer(String gateway, Exchange exchange) throws Exception {
        var known = producers.get(gateway);
        if (known == null) {
            known = exchange.getContext().getEndpoint("direct:" + gateway).createAsyncProducer();
            known.start();
            producers.put(gateway, known);
        }
        return known;
    }

    /** Never the error's own words, which may quote the notification; but those of our translators are fit to show. */
    public static String reason(@Nullable Throwable failure) {
        if (failure == null) {
            return "The routes ended without sending it to an outbox.";
        }
        return failure instanceof Unreadable
                ? failure.getMessage()
                : "The routes failed on it: " + failure.getClass().getSimpleName() + ".";
    }
}
