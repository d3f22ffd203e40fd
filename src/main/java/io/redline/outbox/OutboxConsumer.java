package io.redline.outbox;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.SynchronizationAdapter;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import io.redline.database.Database;
import io.redline.database.Dialect;
import io.redline.database.StoreUnavailable;
import io.redline.event.EventJson;
import io.redline.outbox.Deliveries.Claimed;
import io.redline.outbox.Deliveries.Ended;

/**
 * Delivers what is owed to one endpoint: durable, at least once, in order per chat. One thread claims and writes down how
 * attempts ended, both in one transaction; the exchanges run on threads of their own.
 */
final class OutboxConsumer extends DefaultConsumer {

    private static final Logger LOG = Logger.getLogger(OutboxConsumer.class);
    /** How often to look for what other processes committed, and for retries that fell due. */
    private static final long LOOK_EVERY_MILLIS = 500;

    private final String name;
    private final OutboxEndpoint.Consumers options;
    private final Deliveries deliveries;
    private final Database database;
    private final ConcurrentLinkedQueue<Ended> ended = new ConcurrentLinkedQueue<>();
    private final Map<Long, Claimed> inFlight = new ConcurrentHashMap<>();
    private final Semaphore signal = new Semaphore(0);
    private final Runnable wake = signal::release;
    private volatile ExecutorService workers;
    private volatile Thread dispatcher;
    private volatile boolean running;
    private long renewed;

    @SuppressWarnings("NullAway.Init")
    OutboxConsumer(OutboxEndpoint endpoint, Processor processor, String name, OutboxEndpoint.Consumers options,
            Deliveries deliveries, Database database) {
        super(endpoint, processor);
        this.name = name;
        this.options = options;
        this.deliveries = deliveries;
        this.database = database;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        if (database.dialect() == Dialect.SQLITE) {
            // The file is this process's alone, so whatever is still claimed was claimed by one that died.
            database.write(connection -> {
                deliveries.releaseAll(connection, name);
                return null;
            });
        }
        running = true;
        workers = getEndpoint().getCamelContext().getExecutorServiceManager().newFixedThreadPool(this,
                "outbox-" + name, options.concurrency());
        deliveries.listen(name, wake);
        dispatcher = new Thread(this::dispatch, "outbox-" + name);
        dispatcher.setDaemon(true);
        dispatcher.start();
    }

    @Override
    protected void doStop() throws Exception {
        running = false;
        deliveries.leave(name, wake);
        signal.release();
        dispatcher.join(TimeUnit.SECONDS.toMillis(30));
        getEndpoint().getCamelContext().getExecutorServiceManager().shutdownGraceful(workers);
        var last = drain();
        try {
            database.write(connection -> {
                deliveries.end(connection, last);
                deliveries.release(connection, inFlight.values());
                return null;
            });
        } catch (StoreUnavailable | SQLException e) {
            LOG.warnf("Endpoint %s: leases could not be given back; they run out by themselves.", name);
        }
        inFlight.clear();
        super.doStop();
    }

    private void dispatch() {
        while (running) {
            List<Ended> done = drain();
            try {
                var renew = System.nanoTime() - renewed > options.lease().toNanos() / 3;
                var free = options.concurrency() - inFlight.size();
                var claimed = database.write(connection -> {
                    deliveries.end(connection, done);
                    if (renew) {
                        deliveries.renew(connection, inFlight.values(), options.lease());
                    }
                    return deliveries.claim(connection, name, free, options.lease());
                });
                renewed = renew ? System.nanoTime() : renewed;
                claimed.forEach(this::deliver);
                if (claimed.isEmpty() && ended.isEmpty()) {
                    signal.tryAcquire(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
                }
                signal.drainPermits();
            } catch (StoreUnavailable | SQLException e) {
                ended.addAll(done);
                LOG.warnf("Endpoint %s waits for the store: %s", name, e.getMessage());
                pause();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                ended.addAll(done);
                LOG.errorf(e, "Endpoint %s met an error of our own; it goes on.", name);
                pause();
            }
        }
    }

    private void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<Ended> drain() {
        List<Ended> drained = new ArrayList<>();
        for (var one = ended.poll(); one != null; one = ended.poll()) {
            drained.add(one);
        }
        return drained;
    }

    private void deliver(Claimed claimed) {
        // After a stall longer than the lease it may be claimed again while it is still on its way: once is enough, and
        // what is on its way ends under the newer lease.
        if (inFlight.put(claimed.id(), claimed) != null) {
            return;
        }
        var open = new AtomicBoolean(true);
        var exchange = createExchange(false);
        exchange.getMessage().setBody(EventJson.readObject(claimed.data()));
        exchange.getMessage().setHeader("RedlineEventId", claimed.event());
        exchange.getMessage().setHeader("RedlineEndpoint", name);
        exchange.getMessage().setHeader("RedlineAttempt", claimed.attempt());
        exchange.getMessage().setHeader("RedlineRevision", claimed.revision());
        // The callback comes before what a route does on completion; only then it is known how the attempt ended.
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                if (open.getAndSet(false)) {
                    end(claimed, done);
                }
            }
        });
        workers.submit(() -> {
            try {
                getProcessor().process(exchange);
            } catch (Exception e) {
                exchange.setException(e);
                if (open.getAndSet(false)) {
                    end(claimed, exchange);
                }
            }
        });
    }

    private void end(Claimed begun, Exchange exchange) {
        var claimed = Objects.requireNonNullElse(inFlight.remove(begun.id()), begun);
        if (!exchange.isFailed() && !exchange.isRollbackOnly()) {
            ended.add(new Ended(claimed.id(), claimed.lease(), null, null));
        } else {
            var error = exchange.getException();
            var kind = error == null ? "rolled back" : error.getClass().getSimpleName();
            var parks = claimed.attempt() >= options.attempts();
            ended.add(new Ended(claimed.id(), claimed.lease(), description(error, kind),
                    parks ? null : delay(claimed.attempt())));
            LOG.warnf("Endpoint %s: event %s failed at attempt %d (%s) and %s.", name, claimed.event(),
                    claimed.attempt(), kind, parks ? "is parked" : "will be tried again");
        }
        signal.release();
    }

    /** For the API, not for the log: an error may quote what was sent. */
    private static String description(@Nullable Exception error, String kind) {
        var text = error == null || error.getMessage() == null ? kind : kind + ": " + error.getMessage();
        return text.length() > 500 ? text.substring(0, 500) : text;
    }

    /** Doubled each time up to the longest, less up to a fifth, so that not all come back at once. */
    private Duration delay(int attempt) {
        var doubled = options.delay().toMillis() * (1L << Math.min(attempt - 1, 30));
        var longest = Math.min(Math.max(doubled, 0), options.maxDelay().toMillis());
        return Duration.ofMillis(longest - (long) (longest * ThreadLocalRandom.current().nextDouble(0.2)));
    }
}
