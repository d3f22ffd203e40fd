package io.redline.ledger;

import static io.redline.ledger.Histories.CHAT;
import static io.redline.ledger.Histories.OTHER_CHAT;
import static io.redline.ledger.Histories.START;
import static io.redline.ledger.Histories.YEAR_2100;
import static io.redline.ledger.Histories.history;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.redline.account.Account;
import io.redline.account.Gateway;
import io.redline.event.Event;
import io.redline.event.EventKey;
import io.redline.event.Source;
import io.redline.ledger.MessageView.Original;
import io.redline.ledger.MessageView.Receipt;

/** The rules of the merge, each by its name. */
class MergeSpecialCasesTest {

    private static final String API_ID = String.valueOf(START);
    private static final String PHONE_ID = String.valueOf((START + 1_000 << 16) + 7);

    // What two tellings of one fact come to

    @Test
    void knownBeatsUnknownFieldByField() {
        var message = history().posted("M", null).by("peer", null).posted("M", "hello").toldBy(Source.JOURNAL)
                .with("url", "https://example.com/1").message("M");

        assertThat(message.text()).isEqualTo("hello");
        assertThat(message.sender().id()).isEqualTo("peer");
        assertThat(message.media()).isEqualTo(Map.of("url", "https://example.com/1"));
    }

    @Test
    void webhookBeatsJournalBeatsOurOwnObservation() {
        var journalFirst = history().posted("M", "observed").toldBy(Source.REDLINE).posted("M", "read")
                .toldBy(Source.JOURNAL);
        assertThat(journalFirst.message("M").text()).isEqualTo("read");
        assertThat(journalFirst.posted("M", "notified").message("M").text()).isEqualTo("notified");
    }

    @Test
    void queueIsAsGoodAsWebhook() {
        var early = history().posted("M", "b").at(5).toldBy(Source.WEBHOOK).posted("M", "a").at(4)
                .toldBy(Source.QUEUE);

        assertThat(early.message("M").text()).isEqualTo("a");
    }

    @Test
    void smallerTimeThenByteOrderDecideBetweenEqualSources() {
        assertThat(history().posted("M", "late").at(2).posted("M", "early").at(1).message("M").text())
                .isEqualTo("early");
        assertThat(history().posted("M", "b").posted("M", "a").message("M").text()).isEqualTo("a");
    }

    @Test
    void bothBodiesOfAConflictAreKept() {
        var facts = Histories.facts(history().posted("M", "one").posted("M", "other").tellings());

        assertThat(facts).singleElement().extracting(Fact::tellings).asInstanceOf(
                org.assertj.core.api.InstanceOfAssertFactories.LIST).hasSize(2);
    }

    @Test
    void repeatIsTheVeryFact() {
        var telling = history().posted("M", "hello").tellings().get(0);
        var fact = Fact.of(telling.event().key(), telling);

        assertThat(fact.with(telling)).isSameAs(fact);
        assertThat(fact.with(new Telling(Source.QUEUE, telling.receivedAt() + 5_000, telling.event()))).isSameAs(fact);
    }

    @Test
    void journalIsRememberedByItsLastReadingTheRestByItsFirst() {
        var journal = history().posted("M", "hello").readInJournalAt(60).tellings().get(0);
        var webhook = history().posted("M", "hello").heardAt(60).tellings().get(0);

        assertThat(journal.joined(new Telling(Source.JOURNAL, START + 90_000, journal.event())).receivedAt())
                .isEqualTo(START + 90_000);
        assertThat(webhook.joined(new Telling(Source.WEBHOOK, START + 90_000, webhook.event())).receivedAt())
                .isEqualTo(START + 60_000);
    }

    // Order

