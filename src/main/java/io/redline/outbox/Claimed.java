package io.redline.outbox;

import java.util.Comparator;

import org.jspecify.annotations.Nullable;

/**
 * One delivery, claimed under a lease.
 *
 * @param lease names the lease; whoever claims it later has another one
 * @param account the name of its account
 * @param chat the order key within the account
 * @param event our own number of the event
 * @param attempts how many there have been
 * @param failingFor milliseconds since it failed first; 0 if it never did
 * @param suspendedFor milliseconds since its chat was suspended; {@code null} if it is not
 * @param revision of the message; {@code null} for a notification as it came
 * @param size of the change or the notification, in bytes
 * @param change JSON; {@code null} for a notification
 * @param notification as it came; {@code null} for a change
 */
record Claimed(long id, String lease, long accountId, String account, String chat, String event, int attempts,
        boolean replay,
        long failingFor, @Nullable Long suspendedFor, @Nullable Long revision, long size, @Nullable String change,
        byte @Nullable [] notification) {

    /** What keeps its order. */
    record Lane(long accountId, String chat) implements Comparable<Lane> {

        @Override
        public int compareTo(Lane other) {
            return Comparator.comparingLong(Lane::accountId).thenComparing(Lane::chat).compare(this, other);
        }
    }

    /** The same, with its content. */
    Claimed with(@Nullable String change, byte @Nullable [] notification) {
        return new Claimed(id, lease, accountId, account, chat, event, attempts, replay, failingFor, suspendedFor,
                revision, size, change, notification);
    }

    Lane lane() {
        return new Lane(accountId, chat);
    }

    boolean isProbe() {
        return suspendedFor != null;
    }
}
