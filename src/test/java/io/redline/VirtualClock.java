package io.redline;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that goes on only when it is told to. Threadsafe. */
public final class VirtualClock extends Clock {

    /** 2023-11-14T22:13:20Z. */
    public static final long START = 1_700_000_000_000L;

    private volatile long now = START;

    public synchronized void pass(Duration time) {
        now += time.toMillis();
    }

    @Override
    public long millis() {
        return now;
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(now);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
