package io.redline.outbox;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.SynchronizationAdapter;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import io.github.bucket4j.Bucket;
import io.micrometer.core.instrument.MeterRegistry;
import io.redline.database.Database;
import io.redline.database.Dialect;
import io.redline.database.StoreUnavailable;
import io.redline.event.EventJson;
import io.redline.outbox.Claims.Claim;
import io.redline.outbox.Claims.Room;
import io.redline.outbox.Ended.Outcome;

/**
 * Delivers what is owed to one endpoint: durable, at least once, in order per chat. One thread claims and writes down how
 * attempts ended, both in one transaction; the exchanges run on threads of their own. What is claimed is bounded, however
 * much is owed.
 */
final class OutboxConsumer extends DefaultConsumer {

    private static final Logger LOG = Logger.getLogger(OutboxConsumer.class);
    /** How often to look for what other processes committed, and for retries that fell due. */
    private static final long LOOK_EVERY_MILLIS = 500;
    private static final long SWEEP_EVERY_MILLIS = 5_000;
    /** Between two transactions, so that each has more than one attempt to write down. */
    private static final long PACE_MILLIS = 2;
    /** How many deliveries each worker may have waiting, so that none has to wait for the next claim. */
    private static final int AHEAD = 8;
    private static final int LONGEST_RUN = 64;
    /** What part of the heap may be claimed, of all the endpoints there are; with what routes make of it it is several times that. */
    private static final int HEAP_FOR_CLAIMED = 64;

    private final String name;
    private final OutboxEndpoint.Consumers options;
    private final OutboxComponent.Settings settings;
    private final Deliveries deliveries;
    private final Database database;
    private final MeterRegistry metrics;
    private final Claims claims;
    private final Circuit circuit;
    private final @Nullable Bucket rate;
    private final long room = Runtime.getRuntime().maxMemory() / HEAP_FOR_CLAIMED;
    private final ConcurrentLinkedQueue<Ended> ended = new ConcurrentLinkedQueue<>();
    private final Map<Long, Claimed> inFlight = new ConcurrentHashMap<>();
    private final Semaphore signal = new Semaphore(0);
    private final Runnable wake = signal::release;
    /** Claimed, and waiting for more to make a batch; of the dispatcher only. */
    private final Deque<List<Claimed>> collected = new ArrayDeque<>();
    private long collectedSince;
    /** What is on its way was claimed or renewed since; by our own clock, from before the store was asked. */
    private volatile long renewedAt;
    private long sweptAt;
    private long looks;
    private boolean storeIsAway;
    private volatile @Nullable String pausing;
    private volatile ExecutorService workers;
    private volatile Thread dispatcher;
    private volatile boolean running;
    /** Nothing more is claimed: a later generation of the route does. What is on its way is brought to its end. */
    private volatile boolean superseded;

    /** Deliveries that one worker makes one after the other, or first together. */
    private static final class Run {
        final Deque<Claimed> rest;
        List<Claimed> underWay = List.of();
        final boolean probe;
        boolean together;

        Run(List<Claimed> deliveries, boolean together, boolean probe) {
            this.rest = new ArrayDeque<>(deliveries);
            this.together = together;
            this.probe = probe;
        }
    }

