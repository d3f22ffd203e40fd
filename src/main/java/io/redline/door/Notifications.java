package io.redline.door;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import jakarta.inject.Singleton;

import io.redline.account.Account;
import io.redline.account.Gateway;
import io.redline.event.Source;
import io.redline.outbox.Intake;

/**
 * The notifications in what a gateway sent at once. Where there can be several each comes in by itself: what nobody can read
 * does not stand in the way of the others, and is kept, shown and translated again alone. Threadsafe.
 */
@Singleton
class Notifications {

    /** Tests in which days pass have one of their own. */
    volatile Clock clock = Clock.systemUTC();

    private final Map<String, AtomicLong> received = new ConcurrentHashMap<>();

    /** Whether a gateway can send several at once. */
    static boolean canBeSeveral(Account account) {
        return account.kind() == Gateway.AITU;
    }

    /** All there are in what was sent, in their order. */
    List<Intake> in(Account account, Source source, byte[] sent) {
        if (!canBeSeveral(account)) {
            return List.of(new Intake(account, source, clock.millis(), sent));
        }
        return Updates.of(sent).notifications().stream()
                .map(one -> new Intake(account, source, receivedAt(account), one)).toList();
    }

    /** Never the same millisecond twice, and never an earlier one: what has no time is ordered by when it was received. */
    private long receivedAt(Account account) {
        return received.computeIfAbsent(account.name(), name -> new AtomicLong())
                .updateAndGet(before -> Math.max(before + 1, clock.millis()));
    }
}
