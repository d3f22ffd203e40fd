package io.redline.outbox;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

import io.redline.database.Database;
import io.redline.database.StoreUnavailable;
import io.redline.database.Writer;
import io.redline.ledger.Ledger;
import io.redline.ledger.Positions;
import io.redline.ledger.Recorded;
import io.redline.ledger.Submission;

/**
 * The one writer of what comes in: whoever waits while a commit runs shares the next one. The caller's thread waits, so that
 * the steps of a route after the outbox never run on, nor hold up, the writer. Threadsafe.
 */
@Singleton
class GroupCommit {

    private static final Logger LOG = Logger.getLogger(GroupCommit.class);
    private static final int LARGEST_BATCH = 256;
    private static final int LONGEST_QUEUE = 1024;

    private record Waiting(List<Submission> submissions, CompletableFuture<List<Recorded>> result) {
    }

    private final Writer store;
    private final Ledger ledger;
    private final Owing owing;
    private final Deliveries deliveries;
    private final Duration maxWait;
    private final BlockingQueue<Waiting> queue = new ArrayBlockingQueue<>(LONGEST_QUEUE);
    private final Thread writer;
    private volatile boolean closed;
    /** Whether the last that is known of the store is that it failed; said once in the log, not for each notification. */
    private final AtomicBoolean refusing = new AtomicBoolean();

    GroupCommit(Database database, Ledger ledger, Owing owing, Deliveries deliveries,
            @ConfigProperty(name = "redline.outbox.max-wait") Duration maxWait) {
        this.store = database.writer();
        this.ledger = ledger;
        this.owing = owing;
        this.deliveries = deliveries;
        this.maxWait = maxWait;
        this.writer = new Thread(this::run, "redline-group-commit");
        writer.setDaemon(true);
        writer.start();
    }

    boolean isAlive() {
        return writer.isAlive();
    }

    /**
     * Commit events together with whatever else waits, and wait for it.
     *
     * @throws StoreUnavailable if they are not known to be committed within the longest wait
     * @throws EventRefused if the store refuses their content
     */
    List<Recorded> commit(List<Submission> submissions) {
        var waiting = new Waiting(submissions, new CompletableFuture<>());
        if (closed || !queue.offer(waiting)) {
            throw new StoreUnavailable("Too many notifications wait to be stored.");
        }
        try {
            return waiting.result.get(maxWait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            queue.remove(waiting);
            var refusal = new StoreUnavailable("The store did not answer within " + maxWait.toSeconds() + " s.");
            warn(refusal);
            throw refusal;
        } catch (InterruptedException e) {
            queue.remove(waiting);
            Thread.currentThread().interrupt();
            throw new StoreUnavailable("The service stops.");
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
                    batch.add(first);
                    queue.drainTo(batch, LARGEST_BATCH - 1);
                    commitTogether(batch);
                }
            } catch (InterruptedException e) {
                break;
            } catch (RuntimeException | Error e) {
                LOG.error("The writer met an error of our own. It goes on; what it had is refused.", e);
                batch.forEach(waiting -> waiting.result.completeExceptionally(new StoreUnavailable(
                        "The service met an error of its own.", e)));
            }
            batch.clear();
        }
        List<Waiting> rest = new ArrayList<>(batch);
        queue.drainTo(rest);
        rest.forEach(waiting -> waiting.result.completeExceptionally(new StoreUnavailable("The service stops.")));
        store.close();
    }

    /** All in one transaction; if their content is refused, the halves apart, until the bad one stands alone. */
    private void commitTogether(List<Waiting> batch) {
        try {
            complete(batch, write(batch));
            if (refusing.getAndSet(false)) {
                LOG.info("Notifications are taken again.");
            }
        } catch (StoreUnavailable e) {
            warn(e);
            batch.forEach(waiting -> waiting.result.completeExceptionally(e));
        } catch (SQLException | RuntimeException e) {
            if (batch.size() == 1) {
                batch.get(0).result.completeExceptionally(
                        new EventRefused("The store refuses the content: " + e.getClass().getSimpleName() + ".", e));
            } else {
                commitTogether(batch.subList(0, batch.size() / 2));
                commitTogether(batch.subList(batch.size() / 2, batch.size()));
            }
        }
    }

    private List<Recorded> write(List<Waiting> batch) throws SQLException {
        var submissions = batch.stream().flatMap(waiting -> waiting.submissions.stream()).toList();
        return store.write(pipeline -> {
            var positions = new Positions(pipeline);
            positions.expect(owing.likely(submissions));
            var recorded = ledger.record(pipeline, positions, submissions);
            owing.owe(pipeline, positions, submissions, recorded);
            return recorded;
        });
    }

    private void complete(List<Waiting> batch, List<Recorded> recorded) {
        deliveries.announce(owing.endpoints(recorded));
        int from = 0;
        for (var waiting : batch) {
            waiting.result.complete(recorded.subList(from, from += waiting.submissions.size()));
        }
    }

    /** Let a commit that runs come to its end: a driver that is interrupted leaves its outcome open. */
    @PreDestroy
    void close() throws InterruptedException {
        closed = true;
        writer.join(TimeUnit.SECONDS.toMillis(10));
    }
}