    /** Found by HistoriesTest: all in the second of the posting, where what has no time stands too. */
    @Test
    void editThatTheJournalNamesLastComesAfterOneThatItNamedBefore() {
        var message = history().posted("M", "y").at(0).edited("M", "E1", "z").dated(null).readInJournalAt(60)
                .edited("M", "E2", "x").at(0).edited("M", "E2", "x").dated(null).readInJournalAt(130).message("M");

        assertThat(message.text()).isEqualTo("x");
    }

    /** Found by HistoriesTest: an edit without a time stands at the posting, and so does one of that second. */
    @Test
    void editThatTheJournalNamesLastComesAfterOneWithoutATimeThatItMustHaveKnown() {
        var edits = history().posted("M", "y").at(0).edited("M", "E2", "z").dated(Histories.YEAR_2100).heardAt(1)
                .edited("M", "E1", "x").at(0).heardAt(16);
        assertThat(edits.message("M").text()).isEqualTo("z");

        assertThat(edits.edited("M", "E1", null).dated(null).readInJournalAt(120).message("M").text())
                .as("it may not have known that one").isEqualTo("z");
        assertThat(edits.edited("M", "E1", null).dated(null).readInJournalAt(121).message("M").text()).isEqualTo("x");
    }

    @Test
    void editsFollowTheirTimesNotTheirArrival() {
        var message = history().edited("M", "E2", "c").at(2).edited("M", "E1", "b").at(1).posted("M", "a")
                .message("M");

        assertThat(texts(message)).containsExactly("a", "b", "c");
        assertThat(message.text()).isEqualTo("c");
        assertThat(message.edited()).isTrue();
    }

    @Test
    void editsOfOneMomentFollowTheirIds() {
        var message = history().posted("M", "a").edited("M", "E2", "c").at(1).edited("M", "E1", "b").at(1)
                .message("M");

        assertThat(texts(message)).containsExactly("a", "b", "c");
    }

    @Test
    void dateIn2100IsDoubtfulAndDoesNotFreezeTheText() {
        var message = history().posted("M", "a").edited("M", "E1", "from 2100").dated(YEAR_2100)
                .edited("M", "E2", "b").at(1).message("M");

        assertThat(texts(message)).containsExactly("a", "from 2100", "b");
        assertThat(message.versions().get(1)).extracting(Version::doubtful, Version::at).containsExactly(true, null);
        assertThat(message.text()).isEqualTo("b");
    }

    @Test
    void dateBefore2009IsDoubtful() {
        var message = history().posted("M", "a").dated(1_000L).message("M");

        assertThat(message.sentAt()).isNull();
        assertThat(message.versions().get(0).doubtful()).isTrue();
    }

    @Test
    void fiveMinutesAheadOfOurClockCanStillBeTrue() {
        assertThat(history().posted("M", "a").at(300).heardAt(0).message("M").sentAt()).isEqualTo(START + 300_000);
        assertThat(history().posted("M", "a").at(301).heardAt(0).message("M").sentAt()).isNull();
    }

    @Test
    void tellingWithAKnownTimeBeatsADoubtfulOne() {
        var message = history().posted("M", "a").dated(YEAR_2100).posted("M", "a").at(3).toldBy(Source.JOURNAL)
                .message("M");

        assertThat(message.sentAt()).isEqualTo(START + 3_000);
        assertThat(message.versions().get(0).doubtful()).isFalse();
    }

    @Test
    void deleteBoundsEdits() {
        var message = history().posted("M", "a").edited("M", "E1", "b").at(1).deleted("M", "D").at(2)
                .edited("M", "E2", "c").at(3).message("M");

        assertThat(message.deleted()).isTrue();
        assertThat(message.text()).isEqualTo("b");
        assertThat(message.versions()).extracting(Version::eventId).containsExactly("M", "E1", "D", "E2");
        assertThat(message.versions()).extracting(Version::applied).containsExactly(true, true, true, false);
    }

