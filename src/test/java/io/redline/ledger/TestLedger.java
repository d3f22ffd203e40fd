package io.redline.ledger;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.redline.account.Account;
import io.redline.account.Accounts;
import io.redline.database.Database;
import io.redline.event.Event;
import io.redline.event.Source;

/** A ledger without the rest of the service, for tests of other packages. */
public final class TestLedger {

    private final Database database;
    private final Accounts accounts;
    private final Ledger ledger;

    public TestLedger(Database database, Accounts accounts) {
        this(database, accounts, "keep");
    }

    /** @param onDelete as redline.ledger.on-delete */
    public TestLedger(Database database, Accounts accounts, String onDelete) {
        this.database = database;
        this.accounts = accounts;
        this.ledger = new Ledger(database, accounts, onDelete);
    }

    public Ledger ledger() {
        return ledger;
    }

    public Comparison comparison() {
        return new Comparison(database, ledger);
    }

    /** Record events that were announced, many at once. */
    public void record(Account account, List<Event> events, long receivedAt) {
        try {
            for (int from = 0; from < events.size(); from += 1_000) {
                var part = events.subList(from, Math.min(events.size(), from + 1_000)).stream()
                        .map(event -> new Submission(account, event, Source.WEBHOOK, receivedAt, null, List.of()))
                        .toList();
                database.write(connection -> ledger.record(connection, part));
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** Record an event as the outbox does. */
    public void record(Account account, Event event, Source source, long receivedAt) {
        try {
            database.write(connection -> ledger.record(connection,
                    List.of(new Submission(account, event, source, receivedAt, null, List.of("log")))));
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** Every message that is shown. */
    public List<Map<String, Object>> messages(Account account) {
        var reader = new LedgerReader(database, ledger, accounts);
        List<Map<String, Object>> all = new ArrayList<>();
        for (var chat : reader.chats(account, 100, 0)) {
            all.addAll(reader.messages(account, (String) chat.get("id"), 500, null).items());
        }
        return all;
    }
}
