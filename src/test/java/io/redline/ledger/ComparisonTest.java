package io.redline.ledger;

import static io.redline.ledger.Histories.CHAT;
import static io.redline.ledger.Histories.history;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.redline.account.Account;
import io.redline.account.ConfiguredAccounts;
import io.redline.database.Database;
import io.redline.database.Dialect;
import io.redline.database.Stores;
import io.redline.event.Reading;
import io.redline.event.Reading.Kind;
import io.redline.event.Source;
import io.redline.ledger.Comparison.Look;
import io.redline.ledger.Comparison.Missing;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/** What of a journal the ledger does not know is found by one query, on both stores. */
class ComparisonTest {

    private static EmbeddedPostgres server;

    @TempDir
    Path folder;
    private Account account;
    private Ledger ledger;
    private Comparison comparison;
    private Database database;

    private void open(Dialect dialect) throws IOException {
        if (dialect == Dialect.SQLITE) {
            database = Stores.sqlite(folder.resolve("redline.db"));
        } else {
            if (server == null) {
                server = EmbeddedPostgres.start();
            }
            database = Stores.postgresql(server.getPostgresDatabase());
        }
        var accounts = ConfiguredAccounts.of("a" + System.nanoTime());
        account = accounts.all().iterator().next();
        ledger = new Ledger(database, accounts, "keep");
        comparison = new Comparison(database, ledger);
    }

    @AfterAll
    static void stop() throws IOException {
        if (server != null) {
            server.close();
        }
    }

    private void record(Histories history) throws SQLException {
        var submissions = history.tellings().stream().map(telling -> new Submission(account, telling.event(),
                telling.source(), telling.receivedAt(), null, List.of())).toList();
        database.write(connection -> ledger.record(connection, submissions));
    }

    private static Reading message(String id, String text, String edit, String delete, String status) {
        return new Reading(Kind.MESSAGE, CHAT, id, Histories.START, text, edit, delete, "", status);
    }

    private List<Integer> suspicious(Reading... readings) {
        return comparison.look(account, List.of(readings), 0).suspicions().stream().map(one -> one.index()).sorted()
                .toList();
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void onlyWhatMayDifferIsSuspicious(Dialect dialect) throws Exception {
        open(dialect);
        record(history().posted("M", "a").outgoing().status("M", "delivered").edited("M", "E", "says \"text\":").at(1)
                .deleted("M", "D").at(2).posted("N", "n").edited("N", "F", null).at(1)
                .reacted("M", "R", "+").posted("O", "o").edited("O", "G1", "p").at(1).edited("O", "G2", "q").at(1)
                .posted("S", "s").edited("S", "H", "x").dated(null).readInJournalAt(9).status("P", "sent")
                .edited("M2", "X", null).at(1).edited("Q", "Y", "said \"text\":1").at(3));

        assertThat(suspicious(message("M", "b", "E", "", "delivered"), message("M", null, "", "D", "sent"),
                new Reading(Kind.DELETE, CHAT, "M", null, null, "", "D", "", ""),
                new Reading(Kind.EDIT, CHAT, "M", null, null, "E", "", "", ""),
                new Reading(Kind.EDIT, CHAT, "O", null, null, "G1", "", "", ""),
                new Reading(Kind.REACTION, CHAT, "M", null, null, "", "", "R", ""), message("M", null, "", "", "odd")))
                .isEmpty();
        assertThat(suspicious(message("new", null, "", "", ""), message("M", null, "E9", "", ""),
                message("M", null, "", "D9", ""), message("M", null, "", "", "read"), message("P", null, "", "", ""),
                new Reading(Kind.REACTION, CHAT, "M", null, null, "", "", "R9", ""),
                new Reading(Kind.DELETE, CHAT, "M", null, null, "", "D9", "", "")))
                .containsExactly(0, 1, 2, 3, 4, 5, 6);
        assertThat(suspicious(message("N", "x", "F", "", ""))).as("an edit whose text was not told").hasSize(1);
        assertThat(suspicious(message("S", "x", "H", "", ""))).as("an edit known from a journal").hasSize(1);
        assertThat(suspicious(message("O", "q", "G2", "", ""))).as("one of several edits").hasSize(1);
        assertThat(suspicious(new Reading(Kind.MESSAGE, "other", "M", null, null, "", "", "", ""))).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void messagesWithoutAnOriginalAreFoundOnce(Dialect dialect) throws Exception {
        open(dialect);
        record(history().posted("M", "a").edited("M", "E", "b").at(1).edited("E", "E2", "c").at(2)
                .edited("gone", "F", "x").at(1).deleted("gone", "D").at(2).deleted("chatless", "D2").withoutChat());

        var look = comparison.look(account, List.of(), 0);
        assertThat(look.missing()).containsExactly(new Missing(CHAT, "gone"));
        assertThat(look.looked()).isPositive();
        assertThat(comparison.look(account, List.of(), look.looked())).isEqualTo(
                new Look(List.of(), List.of(), look.looked()));
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void whatIsKnownOfAMessageIsPutTogether(Dialect dialect) throws Exception {
        open(dialect);
        record(history().posted("M", "a").outgoing().status("M", "delivered").edited("M", "E2", "c").at(1)
                .edited("M", "E1", null).dated(null).readInJournalAt(5).edited("E2", "E3", "d").at(9)
                .deleted("M", "D").at(20).toldBy(Source.JOURNAL));

        var known = comparison.known(account, List.of(message("M", null, "", "", ""), message("?", null, "", "", "")));
        assertThat(known.get(0).edits()).extracting(Known.Edit::eventId).containsExactly("E1", "E2", "E3");
        assertThat(known.get(0).edits()).extracting(Known.Edit::announced).containsExactly(false, true, true);
        assertThat(known.get(0)).returns("a", Known::postedText).returns("d", Known::text)
                .returns("delivered", Known::status).returns(true, Known::original);
        assertThat(known.get(0).deletes()).containsExactly("D");
        assertThat(known.get(0).isBehind("read")).isTrue();
        assertThat(known.get(0).isBehind("sent")).isFalse();
        assertThat(known.get(1)).isEqualTo(Known.NOTHING);
    }

    /** What one id is taken for may change when another message becomes known, in which nobody looks again. */
    @ParameterizedTest
    @EnumSource(Dialect.class)
    void whatIsKnownByAGuessOnlyIsToldByItsOwnName(Dialect dialect) throws Exception {
        open(dialect);
        var api = String.valueOf(Histories.START);
        var client = String.valueOf((Histories.START + 1_000) << 16);
        record(history().posted(api, "a").onMax().byApi().edited(client, "E", "b").onMax().at(3).status(client, "read")
                .posted("M", "a").outgoing().deleted("M", "D").withoutChat()
                .posted("old", "a").onTelegram().outgoing().dated(Histories.START + 60_000).status("old", "read")
                .posted("new", "a").onTelegram().outgoing().dated(Histories.START + 60_000).afterAuthorisation(1)
                .toldBy(Source.JOURNAL));

        var known = comparison.known(account, List.of(message(api, "b", "E", "", "sent"),
                message("M", null, "", "D", ""), message("new", "a", "", "", "sent"),
                message("old", "a", "", "", "sent")));
        assertThat(known.get(0)).returns(true, Known::original).returns(List.of(), Known::edits)
                .returns(true, one -> one.isBehind("sent"));
        assertThat(known.get(1)).returns(true, Known::original).returns(Set.of(), Known::deletes);
        assertThat(known.get(2)).returns(true, Known::original).returns(true, one -> one.isBehind("sent"));
        assertThat(known.get(3)).returns(false, one -> one.isBehind("read"));
    }
}