    @Test
    void earliestOfManyDeletesCounts() {
        var message = history().posted("M", "a").deleted("M", "D2").at(9).edited("M", "E", "b").at(5)
                .deleted("M", "D1").at(4).message("M");

        assertThat(message.text()).isEqualTo("a");
        assertThat(message.versions()).extracting(Version::eventId).containsExactly("M", "D1", "E", "D2");
    }

    @Test
    void deleteOfUnknownTimeDoesNotMakeEditsLate() {
        for (var date : new Long[]{null, YEAR_2100}) {
            var message = history().posted("M", "a").deleted("M", "D").dated(date).edited("M", "E", "b").at(5)
                    .message("M");

            assertThat(message.deleted()).isTrue();
            assertThat(message.text()).isEqualTo("b");
        }
    }

    @Test
    void neighbouringEditsWithEqualTextAreOne() {
        var message = history().posted("M", "a").edited("M", "E1", "b").at(1).edited("M", "E2", "b").at(2)
                .message("M");

        assertThat(message.versions()).extracting(Version::eventId).containsExactly("M", "E1");
    }

    @Test
    void thereAndBackAndThereAgainAreThreeEdits() {
        var message = history().posted("M", "A").edited("M", "E", "B").at(1).variant("1")
                .edited("M", "E", "A").at(2).variant("2").edited("M", "E", "B").at(3).variant("3").message("M");

        assertThat(texts(message)).containsExactly("A", "B", "A", "B");
    }

    @Test
    void unknownTextNeverOverwritesAKnownOne() {
        var message = history().posted("M", "a").edited("M", "E1", "b").at(1).edited("M", "E2", null).at(2)
                .message("M");

        assertThat(message.text()).isEqualTo("b");
        assertThat(message.textKnown()).isFalse();
        assertThat(message.edited()).isTrue();
    }

    @Test
    void lastEditOfAJournalComesAfterWhatTheJournalMustHaveKnown() {
        var history = history().posted("M", "a").edited("M", "E1", "b").at(10)
                .edited("M", "E2", "c").dated(null).readInJournalAt(130);

        assertThat(texts(history.message("M"))).as("an edit 120 s before the reading").containsExactly("a", "b", "c");
    }

    @Test
    void lastEditOfAJournalComesBeforeWhatTheJournalMayHaveMissed() {
        var history = history().posted("M", "a").edited("M", "E1", "b").at(10.001)
                .edited("M", "E2", "c").dated(null).readInJournalAt(130);

        assertThat(texts(history.message("M"))).containsExactly("a", "c", "b");
    }

    @Test
    void newestReadingOfAJournalWins() {
        var history = history().posted("M", "a").edited("M", "E1", "b").at(10).edited("M", "E3", "d").dated(null)
                .readInJournalAt(200).edited("M", "E2", "c").dated(null).readInJournalAt(400);
        assertThat(history.message("M").text()).isEqualTo("c");

        assertThat(history.edited("M", "E3", "d").dated(null).readInJournalAt(600).message("M").text())
                .isEqualTo("d");
    }

    @Test
    void editKnownFromAJournalAloneFollowsThePosting() {
        var message = history().posted("M", "a").at(5).edited("M", "E", "b").dated(null).readInJournalAt(20)
                .message("M");

        assertThat(texts(message)).containsExactly("a", "b");
    }

    @Test
    void editsKnownFromAJournalAloneFollowItsReadings() {
        for (var ids : List.of(List.of("E1", "E2"), List.of("E2", "E1"))) {
            var message = history().posted("M", "a").edited("M", ids.get(1), "c").dated(null).readInJournalAt(40)
                    .edited("M", ids.get(0), "b").dated(null).readInJournalAt(20).message("M");

            assertThat(texts(message)).containsExactly("a", "b", "c");
        }
    }

    @Test
    void lastReadingOfAnEditHasTheWordOnItsText() {
        var message = history().posted("M", "a").edited("M", "E", "new").dated(null).readInJournalAt(60)
                .edited("M", "E", "b, which was still the old one").dated(null).readInJournalAt(20).message("M");

        assertThat(message.text()).isEqualTo("new");
        assertThat(message.versions()).hasSize(2);
    }

