package io.redline.door;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

import io.quarkus.runtime.configuration.MemorySize;
import io.redline.account.Account;
import io.redline.account.Accounts;
import io.redline.account.Gateway;
import io.redline.event.Source;
import io.redline.http.Problem;
import io.redline.http.Signatures;
import io.redline.inbox.Inbox;
import io.redline.inbox.Inbox.Outcome;
import io.redline.outbox.HandOver;
import io.redline.outbox.Intake;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

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
    /** What part of the heap large bodies may have that are not answered yet; with what is made of them it is several times that. */
    private static final int HEAP_FOR_LARGE_BODIES = 16;

    /** Not before they are needed: a store or a configuration that cannot work has to be told when Camel starts. */
    private final Instance<Accounts> accounts;
    private final Signatures signatures;
    private final HandOver handOver;
    private final Notifications notifications;
    private final Instance<Inbox> inbox;
    private final ExecutorService workers;
    private final MemorySize maxBody;
    private final Duration maxTime;
    /** Those that are not answered yet. */
    private final Set<Taken> unanswered = ConcurrentHashMap.newKeySet();
    /** A thread of its own: all others may hang. */
    private final ScheduledExecutorService patience = Executors.newSingleThreadScheduledExecutor(task -> {
        var thread = new Thread(task, "redline-door");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * What was sent at once, and is answered when all of it has ended.
     *
     * @param deadline when their routes have taken too long, by {@link System#nanoTime}
     * @param open how many have not ended yet
     */
    private record Taken(Account account, RoutingContext request, List<Part> parts, long deadline, AtomicInteger open) {
    }

    /**
     * A notification.
     *
     * @param ended whether it is known what becomes of it
     * @param end when that is done
     */
    private record Part(Intake intake, AtomicBoolean ended, CompletableFuture<Void> end) {

        Part(Intake intake) {
            this(intake, new AtomicBoolean(), new CompletableFuture<>());
        }
    }

    /**
     * @param workers where routes run: they may wait for whatever an operator lets them wait for
     * @param maxTime how long they may take
     */
    Door(Instance<Accounts> accounts, Signatures signatures, HandOver handOver, Notifications notifications,
            Instance<Inbox> inbox, ExecutorService workers,
            @ConfigProperty(name = "redline.max-body") MemorySize maxBody,
            @ConfigProperty(name = "redline.max-route-time") Duration maxTime) {
        this.accounts = accounts;
        this.signatures = signatures;
        this.handOver = handOver;
        this.notifications = notifications;
        this.inbox = inbox;
        this.workers = workers;
        this.maxBody = maxBody;
        this.maxTime = maxTime;
    }

    void open(@Observes Router router) {
        var often = Math.max(100, maxTime.toMillis() / 10);
        patience.scheduleWithFixedDelay(this::endOverdue, often, often, TimeUnit.MILLISECONDS);
        var bodies = new Bodies(maxBody.asLongValue(), Runtime.getRuntime().maxMemory() / HEAP_FOR_LARGE_BODIES,
                this::judge);
        for (var gateway : Gateway.values()) {
            router.postWithRegex("/webhooks/" + gateway.word() + "/[^/]+/?").handler(bodies);
        }
    }

    private void judge(RoutingContext request, byte[] bytes) {
        // The guard let it pass, so there is such an account; it is the path that names it, whatever a query says.
        var account = accounts.get().find(accountIn(request.normalizedPath())).orElseThrow();
        if (!Signatures.canBeSigned(account) && !Notifications.canBeSeveral(account)) {
            take(account, request, bytes);
            return;
        }
        // What has to be read first is read by those who may take their time.
        try {
            workers.execute(() -> {
                var refusal = signatures.judge(account, request.request().headers(), bytes);
                if (refusal == null) {
                    take(account, request, bytes);
                } else {
                    refusal.send(request.response());
                }
            });
        } catch (RejectedExecutionException e) {
            Problem.unavailable().send(request.response());
        }
    }

    private void take(Account account, RoutingContext request, byte[] sent) {
        var intakes = notifications.in(account, Source.WEBHOOK, sent);
        if (intakes.isEmpty()) {
            answer(account, request, true);
            return;
        }
        if (inbox.get().isTopic()) {
            execute(() -> keepInTopic(account, request, intakes), () -> answer(account, request, false));
        } else {
            handOver(account, request, intakes);
        }
    }

    private void execute(Runnable task, Runnable ifTheServiceStops) {
        try {
            workers.execute(task);
        } catch (RejectedExecutionException e) {
            ifTheServiceStops.run();
        }
    }

    private void keepInTopic(Account account, RoutingContext request, List<Intake> intakes) {
        inbox.get().keep(intakes).thenAccept(outcome -> {
            if (outcome == Outcome.REFUSED) {
                // Else its sender would repeat it for a day, and say nothing else.
                handOver(account, request, intakes);
            } else {
                answer(account, request, outcome == Outcome.KEPT);
            }
        });
    }

    private void handOver(Account account, RoutingContext request, List<Intake> intakes) {
        var taken = new Taken(account, request, intakes.stream().map(Part::new).toList(),
                System.nanoTime() + maxTime.toNanos(), new AtomicInteger(intakes.size()));
        unanswered.add(taken);
        execute(() -> handOver(taken), () -> answer(taken));
    }

    private void handOver(Taken taken) {
        if (!handOver.isPossible()) {
            answer(taken);
            return;
        }
        var alone = taken.parts().size() == 1;
        for (var part : taken.parts()) {
            if (alone) {
                part.intake().doNotWait();
            }
            handOver.to(part.intake(), failure -> end(taken, part, HandOver.reason(failure)));
            if (!alone && !part.intake().isSubmitted()) {
                // A route that goes on in another thread: what comes after it must not overtake it.
                part.end().join();
            }
        }
    }

    /** A route that hangs, or that Camel has lost: its sender would send it again, and nothing else, for a day. */
    private void endOverdue() {
        var now = System.nanoTime();
        for (var taken : unanswered) {
            if (now - taken.deadline() > 0) {
                try {
                    taken.parts().forEach(part -> end(taken, part,
                            "The routes did not come to an end within " + maxTime.toMillis() + " ms."));
                } catch (RuntimeException e) {
                    // The others are looked at nevertheless, and now and then all again.
                    LOG.errorf("A notification could not be answered: %s", e.getClass().getSimpleName());
                }
            }
        }
    }

    /** @param reason why it is not recognised, if nobody kept it */
    private void end(Taken taken, Part part, String reason) {
        if (part.ended().compareAndSet(false, true)) {
            handOver.keep(part.intake(), reason, () -> {
                part.end().complete(null);
                if (taken.open().decrementAndGet() == 0) {
                    answer(taken);
                }
            });
        }
    }

    private static String accountIn(String path) {
        var trimmed = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        return trimmed.substring(trimmed.lastIndexOf('/') + 1);
    }

    private void answer(Taken taken) {
        unanswered.remove(taken);
        answer(taken.account(), taken.request(), taken.parts().stream().allMatch(part -> part.intake().isKept()));
    }

    private static void answer(Account account, RoutingContext request, boolean isKept) {
        var response = request.response();
        if (response.closed()) {
            // Whoever sent it did not wait; if it is kept, the repeat will be known.
            return;
        }
        if (isKept) {
            receive(response, account.kind().receipt());
        } else {
            Problem.unavailable().send(response);
        }
    }

    private static void receive(HttpServerResponse response, String receipt) {
        if (receipt.isEmpty()) {
            response.end();
        } else {
            response.putHeader("Content-Type", "application/json").end(receipt);
        }
    }

    @PreDestroy
    void close() {
        patience.shutdownNow();
    }
}
