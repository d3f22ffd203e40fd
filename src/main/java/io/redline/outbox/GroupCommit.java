package io.redline.outbox;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import io.micrometer.core.instrument.MeterRegistry;
import io.redline.database.Database;
import io.redline.database.StoreUnavailable;
import io.redline.database.Writer;
import io.redline.ledger.Ledger;
import io.redline.ledger.Positions;
import io.redline.ledger.Recorded;
import io.redline.ledger.Submission;

/**
 * Commits what comes in: whoever comes while a commit runs shares the next one. Who comes while none runs does it himself,
 * which spares a notification that comes alone two changes of thread. No thread waits for a commit; what follows one runs on
 * threads that are kept for that, so that the steps of a route after the outbox never hold up the writer. Threadsafe.
 */
@Singleton
class GroupCommit {

    private static final Logger LOG = Logger.getLogger(GroupCommit.class);
    private static final int LARGEST_BATCH = 256;
    private static final int LONGEST_QUEUE = 1024;
    /** How many are told their outcome one after the other by one thread: waking it costs more than telling. */
    private static final int TOLD_TOGETHER = 8;

    /** @param deadline by {@link System#nanoTime} */
    private record Waiting(List<Submission> submissions, CompletableFuture<List<Recorded>> result, long deadline) {
    }

    private final Writer store;
    private final Ledger ledger;
    private final Owing owing;
    private final Deliveries deliveries;
    private final Duration maxWait;
    private final BlockingQueue<Waiting> queue = new ArrayBlockingQueue<>(LONGEST_QUEUE);
    /** All that wait, also for the commit that runs. */
    private final Set<Waiting> waiting = ConcurrentHashMap.newKeySet();
    private final ReentrantLock writing = new ReentrantLock();
    private final Thread writer;
    private final ExecutorService followers = Executors.newCachedThreadPool(task -> daemon(task, "redline-committed"));
    private final ScheduledExecutorService patience = Executors
            .newSingleThreadScheduledExecutor(task -> daemon(task, "redline-patience"));
    private volatile boolean closed;
    /** Whether the last that is known of the store is that it failed; said once in the log, not for each notification. */
    private final AtomicBoolean refusing = new AtomicBoolean();

    GroupCommit(Database database, Ledger ledger, Owing owing, Deliveries deliveries, MeterRegistry metrics,
            @ConfigProperty(name = "redline.outbox.max-wait") Duration maxWait) {
        this.store = database.writer();
        this.ledger = ledger;
        this.owing = owing;
        this.deliveries = deliveries;
        this.maxWait = maxWait;
        metrics.gaugeCollectionSize("redline.commit.waiting", List.of(), waiting);
        var often = Math.max(10, Math.min(250, maxWait.toMillis() / 10));
        patience.scheduleWithFixedDelay(this::refuseOverdue, often, often, TimeUnit.MILLISECONDS);
        this.writer = daemon(this::run, "redline-group-commit");
        writer.start();
    }