    @Test
    void textOfAnEditThatWasAnnouncedIsNotTheJournals() {
        var message = history().posted("M", "a").edited("M", "E", "new").at(10)
                .edited("M", "E", "a").dated(null).readInJournalAt(500).message("M");

        assertThat(message.text()).isEqualTo("new");
    }

    @Test
    void journalSaysInWhichOfTwoChatsADeleteHappened() {
        var history = history().posted("M", "a").outgoing().posted("M", "b").outgoing().in(OTHER_CHAT)
                .deleted("M", "D").at(30).withoutChat();
        assertThat(history.result().unresolved()).hasSize(1);

        history.deleted("M", "D").in(OTHER_CHAT).dated(null).readInJournalAt(60).edited("M", "E", "late").at(40)
                .in(OTHER_CHAT);
        assertThat(history.result().unresolved()).isEmpty();
        assertThat(history.message("M").deleted()).isFalse();
        assertThat(history.message(OTHER_CHAT, "M").deleted()).isTrue();
        assertThat(history.message(OTHER_CHAT, "M").text()).as("the delete has its time from the one without a chat")
                .isEqualTo("b");
    }

    @Test
    void editOfTheSecondOfTheDeleteWasFirst() {
        var message = history().posted("M", "a").deleted("M", "D").at(2).edited("M", "E", "b").at(2).message("M");
        assertThat(message.text()).isEqualTo("b");
        assertThat(message.deleted()).isTrue();
        assertThat(message.versions()).extracting(Version::eventId).containsExactly("M", "E", "D");
        assertThat(message.versions()).extracting(Version::applied).containsOnly(true);
    }

    @Test
    void journalOverrulesTheOneOutgoingMessageOfThatId() {
        var history = history().posted("M", "a").outgoing().deleted("M", "D").at(30).withoutChat();
        assertThat(history.message("M").deleted()).isTrue();

        history.deleted("M", "D").in(OTHER_CHAT).dated(null).readInJournalAt(60);
        assertThat(history.message("M").deleted()).isFalse();
    }

    // Special cases: the rows of the table

    @Test
    void editNamedByAnEditsIdBelongsToTheRoot() {
        var history = history().edited("E1", "E2", "c").at(2).edited("M", "E1", "b").at(1).posted("M", "a");

        assertThat(texts(history.message("M"))).containsExactly("a", "b", "c");
        assertThat(history.result().messages()).containsOnlyKeys(new Node(CHAT, "M"));
    }

    @Test
    void deleteNamedByAnEditsIdDeletesTheMessage() {
        var history = history().posted("M", "a").edited("M", "E1", "b").at(1).deleted("E1", "D").at(2);

        assertThat(history.message("M").deleted()).isTrue();
    }

    @Test
    void smallestIdIsTheRootOfACycle() {
        var result = history().edited("C", "B", "x").edited("B", "A", "y").edited("A", "C", "z").result();

        assertThat(result.messages()).containsOnlyKeys(new Node(CHAT, "A"));
        assertThat(result.root(new Node(CHAT, "C"))).isEqualTo(new Node(CHAT, "A"));
    }

    @Test
    void whatWasPostedIsNeverAnAlias() {
        var history = history().posted("M", "a").edited("M", "N", "b").at(1).posted("N", "c").status("N", "read");

        assertThat(history.result().messages()).containsOnlyKeys(new Node(CHAT, "M"), new Node(CHAT, "N"));
        assertThat(history.message("N").status().status()).isEqualTo("read");
        assertThat(history.message("M").text()).isEqualTo("b");
    }

