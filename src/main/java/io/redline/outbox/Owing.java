package io.redline.outbox;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

import io.redline.database.Database;
import io.redline.database.Rows;
import io.redline.event.Event;
import io.redline.ledger.Endpoints;
import io.redline.ledger.Positions;
import io.redline.ledger.Recorded;
import io.redline.ledger.Recorded.Novelty;
import io.redline.ledger.Submission;

/** Writes down what is owed to whom, in the transaction that records what it is owed for. */
@Singleton
class Owing {

    private final Database database;
    /** Who gets every notification as it came. */
    private final Set<String> forwarded;

    Owing(Database database, @ConfigProperty(name = "redline.route.notifications") String notifications) {
        this.database = database;
        this.forwarded = Endpoints.parse(notifications);
    }

    /** Owe each endpoint what concerns it; what it is owed already, it is owed once. */
    void owe(Connection connection, List<Submission> submissions, List<Recorded> recorded) throws SQLException {
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
        var ids = new Positions(connection, database.dialect()).next(rows.size()).iterator();
        rows.forEach(row -> row[0] = ids.next());
        Rows.batch(connection,
                "insert into delivery (id, endpoint, change_id, notification_id, account_id, chat, state,"
                        + " next_at, last_error, created_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing",
                rows);
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
