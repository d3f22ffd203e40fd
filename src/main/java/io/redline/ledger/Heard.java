package io.redline.ledger;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;

import io.redline.account.Account;
import io.redline.database.Pipeline;
import io.redline.database.Table;
import io.redline.database.Table.Column;
import io.redline.event.Source;

/**
 * Notes when we last heard of an account by a notification, to the second: so that an account that is told of all the time has
 * its row written once a second, and not for each. Threadsafe.
 */
final class Heard {

    private static final long APART = 1_000;

    private final Map<Long, Long> noted = new ConcurrentHashMap<>();

    void note(Pipeline pipeline, Collection<Submission> batch, ToLongFunction<Account> ids) {
        Map<Long, Long> newest = new TreeMap<>();
        for (var submission : batch) {
            if (submission.source() == Source.WEBHOOK || submission.source() == Source.QUEUE) {
                newest.merge(ids.applyAsLong(submission.account()), submission.receivedAt(), Math::max);
            }
        }
        newest.entrySet().removeIf(one -> one.getValue() < noted.getOrDefault(one.getKey(), 0L) + APART);
        if (newest.isEmpty()) {
            return;
        }
        var rows = new Table(Column.NUMBER, Column.NUMBER);
        newest.forEach(rows::add);
        // Another replica may have heard of it later.
        pipeline.tell("with named (id, at) as (" + Table.query(pipeline.dialect(), Column.NUMBER, Column.NUMBER)
                + ") update account set heard_at = named.at from named where account.id = named.id"
                + " and coalesce(account.heard_at, 0) < named.at", rows);
        // If this is rolled back it is out by as much as if it had come within the second.
        noted.putAll(newest);
    }
}