    @Test
    void statusOfAnEditBelongsToTheEditNotToTheMessage() {
        var before = history().posted("M", "a").outgoing().status("E", "delivered").edited("M", "E", "b").at(1);
        var after = history().posted("M", "a").outgoing().edited("M", "E", "b").at(1).status("E", "delivered");

        assertThat(before.message("M")).isEqualTo(after.message("M"));
        assertThat(after.message("M").status()).isEqualTo(StatusLine.UNKNOWN);
        assertThat(after.message("M").versions().get(1).status()).isEqualTo("delivered");
    }

    @Test
    void placeholderOfStatusesAloneIsHidden() {
        var history = history().status("E", "sent");
        assertThat(history.message("E").hidden()).isTrue();
        assertThat(history.message("E").original()).isEqualTo(Original.MISSING);

        assertThat(history().edited("M", "E", "b").message("M").hidden()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"failed", "notInGroup", "noAccount"})
    void editOrDeleteThatFailedDoesNotCount(String failure) {
        var edit = history().posted("M", "a").outgoing().edited("M", "E", "b").at(1).status("E", failure)
                .described("why").message("M");
        assertThat(edit.text()).isEqualTo("a");
        assertThat(edit.edited()).isFalse();
        assertThat(edit.versions().get(1)).extracting(Version::applied, Version::status, Version::statusDescription)
                .containsExactly(false, failure, "why");

        var delete = history().posted("M", "a").outgoing().deleted("M", "D").at(1).status("D", failure)
                .edited("M", "E", "b").at(2).message("M");
        assertThat(delete.deleted()).isFalse();
        assertThat(delete.text()).isEqualTo("b");
    }

