package io.redline.call;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;

import io.github.bucket4j.BlockingStrategy;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;

/**
 * The rate of one method of one instance. Never more than it allows: calls are spread instead of sent in bursts, since the
 * gateway may count in any second; and where only one a second is allowed, the next begins a second after the last was
 * answered, however long either is on its way. Threadsafe.
 */
final class Pace {

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    /** Clocks differ. */
    private static final double MARGIN = 1.05;

    private final boolean single;
    private final Semaphore turns;
    private final Bucket bucket;
    private final TimeMeter time;
    private final BlockingStrategy waiting;
    private volatile long pausedUntil;
    private volatile Duration nextPause = FIRST_PAUSE;

    /** The right to one call. It ends when the call was answered. */
    final class Turn implements AutoCloseable {

        private final AtomicBoolean open = new AtomicBoolean(true);

        @Override
        public void close() {
            if (!open.getAndSet(false)) {
                return;
            }
            if (single) {
                bucket.reset();
                bucket.tryConsume(1);
            }
            turns.release();
        }
    }

    Pace(int perSecond) {
        this(perSecond, TimeMeter.SYSTEM_NANOTIME, BlockingStrategy.PARKING);
    }

    /**
     * @param time what time it is
     * @param waiting how to let time pass
     */
    Pace(int perSecond, TimeMeter time, BlockingStrategy waiting) {
        this.time = time;
        this.waiting = waiting;
        pausedUntil = time.currentTimeNanos();
        single = perSecond == 1;
        turns = new Semaphore(perSecond, true);
        var spacing = Duration.ofNanos((long) (TimeUnit.SECONDS.toNanos(1) * MARGIN / perSecond));
        bucket = Bucket.builder().addLimit(limit -> limit.capacity(1).refillGreedy(1, spacing))
                .withCustomTimePrecision(time).build();
    }

    /** Wait for a turn; {@code null} if there is none for so long. */
    @Nullable
    Turn take(Duration patience) throws InterruptedException {
        var deadline = time.currentTimeNanos() + patience.toNanos();
        if (!turns.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
            return null;
        }
        var taken = false;
        try {
            var pause = pausedUntil - time.currentTimeNanos();
            if (pause > 0) {
                if (time.currentTimeNanos() + pause > deadline) {
                    return null;
                }
                waiting.park(pause);
            }
            var left = deadline - time.currentTimeNanos();
            taken = left <= 0
                    ? bucket.tryConsume(1)
                    : bucket.asBlocking().tryConsume(1, left, waiting);
            return taken ? new Turn() : null;
        } finally {
            if (!taken) {
                turns.release();
            }
        }
    }

    /** The gateway says that it was too fast after all: somebody else asks for the same instance. */
    void backOff() {
        pausedUntil = time.currentTimeNanos() + nextPause.toNanos();
        var doubled = nextPause.multipliedBy(2);
        nextPause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    }

    void goOn() {
        nextPause = FIRST_PAUSE;
    }
}
