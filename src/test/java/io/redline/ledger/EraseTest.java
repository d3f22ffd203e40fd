package io.redline.ledger;

import static io.redline.ledger.Histories.OTHER_CHAT;
import static io.redline.ledger.Histories.history;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.redline.account.Account;
import io.redline.account.Accounts;
import io.redline.account.ConfiguredAccounts;
import io.redline.database.Database;
import io.redline.database.Rows;
import io.redline.database.Stores;
import io.redline.event.Event;
import io.redline.event.EventJson;
import io.redline.ledger.Recorded.Novelty;

/** With {@code redline.ledger.on-delete=erase}, what people wrote goes with the message. */
class EraseTest {

    private static final String SECRET = "the secret";
    private static final String KEPT = "something else";

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
        ledger = new Ledger(database, accounts, "erase");
    }

    @Test
    void nothingOfADeletedMessageIsLeft() throws SQLException {
        recordOneByOne(secretHistory());

        assertThat(everything()).noneMatch(text -> text.contains(SECRET));
    }

    @Test
    void nothingIsLeftHoweverItIsBatched() throws SQLException {
        record(secretHistory());

        assertThat(everything()).noneMatch(text -> text.contains(SECRET));
    }

    @Test
    void nothingIsLeftInAnyOrder() throws SQLException {
        for (int seed = 0; seed < 60; seed++) {
            accounts = ConfiguredAccounts.of("a" + seed);
            account = accounts.find("a" + seed).orElseThrow();
            ledger = new Ledger(database, accounts, "erase");
            var random = new Random(seed);
            var told = new ArrayList<>(secretHistory().tellings());
            Collections.shuffle(told, random);
            while (!told.isEmpty()) {
                var batch = told.subList(0, Math.min(told.size(), 1 + random.nextInt(3)));
                record(List.copyOf(batch));
                batch.clear();
            }

            assertThat(everything()).as("seed %d", seed).noneMatch(text -> text.contains(SECRET));
        }
    }

    @Test
    void lateFactsAreStoredWithoutText() throws SQLException {
        recordOneByOne(history().posted("M", SECRET).deleted("M", "D").at(5));
        recordOneByOne(history().edited("M", "E", SECRET).at(2).posted("M", SECRET).with("url", SECRET)
                .readInJournalAt(60));

        assertThat(everything()).noneMatch(text -> text.contains(SECRET));
        var message = new LedgerReader(database, ledger, accounts).message(account, Histories.CHAT, "M").orElseThrow();
        assertThat(message).containsEntry("deleted", true).containsEntry("edited", true).containsEntry("text", null);
    }

    @Test
    void redeliveryOfWhatWasErasedIsARepeat() throws SQLException {
        var history = history().posted("M", SECRET).deleted("M", "D").at(5);
        recordOneByOne(history);

        assertThat(record(history)).extracting(Recorded::novelty).containsOnly(Novelty.REPEAT);
        assertThat(everything()).noneMatch(text -> text.contains(SECRET));
    }

    @Test
    void notificationsOfRepliesThatQuoteItAreGoneButNotTheReplies() throws SQLException {
        record(List.of(history().posted("M", SECRET).tellings().get(0)));
        record(history().posted("R", KEPT).at(1).replyingTo("M").tellings(), "quoting " + SECRET);
        record(history().deleted("M", "D").at(2).tellings());
        record(history().posted("S", KEPT).at(3).replyingTo("M").tellings(), "quoting " + SECRET);
        record(history().posted("T", KEPT).at(4).tellings(), "quoting nothing");

        assertThat(everything()).noneMatch(text -> text.contains(SECRET));
        assertThat(everything()).contains("quoting nothing");
        var reader = new LedgerReader(database, ledger, accounts);
        for (var reply : List.of("R", "S", "T")) {
            assertThat(reader.message(account, Histories.CHAT, reply).orElseThrow()).containsEntry("text", KEPT);
        }
    }

    @Test
    void messageWithTheSameIdInAnotherChatKeepsItsText() throws SQLException {
        recordOneByOne(history().posted("M", SECRET).posted("M", KEPT).in(OTHER_CHAT).deleted("M", "D").at(2)
                .edited("M", "E", "later").at(3).in(OTHER_CHAT));

        assertThat(everything()).noneMatch(text -> text.contains(SECRET));
        var other = new LedgerReader(database, ledger, accounts).message(account, OTHER_CHAT, "M").orElseThrow();
        assertThat(other).containsEntry("text", "later");
        assertThat(other.get("versions").toString()).contains(KEPT);
        assertThat(everything()).anyMatch(text -> text.contains(KEPT));
    }

    @Test
    void lateFactOfAMessageThatOnlyHasTheSameIdKeepsItsText() throws SQLException {
        recordOneByOne(history().posted("M", SECRET).deleted("M", "D").at(2).posted("M", KEPT).at(3).in(OTHER_CHAT));

        assertThat(new LedgerReader(database, ledger, accounts).message(account, OTHER_CHAT, "M").orElseThrow())
                .containsEntry("text", KEPT);
    }

    /** A message that was known under other ids and in another chat before it was known to be one. */
    private static Histories secretHistory() {
        return history().edited("E1", "E2", SECRET + " 2").at(3).in("1@lid")
                .edited("M", "E1", SECRET + " 1").at(2).in("1@lid")
                .posted("M", SECRET).at(1).with("fileName", SECRET).in("1@c.us").outgoing()
                .chatAlias("1@lid", "1@c.us")
                .posted("M", SECRET).at(1).in("1@c.us").readInJournalAt(60)
                .posted("R", KEPT).at(4).replyingTo("M").in("1@c.us")
                .deleted("E2", "D").at(5).withoutChat();
    }

    private void recordOneByOne(Histories history) throws SQLException {
        for (var telling : history.tellings()) {
            record(List.of(telling));
        }
    }

    private List<Recorded> record(Histories history) throws SQLException {
        return record(history.tellings());
    }

    /** Notifications hold what their event says; a reply quotes the secret. */
    private List<Recorded> record(List<Telling> told) throws SQLException {
        return record(told.stream().map(telling -> submission(telling, EventJson.write(telling.event())
                + (telling.event() instanceof Event.Posted posted && posted.replyTo() != null ? SECRET : ""))));
    }

    private List<Recorded> record(List<Telling> told, String notification) throws SQLException {
        return record(told.stream().map(telling -> submission(telling, notification)));
    }

    private List<Recorded> record(Stream<Submission> told) throws SQLException {
        var batch = told.toList();
        return database.write(connection -> ledger.record(connection, batch));
    }

    private Submission submission(Telling telling, String notification) {
        return new Submission(account, telling.event(), telling.source(), telling.receivedAt(),
                notification.getBytes(StandardCharsets.UTF_8), List.of("log"));
    }

    /** Whatever the store has kept as text or bytes. */
    private List<String> everything() {
        return database.read(connection -> Rows.query(connection, "select tellings from event"
                + " union all select cast(body as text) from notification union all select data from change",
                row -> row.getString(1)));
    }
}