    @Test
    void statusesStandOnOneLineInAnyOrder() {
        var line = List.of("pending", "sent", "failed", "notInGroup", "noAccount", "delivered", "read", "played");
        for (int further = 1; further < line.size(); further++) {
            for (int less = 0; less < further; less++) {
                var one = history().posted("M", "a").status("M", line.get(less)).at(5).described("less")
                        .status("M", line.get(further)).at(1).described("further").message("M").status();
                var other = history().posted("M", "a").status("M", line.get(further)).at(1).described("further")
                        .status("M", line.get(less)).at(5).described("less").message("M").status();

                assertThat(one).isEqualTo(other)
                        .isEqualTo(new StatusLine(line.get(further), START + 1_000, "further"));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yellowCard"})
    void emptyOrUnknownStatusHasNoEffect(String word) {
        assertThat(history().posted("M", "a").status("M", "sent").status("M", word).at(9).message("M").status()
                .status()).isEqualTo("sent");
    }

    @Test
    void receiptsAreKeptByParticipantAndTheMessageHasTheMaximum() {
        var message = history().posted("M", "a").outgoing().status("M", "read").at(3).ofParticipant("ann")
                .status("M", "delivered").at(1).ofParticipant("ann").status("M", "delivered").at(2)
                .ofParticipant("bob").message("M");

        assertThat(message.receipts()).containsExactly(new Receipt("ann", "read", START + 3_000),
                new Receipt("bob", "delivered", START + 2_000));
        assertThat(message.status().status()).isEqualTo("read");
    }

    @Test
    void messageSeenInTwoChatsThatAreOneIsOneMessage() {
        var history = history().posted("M", "a").in("1@lid").edited("M", "E", "b").at(1).in("1@c.us")
                .chatAlias("1@lid", "1@c.us");

        assertThat(history.result().messages()).containsOnlyKeys(new Node("1@c.us", "M"));
        assertThat(texts(history.message("1@c.us", "M"))).containsExactly("a", "b");
    }

    @Test
    void aliasesOfAliasesLeadToOneChat() {
        var result = history().posted("M", "a").in("1").chatAlias("1", "2").chatAlias("2", "3").result();

        assertThat(result.messages()).containsOnlyKeys(new Node("3", "M"));
        assertThat(result.chat("1")).isEqualTo("3");
    }

    @Test
    void deleteWithoutChatBelongsToTheOneOutgoingMessageOfThatId() {
        var history = history().posted("M", "theirs").incoming().posted("M", "ours").in(OTHER_CHAT).outgoing()
                .deleted("M", "D").at(1).withoutChat();

        assertThat(history.message(OTHER_CHAT, "M").deleted()).isTrue();
        assertThat(history.message("M").deleted()).isFalse();
        assertThat(history.result().unresolved()).isEmpty();
    }

    @Test
    void deleteWithoutChatIsUnresolvedBetweenTwoOutgoingMessages() {
        var history = history().posted("M", "a").outgoing().deleted("M", "D").at(1).withoutChat();
        assertThat(history.message("M").deleted()).isTrue();

        history.posted("M", "b").in(OTHER_CHAT).outgoing();
        assertThat(history.message("M").deleted()).as("reconsidered").isFalse();
        assertThat(history.result().unresolved()).extracting(EventKey::eventId).containsExactly("D");
    }

    @Test
    void deleteWithoutChatBelongsWhereAJournalNamesIt() {
        var history = history().posted("M", "a").outgoing().posted("M", "b").in(OTHER_CHAT).outgoing()
                .deleted("M", "D").at(1).withoutChat()
                .deleted("M", "D").dated(null).in(OTHER_CHAT).readInJournalAt(60);

        assertThat(history.message(OTHER_CHAT, "M").deleted()).isTrue();
        assertThat(history.message("M").deleted()).isFalse();
        assertThat(history.result().unresolved()).isEmpty();
    }

    @Test
    void statusWithoutChatOfADeleteWithoutChatBelongsToThatDelete() {
        var message = history().posted("M", "a").outgoing().deleted("M", "D").at(1).withoutChat()
                .status("D", "failed").withoutChat().message("M");

        assertThat(message.deleted()).isFalse();
    }

    @Test
    void sentAtIsTheWebhooksElseTheSmallestOfTheJournals() {
        var history = history().posted("M", "a").at(9).readInJournalAt(20).posted("M", "a").at(7)
                .readInJournalAt(30).posted("M", "a").at(11).readInJournalAt(40);
        assertThat(history.message("M").sentAt()).isEqualTo(START + 7_000);

        assertThat(history.posted("M", "a").at(8).message("M").sentAt()).isEqualTo(START + 8_000);
    }

    @Test
    void maxMessageSentByApiAndEditedFromThePhoneIsOne() {
        var history = history().posted(API_ID, "a").onMax().byApi().edited(PHONE_ID, "E", "b").at(60).onMax();

        assertThat(texts(history.message(API_ID))).containsExactly("a", "b");
        assertThat(history.result().aliases()).containsEntry(new Node(CHAT, PHONE_ID), new Node(CHAT, API_ID));
    }

    @Test
    void statusUnderTheOtherMaxIdIsTheMessagesOwn() {
        var message = history().posted(API_ID, "a").onMax().byApi().status(PHONE_ID, "read").at(60).onMax()
                .message(API_ID);

        assertThat(message.status().status()).isEqualTo("read");
    }

    @Test
    void maxIdThatFitsTwoMessagesIsShownUnresolved() {
        var history = history().posted(API_ID, "a").onMax().byApi().edited(PHONE_ID, "E", "b").at(60).onMax()
                .posted(String.valueOf(START + 2_500), "c").at(2.5).onMax().byApi();

        assertThat(history.message(API_ID).edited()).isFalse();
        assertThat(history.message(PHONE_ID).original()).isEqualTo(Original.MISSING);
        assertThat(history.message(PHONE_ID).hidden()).isFalse();
    }

    @Test
    void maxIdIsNotBoundFartherThanTwoSecondsNorToWhatWasNotSentByApi() {
        assertThat(history().posted(API_ID, "a").at(-1.001).onMax().byApi().edited(PHONE_ID, "E", "b").at(60).onMax()
                .message(API_ID).edited()).isFalse();
        assertThat(history().posted(API_ID, "a").onMax().outgoing().edited(PHONE_ID, "E", "b").at(60).onMax()
                .message(API_ID).edited()).isFalse();
    }

    @Test
    void journalEntryUnderANewTelegramIdIsTheOldMessage() {
        var history = history().posted("7", "a").onTelegram().incoming().posted("1007", "a").onTelegram().incoming()
                .readInJournalAt(90).afterAuthorisation(1).edited("1007", "E", "b").at(99).onTelegram();

        assertThat(history.result().messages()).containsOnlyKeys(new Node(CHAT, "7"));
        assertThat(texts(history.message("7"))).containsExactly("a", "b");
    }

    /** The gateway lists the text that a message has by now, and of two that have the same one cannot tell which is which. */
    @Test
    void journalEntryUnderANewTelegramIdThatMayBeAnEditedMessageIsUnmatched() {
        var history = history().posted("7", "a").onTelegram().incoming().edited("7", "E", "b").at(9).onTelegram()
                .posted("8", "b").onTelegram().incoming()
                .posted("1007", "b").onTelegram().incoming().readInJournalAt(90).afterAuthorisation(1);

        assertThat(history.message("1007").original()).isEqualTo(Original.UNMATCHED);
        assertThat(texts(history.message("7"))).containsExactly("a", "b");
        assertThat(texts(history.message("8"))).containsExactly("b");
    }

    @Test
    void journalEntryUnderANewTelegramIdWithoutEqualIsUnmatched() {
        var history = history().posted("7", "a").onTelegram().incoming().posted("1007", "other").onTelegram()
                .incoming().readInJournalAt(90).afterAuthorisation(1);

        assertThat(history.message("1007").original()).isEqualTo(Original.UNMATCHED);
        assertThat(history.message("7").original()).isEqualTo(Original.KNOWN);
    }

    @Test
    void statusWithoutIdMakesNoMessage() {
        var result = history().status(null, "failed").result();

        assertThat(result.messages()).isEmpty();
        assertThat(result.unresolved()).isEmpty();
    }

    @Test
    void erasedMessageShowsNothingOfWhatWasWritten() {
        var message = history().posted("M", "a").with("fileName", "a.pdf").edited("M", "E", "b").at(1)
                .deleted("M", "D").at(2).resultErasing().messages().get(new Node(CHAT, "M"));

        assertThat(message.text()).isNull();
        assertThat(message.media()).isNull();
        assertThat(texts(message)).containsOnlyNulls().hasSize(3);
    }

    @Test
    void editsWithoutTimeFollowTheirReceipt() {
        var message = history().posted("M", "a").edited("M", "E1", "c").inOrderOfReceipt().heardAt(9)
                .edited("M", "E2", "b").inOrderOfReceipt().heardAt(5).message("M");

        assertThat(texts(message)).containsExactly("a", "b", "c");
    }

    // Identity

    @Test
    void editWithTheIdOfItsTargetIsTheSameEditOnAnotherDay() {
        var event = history().edited("M", "M", "b").dated(null).tellings().get(0).event();
        var account = new Account("a", Gateway.GREEN_API, "1");

        assertThat(new Submission(account, event, Source.WEBHOOK, START, null, List.of()).key())
                .isEqualTo(new Submission(account, event, Source.QUEUE, START + 86_400_000, null, List.of()).key());
    }

    @Test
    void callInTwoStatesIsTwoFacts() {
        var offer = call("offer");
        var hangUp = call("hangUp");

        assertThat(offer.key()).isNotEqualTo(hangUp.key());
    }

    private static Event call(String state) {
        return new Event.Call(null, START, null, "C", io.redline.event.Direction.INCOMING, state, Map.of());
    }

    private static List<String> texts(MessageView message) {
        var texts = new ArrayList<String>();
        message.versions().forEach(version -> texts.add(version.text()));
        return texts;
    }
}
