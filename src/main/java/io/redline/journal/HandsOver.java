package io.redline.journal;

import java.util.Map;

import io.redline.account.Account;

/** Where what a journal told goes: the way of a notification. */
@FunctionalInterface
interface HandsOver {

    /**
     * Hand a notification over.
     *
     * @param readAt UNIX milliseconds, when the journal was read
     * @param backfill whether it was found in old history
     * @return whether it was kept as something that is known
     * @throws io.redline.database.StoreUnavailable if it could not be kept
     */
    boolean handOver(Account account, Map<String, Object> notification, long readAt, boolean backfill);
}