    private static Thread daemon(Runnable task, String name) {
        var thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    boolean isAlive() {
        return writer.isAlive();
    }

    /**
     * Commit events together with whatever else waits.
     *
     * @param here whether this thread may do it, if nobody else does: nobody must wait for it then
     * @param outcome told once, by this thread or by another, what became of each; or {@link StoreUnavailable} if they are not
     *        known to be committed within the longest wait, {@link EventRefused} if the store refuses their content
     */
    void commit(List<Submission> submissions, boolean here, BiConsumer<List<Recorded>, @Nullable Throwable> outcome) {
        var one = new Waiting(submissions, new CompletableFuture<>(), System.nanoTime() + maxWait.toNanos());
        waiting.add(one);
        one.result.whenComplete((recorded, failure) -> {
            waiting.remove(one);
            outcome.accept(recorded, failure);
        });
        if (closed) {
            refuse(one, "The service stops.");
        } else if (here && queue.isEmpty() && writing.tryLock()) {
            try {
                commitSafely(List.of(one), this::tellHere);
            } finally {
                writing.unlock();
            }
        } else if (!queue.offer(one)) {
            refuse(one, "Too many notifications wait to be stored.");
        }
    }

    private static void refuse(Waiting one, String sentence) {
        one.result.completeExceptionally(new StoreUnavailable(sentence));
    }

    private void refuseOverdue() {
        var now = System.nanoTime();
        for (var one : waiting) {
            if (now - one.deadline > 0) {
                queue.remove(one);
                var refusal = new StoreUnavailable("The store did not answer within " + maxWait.toSeconds() + " s.");
                warn(refusal);
                followers.execute(() -> one.result.completeExceptionally(refusal));
            }
        }
    }

    private void warn(StoreUnavailable reason) {
        if (!refusing.getAndSet(true)) {
            LOG.warnf("Notifications are refused until they can be stored: %s", reason.getMessage());
        }
    }

    private void run() {
        List<Waiting> batch = new ArrayList<>();
        while (!closed) {
            try {
                var first = queue.poll(100, TimeUnit.MILLISECONDS);
                if (first != null) {
                    writing.lock();
                    try {
                        batch.add(first);
                        queue.drainTo(batch, LARGEST_BATCH - 1);
                        commitSafely(batch, this::tellElsewhere);
                    } finally {
                        writing.unlock();
                    }
                }
            } catch (InterruptedException e) {
                break;
            }
            batch.clear();
        }
        closed = true;
        List<Waiting> rest = new ArrayList<>();
        queue.drainTo(rest);
        rest.forEach(one -> refuse(one, "The service stops."));
    }

    private void tellHere(List<Runnable> outcomes) {
        outcomes.forEach(Runnable::run);
    }

    private void tellElsewhere(List<Runnable> outcomes) {
        for (int from = 0; from < outcomes.size(); from += TOLD_TOGETHER) {
            var some = List.copyOf(outcomes.subList(from, Math.min(outcomes.size(), from + TOLD_TOGETHER)));
            followers.execute(() -> some.forEach(Runnable::run));
        }
    }

    /** @param telling how those of a batch come to know what became of them */
    private void commitSafely(List<Waiting> batch, Consumer<List<Runnable>> telling) {
        List<Runnable> outcomes = new ArrayList<>(batch.size());
        try {
            commitTogether(batch, outcomes);
        } catch (RuntimeException | Error e) {
            LOG.error("The writer met an error of our own. It goes on; what it had is refused.", e);
            var refusal = new StoreUnavailable("The service met an error of its own.", e);
            batch.forEach(one -> outcomes.add(() -> one.result.completeExceptionally(refusal)));
        }
        telling.accept(outcomes);
    }

    /** All in one transaction; if their content is refused, the halves apart, until the bad one stands alone. */
    private void commitTogether(List<Waiting> batch, List<Runnable> outcomes) {
        try {
            complete(batch, write(batch), outcomes);
            if (refusing.getAndSet(false)) {
                LOG.info("Notifications are taken again.");
            }
        } catch (StoreUnavailable e) {
            warn(e);
            batch.forEach(one -> outcomes.add(() -> one.result.completeExceptionally(e)));
        } catch (SQLException | RuntimeException e) {
            if (batch.size() == 1) {
                var refused = new EventRefused(
                        "The store refuses the content: " + e.getClass().getSimpleName() + ".", e);
                // The list is used again by the time that it is told.
                var only = batch.get(0);
                outcomes.add(() -> only.result.completeExceptionally(refused));
            } else {
                commitTogether(List.copyOf(batch.subList(0, batch.size() / 2)), outcomes);
                commitTogether(List.copyOf(batch.subList(batch.size() / 2, batch.size())), outcomes);
            }
        }
    }

    private List<Recorded> write(List<Waiting> batch) throws SQLException {
        var submissions = batch.size() == 1
                ? batch.get(0).submissions
                : batch.stream().flatMap(one -> one.submissions.stream()).toList();
        return store.write(pipeline -> {
            var positions = new Positions(pipeline);
            positions.expect(owing.likely(submissions));
            var recorded = ledger.record(pipeline, positions, submissions);
            owing.owe(pipeline, positions, submissions, recorded);
            return recorded;
        });
    }

    private void complete(List<Waiting> batch, List<Recorded> recorded, List<Runnable> outcomes) {
        deliveries.announce(owing.endpoints(recorded));
        int from = 0;
        for (var one : batch) {
            var own = recorded.subList(from, from += one.submissions.size());
            outcomes.add(() -> one.result.complete(own));
        }
    }

    /** Let a commit that runs come to its end: a driver that is interrupted leaves its outcome open. */
    @PreDestroy
    void close() throws InterruptedException {
        closed = true;
        writer.join(TimeUnit.SECONDS.toMillis(10));
        if (writing.tryLock(10, TimeUnit.SECONDS)) {
            try {
                store.close();
            } finally {
                writing.unlock();
            }
        }
        patience.shutdown();
        followers.shutdown();
    }
}
