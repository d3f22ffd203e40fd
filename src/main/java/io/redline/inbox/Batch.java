package io.redline.inbox;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;

import io.redline.account.Account;
import io.redline.outbox.HandOver;
import io.redline.outbox.Intake;

/**
 * Notifications that were taken from the topic together: handed over in their order, on their way at once so that they share
 * commits, and again for as long as the store is away. One thread asks {@link #isKept} until they are.
 */
final class Batch {

    private static final Duration FIRST_REST = Duration.ofMillis(250);
    private static final Duration LONGEST_REST = Duration.ofSeconds(5);

    private final HandOver handOver;
    private final Executor workers;
    private final Duration maxTime;
    /** Those that are not kept yet, as far as is known. */
    private List<Part> parts;
    private Duration rest = FIRST_REST;
    private long notBefore = System.nanoTime();
    private @Nullable Run run;

    /**
     * A notification.
     *
     * @param isConfigured whether there are routes for its account; else it is kept as it came
     */
    record Notification(Account account, boolean isConfigured, Intake intake) {

        /** The same, of which nothing is known yet. */
        Notification anew() {
            return new Notification(account, isConfigured,
                    new Intake(account, intake.source(), intake.receivedAt(), intake.notification()));
        }
    }

    /** A notification on its way. */
    private static final class Part {
        private final Notification notification;
        private final AtomicBoolean ended = new AtomicBoolean();
        private final CompletableFuture<@Nullable Void> end = new CompletableFuture<>();
        /** By {@link System#nanoTime}, once it is its turn. */
        private long begun;

        Part(Notification notification) {
            this.notification = notification;
        }
    }

    /** One attempt at all that is left. */
    private final class Run {
        private final List<Part> round;
        private final CompletableFuture<Void> end;
        private int next;
        /** Whose turn it is to go on: a worker whose route hangs has lost it. */
        private int worker;

        Run(List<Part> round) {
            this.round = round;
            end = CompletableFuture.allOf(round.stream().map(part -> part.end).toArray(CompletableFuture[]::new));
            execute(0);
        }

        private void execute(int number) {
            try {
                workers.execute(() -> work(number));
            } catch (RejectedExecutionException e) {
                // The service stops.
                round.forEach(part -> part.end.complete(null));
            }
        }

        private void work(int number) {
            for (var part = take(number); part != null; part = take(number)) {
                hand(part);
            }
        }

        private synchronized @Nullable Part take(int number) {
            if (number != worker || next == round.size()) {
                return null;
            }
            var part = round.get(next++);
            part.begun = System.nanoTime();
            return part;
        }

        private void hand(Part part) {
            var notification = part.notification;
            if (!notification.isConfigured()) {
                part.ended.set(true);
                handOver.keepOfFormer(notification.intake(), () -> part.end.complete(null));
            } else if (!handOver.isPossible()) {
                part.end.complete(null);
            } else {
                handOver.to(notification.intake(), failure -> end(part, HandOver.reason(failure)));
                if (!notification.intake().isSubmitted()) {
                    // A route that goes on in another thread: what comes after it must not overtake it.
                    part.end.join();
                }
            }
        }

        /** A route that hangs, or that Camel has lost, holds up nothing but itself. */
        synchronized void endOverdue() {
            var now = System.nanoTime();
            for (int i = 0; i < next; i++) {
                var part = round.get(i);
                if (now - part.begun > maxTime.toNanos()
                        && end(part, "The routes did not come to an end within " + maxTime.toMillis() + " ms.")
                        && i == next - 1) {
                    execute(++worker);
                }
            }
        }

        /**
         * Say that its routes have ended.
         *
         * @param reason why it is not recognised, if nobody kept it
         * @return whether nobody said so before
         */
        private boolean end(Part part, String reason) {
            var first = part.ended.compareAndSet(false, true);
            if (first) {
                handOver.keep(part.notification.intake(), reason, () -> part.end.complete(null));
            }
            return first;
        }
    }

    /** @param maxTime how long the routes may take with one */
    Batch(HandOver handOver, Executor workers, Duration maxTime, List<Notification> notifications) {
        this.handOver = handOver;
        this.workers = workers;
        this.maxTime = maxTime;
        this.parts = notifications.stream().map(Part::new).toList();
    }

    /** Whether all are kept; waits for that for a while, but no longer than they need. */
    boolean isKept(Duration longest) throws InterruptedException {
        var deadline = System.nanoTime() + longest.toNanos();
        while (!parts.isEmpty()) {
            var now = System.nanoTime();
            if (now - deadline > 0) {
                return false;
            }
            var current = run;
            if (current == null) {
                if (notBefore - now > 0) {
                    TimeUnit.NANOSECONDS.sleep(Math.min(notBefore - now, deadline - now));
                } else {
                    run = new Run(parts);
                }
            } else {
                current.endOverdue();
                if (hasEnded(current, deadline - now)) {
                    forgetKept();
                }
            }
        }
        return true;
    }

    private static boolean hasEnded(Run run, long nanos) throws InterruptedException {
        try {
            run.end.get(nanos, TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("An end does not fail.", e);
        }
    }

    private void forgetKept() {
        var left = new ArrayList<Part>();
        for (var part : parts) {
            if (!part.notification.intake().isKept()) {
                left.add(new Part(part.notification.anew()));
            }
        }
        parts = left;
        run = null;
        notBefore = System.nanoTime() + rest.toNanos();
        rest = rest.compareTo(LONGEST_REST.dividedBy(2)) > 0 ? LONGEST_REST : rest.multipliedBy(2);
    }
}
