package io.redline.ledger;

import static io.redline.ledger.Histories.history;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.redline.account.Account;
import io.redline.account.Accounts;
import io.redline.account.ConfiguredAccounts;
import io.redline.database.Database;
import io.redline.database.Stores;
import io.redline.ledger.Recorded.Changed;
import io.redline.ledger.Recorded.Novelty;

/** What a journal told is told by a webhook afterwards, or the other way round: nobody hears of it twice. */
class ToldTwiceTest {

    @TempDir
    Path folder;

    private Database database;
    private Accounts accounts;
    private Account account;
    private Ledger ledger;

    @BeforeEach
    void open() {
        database = Stores.sqlite(folder.resolve("redline.db"));
        accounts = ConfiguredAccounts.of("a");
        account = accounts.find("a").orElseThrow();
        ledger = new Ledger(database, accounts, "keep");
    }

    private Recorded record(Telling telling, String... endpoints) throws SQLException {
        return database.write(connection -> ledger.record(connection, List.of(new Submission(account, telling.event(),
                telling.source(), telling.receivedAt(), null, List.of(endpoints))))).get(0);
    }

    private Map<String, Object> message() {
        return new LedgerReader(database, ledger, accounts).message(account, Histories.CHAT, "M").orElseThrow();
    }

    @SuppressWarnings("unchecked")
    private List<Map<String, Object>> versions() {
        return (List<Map<String, Object>>) message().get("versions");
    }

    @Test
    void aWebhookAfterTheJournalCompletesTheHistoryAndIsNoChange() throws SQLException {
        for (var telling : history().posted("M", "text").readInJournalAt(5).edited("M", "E", "new").dated(null)
                .readInJournalAt(5)
                .deleted("M", "D").dated(null).readInJournalAt(5).tellings()) {
            record(telling, "log");
        }
        var before = message();
        assertThat(before).containsEntry("revision", 3L);
        assertThat(versions().get(1)).containsEntry("at", null).containsEntry("source", "journal");

        for (var telling : history().posted("M", "text").edited("M", "E", "new").at(1).by("peer", "Peer")
                .deleted("M", "D").at(2).tellings()) {
            assertThat(record(telling, "log").novelty()).isEqualTo(Novelty.ENRICHED);
        }
        assertThat(message()).containsEntry("revision", before.get("revision"));
        assertThat(versions()).extracting(version -> version.get("source")).containsOnly("webhook");
        assertThat(versions().get(1)).containsEntry("by", "peer").doesNotContainEntry("at", null);
    }

    @Test
    void whatChangesTheMessageIsStillTold() throws SQLException {
        record(history().posted("M", "text").tellings().get(0), "log");
        record(history().edited("M", "E", null).dated(null).readInJournalAt(5).tellings().get(0), "log");
        assertThat(message()).containsEntry("textKnown", false).containsEntry("revision", 2L);

        var told = record(history().edited("M", "E", "new").at(1).tellings().get(0), "log");
        assertThat(told.changes()).hasSize(1);
        assertThat(message()).containsEntry("text", "new").containsEntry("revision", 3L);
    }

    @Test
    void whoeverDidNotHearOfItTheFirstTimeDoesNow() throws SQLException {
        var first = record(history().posted("M", "text").readInJournalAt(5).tellings().get(0), "log");
        var again = record(history().posted("M", "text").tellings().get(0), "log", "mail");
        assertThat(again.changes()).extracting(Changed::id)
                .isEqualTo(first.changes().stream().map(Changed::id).toList());
        assertThat(again.changes().get(0).endpoints()).containsExactly("log", "mail");
    }
}
