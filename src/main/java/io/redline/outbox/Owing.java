package io.redline.outbox;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

import io.redline.database.Pipeline;
import io.redline.database.Table;
import io.redline.database.Table.Column;
import io.redline.event.Event;
import io.redline.ledger.Endpoints;
import io.redline.ledger.Positions;
import io.redline.ledger.Recorded;
import io.redline.ledger.Recorded.Novelty;
import io.redline.ledger.Submission;

/** Writes down what is owed to whom, in the transaction that records what it is owed for. */
@Singleton
class Owing {

    /** Who gets every notification as it came. */
    private final Set<String> forwarded;

    Owing(@ConfigProperty(name = "redline.route.notifications") String notifications) {
        this.forwarded = Endpoints.parse(notifications);
    }

    /** How many deliveries there will be for events, about. */
    int likely(List<Submission> submissions) {
        return submissions.stream().mapToInt(one -> one.endpoints().size() + forwarded.size()).sum();
    }

    /** Owe each endpoint what concerns it; what it is owed already, it is owed once. */
    void owe(Pipeline pipeline, Positions positions, List<Submission> submissions, List<Recorded> recorded)
            throws SQLException {
        List<@Nullable Object[]> rows = new ArrayList<>();
        for (int i = 0; i < recorded.size(); i++) {
            var now = submissions.get(i).receivedAt();
            var one = recorded.get(i);
            for (var change : one.changes()) {
                for (var endpoint : change.endpoints()) {
                    rows.add(row(endpoint, change.id(), null, one.accountId(), change.chat(), "owed", null, now));
                }
                if (submissions.get(i).event() instanceof Event.Unrecognised unrecognised
                        && one.novelty() == Novelty.NEW) {
                    rows.add(row(Deliveries.TRANSLATOR, change.id(), one.notificationId(), one.accountId(),
                            change.chat(), "parked", unrecognised.reason(), now));
                }
            }
            if (one.notificationId() != null) {
                for (var endpoint : forwarded) {
                    // In the order of its account, whatever chat it is about: the receiver had it so before.
                    rows.add(row(endpoint, null, one.notificationId(), one.accountId(), "", "owed", null, now));
                }
            }
        }
        var ids = positions.next(rows.size()).iterator();
        var owed = new Table(Column.NUMBER, Column.TEXT, Column.NUMBER, Column.NUMBER, Column.NUMBER, Column.TEXT,
                Column.TEXT, Column.NUMBER, Column.TEXT, Column.NUMBER);
        for (var row : rows) {
            row[0] = ids.next();
            owed.add(row);
        }
        pipeline.insert(
                "delivery (id, endpoint, change_id, notification_id, account_id, chat, state, next_at, last_error,"
                        + " created_at)",
                owed, " on conflict do nothing");
    }

    private static @Nullable Object[] row(String endpoint, @Nullable Long changeId, @Nullable Long notificationId,
            long accountId, String chat, String state, @Nullable String error, long now) {
        return new @Nullable Object[]{null, endpoint, changeId, notificationId, accountId, chat, state, 0L, error, now};
    }

    /** Who was owed something just now. */
    Set<String> endpoints(List<Recorded> recorded) {
        var endpoints = new TreeSet<String>();
        for (var one : recorded) {
            one.changes().forEach(change -> endpoints.addAll(change.endpoints()));
            if (one.notificationId() != null) {
                endpoints.addAll(forwarded);
            }
        }
        return endpoints;
    }
}