    @SuppressWarnings("NullAway.Init")
    OutboxConsumer(OutboxEndpoint endpoint, Processor processor, String name, OutboxEndpoint.Consumers options,
            OutboxComponent.Settings settings, Deliveries deliveries, Database database, MeterRegistry metrics) {
        super(endpoint, processor);
        this.name = name;
        this.options = options;
        this.settings = settings;
        this.deliveries = deliveries;
        this.database = database;
        this.metrics = metrics;
        this.claims = new Claims(database.dialect(), name, options.lease());
        this.circuit = new Circuit(settings.retry().delay(), settings.retry().maxDelay());
        this.rate = settings.rate() == null ? null : settings.rate().bucket();
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        if (database.dialect() == Dialect.SQLITE && !deliveries.served().contains(name)) {
            // The file is this process's alone, so whatever is still claimed, if by no other generation of this route, was
            // claimed by a process that died.
            database.write(connection -> {
                claims.releaseAll(connection);
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
    protected void doSuspend() {
        superseded = true;
        signal.release();
    }

    @Override
    protected void doResume() {
        superseded = false;
        signal.release();
    }

    @Override
    protected void doStop() throws Exception {
        if (!running) {
            // Its route was built, and never started.
            return;
        }
        running = false;
        deliveries.leave(name, wake);
        signal.release();
        dispatcher.join(TimeUnit.SECONDS.toMillis(30));
        getEndpoint().getCamelContext().getExecutorServiceManager().shutdownGraceful(workers);
        var last = drain();
        inFlight.values().forEach(claimed -> last.add(Ended.released(claimed)));
        try {
            database.write(connection -> {
                claims.end(connection, last, settings.retry().maxDelay());
                return null;
            });
        } catch (StoreUnavailable | SQLException e) {
            LOG.warnf("Endpoint %s: leases could not be given back; they run out by themselves.", name);
        }
        inFlight.clear();
        collected.clear();
        super.doStop();
    }

    private void dispatch() {
        while (running) {
            List<Ended> done = drain();
            try {
                var more = cycle(done);
                storeIsAway = false;
                if (!more && ended.isEmpty()) {
                    signal.tryAcquire(nextLook(), TimeUnit.MILLISECONDS);
                }
                signal.drainPermits();
                TimeUnit.MILLISECONDS.sleep(PACE_MILLIS);
            } catch (StoreUnavailable | SQLException e) {
                ended.addAll(done);
                if (!storeIsAway) {
                    LOG.warnf("Endpoint %s waits for the store: %s", name, e.getMessage());
                }
                storeIsAway = true;
                pause();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException | OutOfMemoryError e) {
                ended.addAll(done);
                LOG.errorf(e, "Endpoint %s met an error of our own; it goes on.", name);
                pause();
            }
        }
    }

    /**
     * Write down what ended, and claim what is due.
     *
     * @return whether there may be more to claim at once
     */
    private boolean cycle(List<Ended> done) throws SQLException {
        while (superseded && !collected.isEmpty()) {
            // To be given back.
            begin(new Run(nextBatch(), true, false));
        }
        var now = millis();
        var renew = !inFlight.isEmpty() && now - renewedAt > options.lease().toMillis() / 3;
        var sweep = now - sweptAt > SWEEP_EVERY_MILLIS;
        var limit = limit(now);
        var reason = pausing;
        if (done.isEmpty() && !renew && !sweep && limit == 0 && reason == null) {
            return false;
        }
        var claim = database.writeRelaxed(connection -> {
            claims.end(connection, done, settings.retry().maxDelay());
            if (reason != null) {
                claims.pause(connection, reason);
            }
            if (renew) {
                var held = List.copyOf(inFlight.values());
                var ours = claims.renew(connection, held);
                // Whoever has the others by now delivers them.
                held.stream().filter(one -> !ours.contains(one.id())).forEach(one -> inFlight.remove(one.id(), one));
            }
            if (sweep) {
                claims.sweep(connection);
            }
            return claims.claim(connection, limit, room(), options.batch() > 1 ? options.batch() : LONGEST_RUN,
                    looks++ % 4 == 0);
        });
        renewedAt = renew || inFlight.isEmpty() ? now : renewedAt;
        sweptAt = sweep ? now : sweptAt;
        if (reason != null) {
            pausing = null;
        }
        handOut(claim, now);
        return claim.more() && limit(millis()) > 0;
    }

    /** How many deliveries may be claimed now. */
    private int limit(long now) {
        var ahead = options.concurrency() * Math.max(AHEAD, options.batch() > 1 ? options.batch() : 1);
        var free = pausing == null && !superseded && !room().isFull()
                ? circuit.allows(Math.max(0, ahead - inFlight.size()), now)
                : 0;
        return rate == null || free == 0 ? free : (int) Math.min(free, rate.getAvailableTokens());
    }

    private Room room() {
        var claimed = inFlight.values();
        return new Room(room - claimed.stream().mapToLong(Claimed::size).sum(), claimed.isEmpty());
    }

    private long nextLook() {
        return collected.isEmpty()
                ? LOOK_EVERY_MILLIS
                : Math.max(1, Math.min(LOOK_EVERY_MILLIS,
                        collectedSince + options.batchTimeout().toMillis() - millis()));
    }

    private void handOut(Claim claim, long now) {
        var probe = circuit.isOpen();
        for (var run : claim.runs()) {
            // After a stall longer than the lease it may be claimed again while it is still on its way: once is enough,
            // and what is on its way ends under the newer lease.
            var fresh = run.stream().filter(claimed -> inFlight.put(claimed.id(), claimed) == null).toList();
            if (fresh.isEmpty()) {
                continue;
            }
            if (rate != null) {
                rate.consumeIgnoringRateLimits(fresh.size());
            }
            if (probe) {
                circuit.probe();
            }
            if (options.batch() > 1 && !probe) {
                collectedSince = collected.isEmpty() ? now : collectedSince;
                collected.add(fresh);
            } else {
                begin(new Run(fresh, false, probe));
            }
        }
        while (collected.stream().mapToInt(List::size).sum() >= options.batch()
                || !collected.isEmpty()
                        && (claim.full() || now - collectedSince >= options.batchTimeout().toMillis())) {
            begin(new Run(nextBatch(), true, false));
        }
    }

    /** Whole runs as far as they fit, so that no chat is in two batches at once. */
    private List<Claimed> nextBatch() {
        List<Claimed> batch = new ArrayList<>();
        while (!collected.isEmpty()
                && (batch.isEmpty() || batch.size() + collected.peek().size() <= options.batch())) {
            batch.addAll(collected.poll());
        }
        return batch;
    }

    private void begin(Run run) {
        workers.execute(() -> {
            try {
                step(run);
            } catch (OutOfMemoryError e) {
                giveBack(run);
                throw e;
            }
        });
    }

    /** Else nobody would ever deliver them, nor what comes after them in their chats. */
    private void giveBack(Run run) {
        run.rest.addAll(run.underWay);
        run.rest.stream().filter(claimed -> inFlight.containsKey(claimed.id()))
                .forEach(claimed -> finish(Ended.released(current(claimed))));
        run.rest.clear();
        if (run.probe) {
            circuit.abandoned();
        }
        signal.release();
    }

    /** Make the next delivery of a run; when that has ended, the one after it. */
    private void step(Run run) {
        if (!running || superseded || pausing != null || !run.probe && !circuit.isClosed(millis())
                || !run.rest.stream().allMatch(this::isOurs)) {
            run.rest.forEach(claimed -> finish(Ended.released(current(claimed))));
            run.rest.clear();
            if (run.probe) {
                circuit.abandoned();
            }
        } else if (!run.rest.isEmpty()) {
            run.underWay = run.together ? List.copyOf(run.rest) : List.of(run.rest.poll());
            deliver(run, run.underWay);
        }
        signal.release();
    }

    private void deliver(Run run, List<Claimed> deliveries) {
        var open = new AtomicBoolean(true);
        var exchange = createExchange(false);
        // The callback comes before what a route does on completion; only then it is known how the attempt ended.
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                if (open.getAndSet(false)) {
                    end(run, deliveries, done);
                }
            }
        });
        try {
            fill(exchange, run, deliveries);
            getProcessor().process(exchange);
        } catch (Exception | StackOverflowError | OutOfMemoryError e) {
            exchange.setException(e);
            if (open.getAndSet(false)) {
                end(run, deliveries, exchange);
            }
        }
    }

    private void fill(Exchange exchange, Run run, List<Claimed> deliveries) {
        var message = exchange.getMessage();
        message.setHeader("RedlineEndpoint", name);
        if (run.together) {
            message.setBody(new ArrayList<>(deliveries.stream().map(OutboxConsumer::body).toList()));
            return;
        }
        var claimed = deliveries.get(0);
        message.setBody(body(claimed));
        message.setHeader("RedlineAccount", claimed.account());
        message.setHeader("RedlineEventId", claimed.event());
        message.setHeader("RedlineAttempt", claimed.attempts() + 1);
        if (claimed.revision() != null) {
            message.setHeader("RedlineRevision", claimed.revision());
        }
        if (claimed.replay()) {
            message.setHeader("RedlineReplay", true);
        }
    }

    private static @Nullable Object body(Claimed claimed) {
        return claimed.change() == null ? claimed.notification() : EventJson.readObject(claimed.change());
    }

    private void end(Run run, List<Claimed> deliveries, Exchange exchange) {
        var verdict = Verdict.of(exchange);
        if (run.together && !verdict.isDelivered()) {
            // One of them may be the reason: each alone.
            run.together = false;
        } else {
            run.rest.removeAll(deliveries);
            deliveries.forEach(claimed -> judge(run, current(claimed), verdict));
        }
        run.underWay = List.of();
        begin(run);
    }

    /**
     * Whether its lease holds, as far as is known here. After this process stood still for longer than a lease nothing that it
     * had claimed may leave it: others deliver it, and what came after it.
     */
    private boolean isOurs(Claimed claimed) {
        return inFlight.containsKey(claimed.id()) && millis() - renewedAt < options.lease().toMillis();
    }

    /** The claim under which a delivery is on its way by now. */
    private Claimed current(Claimed begun) {
        return inFlight.getOrDefault(begun.id(), begun);
    }

    private void judge(Run run, Claimed claimed, Verdict verdict) {
        if (verdict.isDelivered()) {
            answered();
            finish(Ended.delivered(claimed, verdict.answer()));
            return;
        }
        var outcome = outcome(claimed, verdict);
        finish(new Ended(claimed, outcome, verdict.error(), verdict.answer(), retryIn(claimed, outcome, verdict)));
        if (outcome != Outcome.PARKED) {
            // What follows in this chat waits for it, or for the time of the chat's next probe.
            var waiting = run.rest.stream().filter(other -> other.lane().equals(claimed.lane())).toList();
            run.rest.removeAll(waiting);
            waiting.forEach(other -> finish(Ended.released(current(other))));
        }
        LOG.logf(outcome == Outcome.POSTPONED || claimed.attempts() > 0 && outcome == Outcome.RETRIED
                ? Logger.Level.DEBUG
                : Logger.Level.WARN, "Endpoint %s: event %s failed at attempt %d (%s) and %s.", name, claimed.event(),
                claimed.attempts() + 1, verdict.kind(), outcome == Outcome.RETRIED || outcome == Outcome.POSTPONED
                        ? "will be tried again"
                        : "is parked");
    }

    private Outcome outcome(Claimed claimed, Verdict verdict) {
        var now = millis();
        if (verdict.parks()) {
            answered();
            return Outcome.PARKED;
        }
        if (verdict.pauses()) {
            pausing = "The endpoint answered " + (verdict.answer() == null ? verdict.kind() : verdict.answer()) + ".";
            LOG.errorf("Endpoint %s wants nothing any more (%s) and is paused: POST /api/endpoints/%s/resume when it"
                    + " does.", name, verdict.answer(), name);
            circuit.abandoned();
            return Outcome.POSTPONED;
        }
        var retryAfter = verdict.retryAfter();
        if (retryAfter != null) {
            circuit.holdUntil(now + Math.min(retryAfter.toMillis(), settings.retry().maxAge().toMillis()));
        }
        var wasOpen = circuit.isOpen();
        var blamed = retryAfter == null && circuit.failed(claimed.lane(), verdict.isReached(), now);
        if (!wasOpen && circuit.isOpen()) {
            LOG.warnf("Endpoint %s fails for all chats and is tried by one delivery at a time.", name);
        }
        var tooOld = settings.retry().maxAge().toMillis();
        var waited = claimed.suspendedFor();
        if (waited != null) {
            return !blamed ? Outcome.POSTPONED : waited > tooOld ? Outcome.GAVE_UP_CHAT : Outcome.RETRIED;
        }
        if (claimed.failingFor() > tooOld) {
            return blamed ? Outcome.GAVE_UP : Outcome.PARKED;
        }
        if (!blamed) {
            return Outcome.POSTPONED;
        }
        return claimed.attempts() + 1 >= settings.retry().attempts() ? Outcome.GAVE_UP : Outcome.RETRIED;
    }

    private Duration retryIn(Claimed claimed, Outcome outcome, Verdict verdict) {
        return claimed.isProbe() && outcome == Outcome.RETRIED
                ? settings.retry().maxDelay()
                : verdict.pauses()
                        ? Duration.ZERO
                        : settings.retry().delayAfter(outcome == Outcome.RETRIED ? claimed.attempts() + 1 : 1);
    }

    private void answered() {
        if (circuit.answered()) {
            LOG.infof("Endpoint %s answers again.", name);
        }
    }

    private void finish(Ended one) {
        inFlight.remove(one.claimed().id());
        ended.add(one);
        if (one.outcome() != Outcome.RELEASED) {
            metrics.counter("redline.deliveries", "endpoint", name, "outcome", switch (one.outcome()) {
                case GAVE_UP, GAVE_UP_CHAT -> "parked";
                default -> one.outcome().name().toLowerCase(Locale.ROOT);
            }).increment();
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

    private static long millis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }
}
