package io.redline.console;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

/** How fast counters rise, over the last minute in which somebody looked. Threadsafe. */
@Singleton
class Rates {

    private static final long WINDOW = Duration.ofMinutes(1).toNanos();
    private static final long APART = Duration.ofSeconds(2).toNanos();

    private final Map<String, Deque<Seen>> all = new ConcurrentHashMap<>();

    private record Seen(long at, long count) {
    }

    /** A minute's worth of what a counter counts now; {@code null} while that is not known. */
    @Nullable
    Long perMinute(String counter, long count) {
        var now = System.nanoTime();
        var seen = all.computeIfAbsent(counter, name -> new ArrayDeque<>());
        synchronized (seen) {
            while (!seen.isEmpty() && now - seen.peekFirst().at() > WINDOW) {
                seen.removeFirst();
            }
            if (seen.isEmpty() || now - seen.peekLast().at() > APART) {
                seen.addLast(new Seen(now, count));
            }
            var first = seen.peekFirst();
            return now - first.at() < APART
                    ? null
                    : Math.round((count - first.count()) * (double) WINDOW / (now - first
                            .at()));
        }
    }
}
