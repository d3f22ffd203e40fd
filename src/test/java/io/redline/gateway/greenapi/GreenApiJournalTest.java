package io.redline.gateway.greenapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.fasterxml.jackson.databind.ObjectMapper;

import io.redline.event.Direction;
import io.redline.event.Event;
import io.redline.event.Reading;
import io.redline.event.Reading.Kind;
import io.redline.gateway.Entry;

/** What the entries of journals, as they were captured, say; and that the translator reads what is made of them. */
class GreenApiJournalTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final GreenApiJournal journal = new GreenApiJournal("1101000001");
    private final GreenApiTranslator translator = new GreenApiTranslator();

    private static List<Entry> entries(String name) throws IOException {
        try (var file = GreenApiJournalTest.class.getResourceAsStream("/green-api/not-webhooks/" + name + ".json")) {
            assertThat(file).as(name).isNotNull();
            return GreenApiJournal.entries(JSON.readValue(file, Object.class), Direction.INCOMING);
        }
    }

    private static Entry entry(Map<String, ?> members) {
        return GreenApiJournal.entries(List.of(members), Direction.INCOMING).get(0);
    }

    @Test
    void editedMessage_saysWhatItSaysNow() throws Exception {
        var entry = entries("whatsapp-journal-incoming-edited").get(0);

        assertThat(entry.reading()).isEqualTo(new Reading(Kind.MESSAGE, "70000000012@c.us", "3ABB6C1B73334C9741F4",
                1739539803000L, "Hello!", "3AC57AE5BB0784C80047", "", "", ""));
        var posted = (Event.Posted) translator.posted(journal.posted(entry, null));
        assertThat(posted.text()).as("nobody knows what it said before").isNull();
        assertThat(posted).returns("text", Event.Posted::type).returns(1739539803000L, Event.Posted::at)
                .returns("whatsapp", Event.Posted::messenger).returns("1101000001", Event.Posted::instance)
                .returns(Direction.INCOMING, Event.Posted::direction).returns(null, Event.Posted::epoch);
        assertThat(posted.sender().name()).isEqualTo("Vasilisa the Wise");
        var edited = (Event.Edited) translator.edited(journal.edited(entry, "Hello!"));
        assertThat(edited).returns("3AC57AE5BB0784C80047", Event.Edited::eventId)
                .returns("3ABB6C1B73334C9741F4", Event.Edited::target).returns("Hello!", Event.Edited::text)
                .returns(null, Event.Edited::at);
        assertThat(((Event.Edited) translator.edited(journal.edited(entry, null))).text()).isNull();
    }

    @Test
    void deletedMessage_keepsItsTextAndHasAnEntryOfItsOwn() throws Exception {
        var entry = entries("whatsapp-journal-outgoing-deleted").get(0);
        assertThat(entry.reading()).returns("7863F3285595F3A296FEF8C6C386871F", Reading::deleteId)
                .returns("read", Reading::status).returns("", Reading::editId);
        assertThat(((Event.Posted) translator.posted(journal.posted(entry, null))).text()).isEqualTo("Hello!");
        assertThat((Event.Deleted) translator.deleted(journal.deleted(entry))).returns(null, Event.Deleted::at)
                .returns("E4E0E381ACE74B5845437A8F0E365D75", Event.Deleted::target);
        assertThat((Event.Status) translator.status(journal.status(entry))).returns("read", Event.Status::status)
                .returns(true, Event.Status::byApi).returns(null, Event.Status::at);

        var own = entries("whatsapp-chat-history-deleted-message-entry-live").get(0);
        assertThat(own.reading()).returns(Kind.DELETE, Reading::kind)
                .returns("3EB0A3E800A4A0EDF3378D", Reading::messageId)
                .returns("3EB05EB68C2E587AAB4729", Reading::deleteId);
        assertThat((Event.Deleted) translator.deleted(journal.deleted(own)))
                .returns(1765736093000L, Event.Deleted::at).returns("3EB0A3E800A4A0EDF3378D", Event.Deleted::target);
    }

    @Test
    void entryOfAnEdit_hasItsTime() {
        var entry = entry(Map.of("type", "outgoing", "idMessage", "E", "timestamp", 1765736093, "typeMessage",
                "editedMessage", "chatId", "1@c.us", "editedMessageData", Map.of("caption", "new", "stanzaId", "M")));

        assertThat((Event.Edited) translator.edited(journal.edited(entry, entry.reading().text())))
                .returns("M", Event.Edited::target).returns("new", Event.Edited::text)
                .returns(1765736093000L, Event.Edited::at).returns(Direction.OUTGOING, Event.Edited::direction);
    }

    @Test
    void editWithoutId_isKnownByWhatItSays() {
        var one = entry(Map.of("idMessage", "M", "typeMessage", "textMessage", "chatId", "1@c.us", "textMessage", "b",
                "isEdited", true, "editedMessageId", ""));
        var other = entry(Map.of("idMessage", "M", "typeMessage", "textMessage", "chatId", "1@c.us", "textMessage",
                "c", "isEdited", true));
        assertThat(one.reading().editId()).startsWith("journal-").isNotEqualTo(other.reading().editId());
    }

    /** The same event, whoever tells it, in all that makes it the same. */
    @ParameterizedTest
    @ValueSource(strings = {"whatsapp-last-outgoing-messages-edit-delete-live", "max-chat-history-live",
            "max-last-outgoing-messages-live", "whatsapp-chat-history-2021", "whatsapp-last-incoming-messages-2021",
            "whatsapp-chat-history-edited-but-old-text-live", "max-journal-incoming-text-live",
            "whatsapp-journal-outgoing-contact-live", "whatsapp-journal-outgoing-location-with-quote-live",
            "whatsapp-journal-outgoing-poll-with-empty-quote-live", "whatsapp-journal-video-reply-live",
            "whatsapp-message-edited-and-deleted-live", "whatsapp-message-incoming-group"})
    void everyCapturedEntryCanBeTold(String name) throws Exception {
        var entries = entries(name);
        assertThat(entries).isNotEmpty().allSatisfy(entry -> {
            var reading = entry.reading();
            assertThat(reading.at()).isNotNull();
            if (reading.kind() == Kind.MESSAGE) {
                var posted = (Event.Posted) translator.posted(journal.posted(entry, 3));
                assertThat(posted.messageId()).isEqualTo(reading.messageId());
                assertThat(posted.chat().id()).isEqualTo(reading.chatId());
                assertThat(posted.type()).isNotEqualTo("buttons");
                assertThat(posted.epoch()).isEqualTo(3);
                assertThat(posted.direction()).isEqualTo(entry.direction());
                assertThat(posted.text() != null || posted.media() != null || !reading.editId().isEmpty()).isTrue();
            } else {
                assertThat(translator.deleted(journal.deleted(entry)).key().eventId()).isEqualTo(reading.deleteId());
            }
        });
    }

    @Test
    void mediaAndQuotesAreCarriedOver() throws Exception {
        var video = (Event.Posted) translator.posted(journal.posted(entries("whatsapp-journal-video-reply-live").get(0),
                null));
        assertThat(video).returns("video", Event.Posted::type).returns("3EB0B9FEE955240B40016A", Event.Posted::replyTo)
                .returns(true, Event.Posted::byApi);
        var place = (Event.Posted) translator.posted(journal.posted(
                entries("whatsapp-journal-outgoing-location-with-quote-live").get(0), null));
        assertThat(place.media()).containsEntry("latitude", 53.908522);
        var poll = (Event.Posted) translator.posted(journal.posted(
                entries("whatsapp-journal-outgoing-poll-with-empty-quote-live").get(0), null));
        assertThat(poll.text()).isNotBlank();
        assertThat(poll.media()).containsKey("options");
    }

    @Test
    void reactionsAndVotesAreNoMessages() {
        var entry = entry(Map.of("type", "incoming", "idMessage", "R", "timestamp", 1765736093, "typeMessage",
                "reactionMessage", "chatId", "1@c.us", "extendedTextMessage", Map.of("text", "👍"), "quotedMessage",
                Map.of("stanzaId", "M")));
        assertThat(entry.reading()).returns(Kind.REACTION, Reading::kind).returns("M", Reading::messageId)
                .returns("R", Reading::reactionId);
        assertThat((Event.Reaction) translator.reaction(journal.reaction(entry))).returns("👍", Event.Reaction::emoji)
                .returns("R", Event.Reaction::eventId);
    }

    @Test
    void whatIsNoEntryIsPassedOver() {
        assertThat(GreenApiJournal.entries(null, Direction.INCOMING)).isEmpty();
        assertThat(GreenApiJournal.entries(List.of("x", Map.of("chatId", "1"), Map.of("idMessage", "1"), Map.of(
                "chatId", "1", "idMessage", "1", "typeMessage", "deletedMessage")), Direction.INCOMING)).isEmpty();
    }
}
