package io.redline.outbox;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

import io.redline.outbox.Claimed.Lane;

/**
 * Whether an endpoint as a whole fails, and so is asked by one probe at a time, instead of by every chat. It opens when
 * several chats failed in a row and none got through, or when nobody was there several times in a row, which is no chat's
 * fault; and closes with the first that gets through. Threadsafe; times are milliseconds of any one clock that only goes forward.
 */
final class Circuit {

    private static final int FAILURES = 5;
    private static final int CHATS = 3;
    /** Asking once a minute harms nobody, and what waits need not wait longer once the endpoint is back. */
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final long shortest;
    private final long longest;
    private final Set<Lane> failing = new HashSet<>();
    private int failures;
    private int unreached;
    private long delay;
    private long notBefore;
    private boolean open;
    private boolean probing;

    /**
     * @param shortest before the first probe; doubled for each further one
     * @param longest between two probes, if that is less than a minute
     */
    Circuit(Duration shortest, Duration longest) {
        this.shortest = Math.max(1, shortest.toMillis());
        this.longest = Math.max(this.shortest, Math.min(longest.toMillis(), LONGEST.toMillis()));
    }

    /** How many deliveries may begin now, of so many that could. */
    synchronized int allows(int wanted, long now) {
        if (now < notBefore || open && probing) {
            return 0;
        }
        return open ? Math.min(wanted, 1) : wanted;
    }

    /** The one delivery that {@link #allows} let through an open circuit begins. */
    synchronized void probe() {
        probing = open;
    }

    /** A delivery that was about to begin did not. */
    synchronized void abandoned() {
        probing = false;
    }

    /** Whether deliveries that have not begun should be given back. */
    synchronized boolean isClosed(long now) {
        return !open && now >= notBefore;
    }

    /** The endpoint answered, whatever it said. */
    synchronized boolean answered() {
        var closes = open;
        open = false;
        probing = false;
        failures = 0;
        unreached = 0;
        failing.clear();
        return closes;
    }

    /**
     * An attempt failed.
     *
     * @param reached whether there was somebody who could have taken it
     * @return whether it is to be blamed on the delivery; else on the endpoint
     */
    synchronized boolean failed(Lane lane, boolean reached, long now) {
        if (open) {
            // Others that began before it opened may fail still; only the probe's failure says anything new.
            if (probing) {
                probing = false;
                delay = Math.min(delay * 2, longest);
                notBefore = Math.max(notBefore, now + delay);
            }
            return false;
        }
        failures++;
        unreached = reached ? 0 : unreached + 1;
        failing.add(lane);
        if (unreached < FAILURES && (failures < FAILURES || failing.size() < CHATS)) {
            return true;
        }
        open = true;
        delay = shortest;
        notBefore = Math.max(notBefore, now + delay);
        return false;
    }

    /** The endpoint asks not to be asked before. */
    synchronized void holdUntil(long time) {
        probing = false;
        notBefore = Math.max(notBefore, time);
    }

    synchronized boolean isOpen() {
        return open;
    }
}
