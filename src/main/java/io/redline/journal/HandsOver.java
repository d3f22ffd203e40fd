package io.redline.journal;

import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.redline.account.Account;

/** Where what a journal told goes: the way of a notification. */
@FunctionalInterface
interface HandsOver {

    /**
     * Hand a notification over: what is handed over later is kept later. It may be kept together with others, so nobody should
     * wait for each by itself.
     *
     * @param readAt UNIX milliseconds, when the journal was read
     * @param backfill whether it was found in old history
     * @return whether it was kept as something that is known; or {@link io.redline.database.StoreUnavailable}, if it could not
     *         be kept
     */
    CompletableFuture<Boolean> handOver(Account account, Map<String, Object> notification, long readAt,
            boolean backfill);
}
