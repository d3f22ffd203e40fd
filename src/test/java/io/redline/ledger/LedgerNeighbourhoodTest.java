package io.redline.ledger;

import static io.redline.ledger.Histories.START;
import static io.redline.ledger.Histories.history;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.redline.account.ConfiguredAccounts;
import io.redline.database.Database;
import io.redline.database.Stores;

/** What has to be looked at when something new is told: the histories in which once too little was. */
class LedgerNeighbourhoodTest {

    private static final String API_ID = String.valueOf(START);
    private static final String PHONE_ID = String.valueOf((START + 1_000 << 16) + 7);

    @TempDir
    Path folder;

    private Database database;

    @BeforeEach
    void open() {
        database = Stores.sqlite(folder.resolve("redline.db"));
    }

    @Test
    void aliasOfAnAlias() throws SQLException {
        oneByOne(history().chatAlias("b", "a").chatAlias("c", "b").posted("M", "x").in("c"));
        oneByOne(history().posted("M", "x").in("c").chatAlias("c", "b").chatAlias("b", "a"));
    }

    @Test
    void aliasOfAChatWhoseMessagesStandUnderItsOtherAlias() throws SQLException {
        oneByOne(history().posted("M", "x").in("b").chatAlias("b", "c").chatAlias("b", "a"));
    }

    /** Until the alias was known, it was taken for that of another chat with the same id. */
    @Test
    void aliasOfAHiddenChatWhoseMessageStandsInAnother() throws SQLException {
        oneByOne(
                history().posted("M", "x").in("b@c.us").edited("M", "E", "y").in("a@lid").chatAlias("a@lid", "c@c.us"));
    }

    @Test
    void aliasThatClosesACircle() throws SQLException {
        oneByOne(history().posted("M", "x").in("a").chatAlias("a", "b").chatAlias("b", "a"));
    }

    @Test
    void aliasInOneBatchWithWhatItMoves() throws SQLException {
        atOnce(history().posted("M", "x").in("b").chatAlias("b", "a"));
    }

    @Test
    void statusWithoutIdIsNoMessage() throws SQLException {
        oneByOne(history().status(null, "sent").dated(null));
    }

    @Test
    void editWithTheIdOfItsTargetAndWithoutTime() throws SQLException {
        oneByOne(history().posted("M", "x").edited("M", "E", "y").dated(null).edited("E", "E", null).dated(null));
    }

    @Test
    void reactionNamesTheOtherMaxId() throws SQLException {
        oneByOne(history().posted(API_ID, "x").onMax().byApi().reacted(PHONE_ID, "R", "+").at(9));
    }

    @Test
    void maxIdsInChatsThatAreOne() throws SQLException {
        oneByOne(history().chatAlias("b", "a").posted(API_ID, "x").onMax().byApi().in("b")
                .edited(PHONE_ID, "E", "y").onMax().at(9).in("b"));
        oneByOne(history().posted(API_ID, "x").onMax().byApi().in("a").edited(PHONE_ID, "E", "y").onMax().at(9)
                .in("b").chatAlias("b", "a"));
    }

    @Test
    void secondMessageThatFitsAMaxIdLeavesNoneBound() throws SQLException {
        oneByOne(history().edited(PHONE_ID, "E", "y").onMax().at(9).posted(API_ID, "x").onMax().byApi()
                .posted(String.valueOf(START + 500), "z").at(0.5).onMax().byApi());
    }

    @Test
    void telegramMessageKeepsWhatNamesItUnderItsNewId() throws SQLException {
        oneByOne(history().posted("7", "x").onTelegram().posted("1007", "x").onTelegram().readInJournalAt(90)
                .afterAuthorisation(1).edited("1007", "E1", "y").at(95).onTelegram().edited("7", "E2", "z").at(99)
                .onTelegram());
    }

    @Test
    void secondTelegramMessageThatIsLikeAnOldEntryLeavesNoneBound() throws SQLException {
        oneByOne(history().posted("7", "x").onTelegram().posted("1007", "x").onTelegram().readInJournalAt(90)
                .afterAuthorisation(1).posted("8", "x").onTelegram());
    }

    @Test
    void statusWithoutChatOfADeleteWithoutChat() throws SQLException {
        oneByOne(history().status("D", "failed").withoutChat().deleted("M", "D").at(1).withoutChat()
                .posted("M", "x").outgoing());
    }

    @Test
    void chatMayHaveMoreMessagesThanAStatementParameters() throws SQLException {
        var history = history();
        for (int i = 0; i < 8_500; i++) {
            history.posted("M" + i, null).in("b");
        }
        var told = history.tellings();
        var accounts = ConfiguredAccounts.of("many");
        var account = accounts.find("many").orElseThrow();
        var ledger = new Ledger(database, accounts, "keep");
        for (int from = 0; from < told.size(); from += 500) {
            var batch = told.subList(from, from + 500).stream().map(telling -> new Submission(account,
                    telling.event(), telling.source(), telling.receivedAt(), null, List.<String>of())).toList();
            database.write(connection -> ledger.record(connection, batch));
        }
        var alias = history().chatAlias("b", "a").tellings().get(0);

        var recorded = database.write(connection -> ledger.record(connection, List.of(new Submission(account,
                alias.event(), alias.source(), alias.receivedAt(), null, List.of()))));

        assertThat(recorded.get(0).changes()).as("each is gone there and is here").hasSize(17_000);
    }

    private void oneByOne(Histories history) throws SQLException {
        LedgerConvergencePropertyTest.converges(database, history.tellings().stream().map(List::of).toList());
    }

    private void atOnce(Histories history) throws SQLException {
        LedgerConvergencePropertyTest.converges(database, List.of(history.tellings()));
    }
}
