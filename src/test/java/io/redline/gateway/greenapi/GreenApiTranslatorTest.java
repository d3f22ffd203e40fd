package io.redline.gateway.greenapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.redline.event.Chat;
import io.redline.event.Direction;
import io.redline.event.Event;
import io.redline.event.Person;
import io.redline.event.Unreadable;

class GreenApiTranslatorTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ENVELOPE = """
            "instanceData":{"idInstance":1101000001,"wid":"79990001122@c.us","typeInstance":"whatsapp"},
            "timestamp":1738566656,"idMessage":"3U28","senderData":{"chatId":"71234567890@c.us","chatName":"John",
            "sender":"71234567890@c.us","senderName":"John D."}""";

    private final GreenApiTranslator translator = new GreenApiTranslator();

    /** Parsed as the route does it: by Jackson, into maps. */
    private static Map<?, ?> json(String json) {
        try {
            return JSON.readValue(json, Map.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("The test's own JSON is wrong.", e);
        }
    }

    private static Map<?, ?> incoming(String messageData) {
        return message("incomingMessageReceived", messageData);
    }

    private static Map<?, ?> message(String typeWebhook, String messageData) {
        return json("{\"typeWebhook\":\"%s\",%s,\"messageData\":%s}".formatted(typeWebhook, ENVELOPE, messageData));
    }

    private static Map<?, ?> max(String idMessage, String timestamp) {
        return json("""
                {"typeWebhook":"incomingMessageReceived","instanceData":{"idInstance":310000000012,"typeInstance":"v3"},
                "timestamp":%s,"idMessage":%s,"senderData":{"chatId":"-69308615655644"},
                "messageData":{"typeMessage":"textMessage","textMessageData":{"textMessage":"hi"}}}"""
                .formatted(timestamp, idMessage));
    }

    private Event.Posted posted(Map<?, ?> notification) {
        return (Event.Posted) translator.posted(notification);
    }

    private Event.Edited edited(Map<?, ?> notification) {
        return (Event.Edited) translator.edited(notification);
    }

    @Nested
    class Posted {

        @Test
        void a_text_with_all_that_is_told_of_it() {
            var event = posted(incoming("""
                    {"typeMessage":"textMessage","textMessageData":{"textMessage":"hello"}}"""));

            assertThat(event).isEqualTo(new Event.Posted("1101000001", "whatsapp", 1_738_566_656_000L,
                    new Chat("71234567890@c.us", "John", "71234567890"), "3U28", Direction.INCOMING,
                    new Person("71234567890@c.us", "John D."), "text", "hello", null, null, null, null));
        }

        @ParameterizedTest
        @CsvSource({"textMessage, text", "extendedTextMessage, text", "quotedMessage, text", "imageMessage, image",
                "videoMessage, video", "documentMessage, document", "audioMessage, audio", "stickerMessage, sticker",
                "locationMessage, location", "contactMessage, contact", "contactsArrayMessage, contact",
                "pollMessage, poll", "groupInviteMessage, invite", "buttonsMessage, buttons",
                "buttonsResponseMessage, buttons", "listMessage, buttons", "listResponseMessage, buttons",
                "templateMessage, buttons", "templateButtonsReplyMessage, buttons",
                "templateButtonReplyMessage, buttons", "interactiveButtons, buttons",
                "interactiveButtonsReply, buttons"})
        void its_type_follows_from_typeMessage(String typeMessage, String type) {
            assertThat(posted(incoming("{\"typeMessage\":\"%s\"}".formatted(typeMessage))).type()).isEqualTo(type);
        }

        @Test
        void the_caption_of_a_file_is_its_text_and_the_file_its_media() {
            var event = posted(incoming("""
                    {"typeMessage":"imageMessage","fileMessageData":{"downloadUrl":"https://files.example/1","fileName":"",
                    "caption":"look","mimeType":"image/jpeg","jpegThumbnail":"/9j/4AAQ"}}"""));

            assertThat(event.text()).isEqualTo("look");
            assertThat(event.media()).isEqualTo(Map.of("url", "https://files.example/1", "mimeType", "image/jpeg"));
        }

        @Test
        void a_poll_is_its_question_and_options() {
            var event = posted(incoming("""
                    {"typeMessage":"pollMessage","pollMessageData":{"name":"When?","options":[{"optionName":"Now"}],
                    "multipleAnswers":false}}"""));

            assertThat(event.text()).isEqualTo("When?");
            assertThat(event.media()).isEqualTo(
                    Map.of("options", List.of(Map.of("optionName", "Now")), "multipleAnswers", false));
        }

        @ParameterizedTest
        @ValueSource(strings = {
                """
                        {"typeMessage":"imageMessage","quotedMessage":{"stanzaId":"ROOT"}}""",
                """
                        {"typeMessage":"quotedMessage","extendedTextMessageData":{"text":"yes","stanzaId":"ROOT"}}""",
                """
                        {"typeMessage":"imageMessage","fileMessageData":{"caption":"yes","stanzaId":"ROOT"}}""",
                """
                        {"typeMessage":"listResponseMessage","listResponseMessage":{"title":"One","stanzaId":"ROOT"}}"""})
        void what_it_replies_to_stands_in_one_of_several_places(String messageData) {
            assertThat(posted(incoming(messageData)).replyTo()).isEqualTo("ROOT");
        }

        @Test
        void of_several_replies_told_the_quoted_message_has_the_word() {
            assertThat(posted(incoming("""
                    {"typeMessage":"extendedTextMessage","quotedMessage":{"stanzaId":"A"},
                    "extendedTextMessageData":{"text":"yes","stanzaId":"B"}}""")).replyTo()).isEqualTo("A");
        }

        @Test
        void without_a_chat_or_an_id_it_cannot_be_read() {
            assertThatThrownBy(() -> translator.posted(
                    json("""
                    {"typeWebhook":"incomingMessageReceived","idMessage":"A","messageData":{"typeMessage":"textMessage"}}""")))
                    .isInstanceOf(Unreadable.class).hasMessageContaining("senderData.chatId");
            assertThatThrownBy(() -> translator.posted(json("""
                    {"typeWebhook":"incomingMessageReceived","senderData":{"chatId":"1@c.us"},"idMessage":" "}""")))
                    .isInstanceOf(Unreadable.class).hasMessageContaining("idMessage");
        }

        @ParameterizedTest
        @CsvSource({"incomingMessageReceived, INCOMING, ", "outgoingMessageReceived, OUTGOING, false",
                "outgoingAPIMessageReceived, OUTGOING, true"})
        void the_type_of_the_webhook_tells_direction_and_way(String typeWebhook, Direction direction, Boolean byApi) {
            var event = posted(message(typeWebhook, "{\"typeMessage\":\"textMessage\"}"));

            assertThat(event.direction()).isEqualTo(direction);
            assertThat(event.byApi()).isEqualTo(byApi);
        }

        @Test
        void what_has_another_shape_is_unknown_not_an_error() {
            var event = posted(json("""
                    {"typeWebhook":["x"],"instanceData":"none","timestamp":{},"idMessage":"A","messageData":[1],
                    "senderData":{"chatId":"120363@g.us","chatName":7,"sender":null,"senderName":""}}"""));

            assertThat(event).isEqualTo(new Event.Posted(null, null, null, new Chat("120363@g.us", "7", null), "A",
                    null, null, null, null, null, null, null, null));
        }
    }

    @Nested
    class Ids {

        @ParameterizedTest
        @ValueSource(strings = {"115689763107266127", "\"115689763107266127\"", "99999999999999999999999"})
        void beyond_what_a_double_holds_stay_as_they_are(String id) {
            var event = posted(max(id, "1765285691"));

            assertThat(event.messageId()).isEqualTo(id.replace("\"", ""));
            assertThat(event.instance()).isEqualTo("310000000012");
            assertThat(event.messenger()).isEqualTo("max");
            assertThat(event.chat()).isEqualTo(new Chat("-69308615655644", null, null));
        }

        @Test
        void of_the_original_stay_as_they_are() {
            var event = edited(incoming(
                    """
                    {"typeMessage":"editedMessage","editedMessageData":{"textMessage":"x","stanzaId":115689763107266127}}"""));

            assertThat(event.target()).isEqualTo("115689763107266127");
        }
    }

    @Nested
    class Times {

        @Test
        void come_from_a_long_max_id_where_it_agrees_with_the_timestamp() {
            var millis = 115689763107266127L >> 16;
            assertThat(millis).isEqualTo(1_765_285_691_944L);

            assertThat(posted(max("115689763107266127", "1765285691")).at()).isEqualTo(millis);
            assertThat(posted(max("115689763107266127", "1765285690")).at()).isEqualTo(millis);
            assertThat(posted(max("115689763107266127", "1765285693")).at()).isEqualTo(millis);
        }

        @ParameterizedTest
        @ValueSource(longs = {1_765_285_689L, 1_765_285_694L, 1L})
        void do_not_come_from_a_max_id_that_is_more_than_two_seconds_off(long timestamp) {
            assertThat(posted(max("115689763107266127", String.valueOf(timestamp))).at()).isEqualTo(timestamp * 1000);
        }

        @Test
        void do_not_come_from_a_short_max_id_nor_from_the_id_alone_nor_from_other_messengers() {
            assertThat(posted(max("1771505123778", "1771505123")).at()).isEqualTo(1_771_505_123_000L);
            assertThat(posted(max("115689763107266127", "null")).at()).isNull();
            assertThat(posted(json("""
                    {"typeWebhook":"incomingMessageReceived","instanceData":{"typeInstance":"whatsapp"},
                    "timestamp":1765285691,"idMessage":"115689763107266127","senderData":{"chatId":"1@c.us"}}""")).at())
                    .isEqualTo(1_765_285_691_000L);
        }

        @Test
        void may_be_missing() {
            var event = edited(json("""
                    {"typeWebhook":"incomingMessageReceived","idMessage":"E",
                    "messageData":{"editedMessageData":{"stanzaId":"M","textMessage":"x"}}}"""));

            assertThat(event.at()).isNull();
        }

        @ParameterizedTest
        @CsvSource({"4102444800, 4102444800000", "-1, -1000", "0, 0", "'\"1738566656\"', 1738566656000",
                "9223372036854775807, 9223372036854775807", "-9223372036854775808, -9223372036854775808",
                "99999999999999999999999999, 9223372036854775807"})
        void are_given_on_as_claimed_whatever_they_are(String timestamp, long at) {
            assertThat(posted(max("\"A\"", timestamp)).at()).isEqualTo(at);
        }

        @ParameterizedTest
        @ValueSource(strings = {"1738566656.5", "\"yesterday\"", "\"\"", "true", "[]"})
        void that_are_no_whole_number_are_unknown(String timestamp) {
            assertThat(posted(max("\"A\"", timestamp)).at()).isNull();
        }
    }

    @Nested
    class Edited {

        @Test
        void names_the_original_and_itself() {
            var event = edited(incoming("""
                    {"typeMessage":"editedMessage","editedMessageData":{"textMessage":"new","stanzaId":"3PEAD8"}}"""));

            assertThat(event).isEqualTo(new Event.Edited("1101000001", "whatsapp", 1_738_566_656_000L,
                    new Chat("71234567890@c.us", "John", "71234567890"), "3PEAD8", "3U28", Direction.INCOMING,
                    new Person("71234567890@c.us", "John D."), "new", null, null));
        }

        @ParameterizedTest
        @CsvSource(nullValues = "-", value = {"'\"textMessage\":\"a\",\"caption\":\"b\",', a",
                "'\"caption\":\"b\",', b",
                "'\"textMessage\":null,\"caption\":\"b\",', b", "'\"textMessage\":\"\",', ''", "'', -"})
        void its_text_is_the_new_text_or_else_the_new_caption(String members, String text) {
            assertThat(edited(incoming("""
                    {"typeMessage":"editedMessage","editedMessageData":{%s"stanzaId":"M"}}""".formatted(members)))
                    .text()).isEqualTo(text);
        }

        @ParameterizedTest
        @ValueSource(strings = {"{\"typeMessage\":\"editedMessage\"}",
                "{\"typeMessage\":\"editedMessage\",\"editedMessageData\":{}}",
                "{\"typeMessage\":\"editedMessage\",\"editedMessageData\":null}",
                "{\"typeMessage\":\"editedMessage\",\"editedMessageData\":{\"textMessage\":\"new\",\"stanzaId\":\"\"}}"})
        void without_its_original_it_cannot_be_read(String messageData) {
            assertThatThrownBy(() -> edited(incoming(messageData))).isInstanceOf(Unreadable.class)
                    .hasMessageContaining("stanzaId").hasMessageNotContaining("new");
        }

        @Test
        void without_an_id_of_its_own_it_is_known_by_what_it_says() {
            var once = edited(anonymous("1"));
            var again = edited(anonymous("1"));
            var other = edited(anonymous("2"));

            assertThat(once.eventId()).startsWith("sha256-").isEqualTo(again.eventId())
                    .isNotEqualTo(other.eventId());
        }

        private static Map<?, ?> anonymous(String text) {
            return json("""
                    {"typeWebhook":"incomingMessageReceived",
                    "messageData":{"editedMessageData":{"stanzaId":"M","textMessage":"%s"}}}""".formatted(text));
        }

        @ParameterizedTest
        @CsvSource(nullValues = "-", value = {"79990001122@c.us, OUTGOING", "71234567890@c.us, INCOMING", "-, -"})
        void under_the_name_of_a_setting_the_writer_tells_the_direction(String sender, Direction direction) {
            var notification = json("""
                    {"typeWebhook":"editedMessageWebhook","instanceData":{"wid":"79990001122@c.us"},"idMessage":"E",
                    "senderData":{"chatId":"71234567890@c.us","sender":%s},
                    "messageData":{"editedMessageData":{"stanzaId":"M","textMessage":"x"}}}"""
                    .formatted(sender == null ? "null" : "\"" + sender + "\""));

            assertThat(edited(notification).direction()).isEqualTo(direction);
        }
    }

    @Nested
    class Deleted {

        @Test
        void of_ones_own_message_may_come_without_senderData() {
            var event = (Event.Deleted) translator.deleted(json("""
                    {"typeWebhook":"outgoingMessageReceived","instanceData":{"idInstance":1,"typeInstance":"telegram"},
                    "timestamp":1738566656,"idMessage":"D",
                    "messageData":{"typeMessage":"deletedMessage","deletedMessageData":{"stanzaId":"M"}}}"""));

            assertThat(event).isEqualTo(new Event.Deleted("1", "telegram", 1_738_566_656_000L, null, "M", "D",
                    Direction.OUTGOING, null));
            assertThat(event.key().chat()).isEmpty();
        }

        @Test
        void without_its_original_it_cannot_be_read() {
            assertThatThrownBy(() -> translator.deleted(incoming("{\"typeMessage\":\"deletedMessage\"}")))
                    .isInstanceOf(Unreadable.class).hasMessageContaining("stanzaId");
        }
    }

    @Nested
    class Status {

        private Event.Status status(String members) {
            return (Event.Status) translator.status(json("""
                    {"typeWebhook":"outgoingMessageStatus","instanceData":{"idInstance":1,"typeInstance":"v3"},
                    "timestamp":1738566656%s}""".formatted(members)));
        }

        @Test
        void of_a_failure_carries_the_gateways_description() {
            var event = status("""
                    ,"chatId":"71234567890@c.us","idMessage":"E","status":"failed","sendByApi":true,
                    "description":"15 minute editing time gap has been expired\"""");

            assertThat(event).isEqualTo(new Event.Status("1", "max", 1_738_566_656_000L,
                    new Chat("71234567890@c.us", null, "71234567890"), "E", "failed",
                    "15 minute editing time gap has been expired", null, true));
        }

        @Test
        void may_be_empty_and_need_not_say_how_it_was_sent() {
            var empty = status(",\"chatId\":\"1@g.us\",\"idMessage\":\"M\",\"status\":\"\"");

            assertThat(empty.status()).isEmpty();
            assertThat(empty.byApi()).isNull();
            assertThat(empty.description()).isNull();
            assertThat(status(",\"idMessage\":\"M\"").status()).isEmpty();
        }

        @Test
        void may_be_about_no_message_in_particular() {
            var event = status(",\"chatId\":\"1@g.us\",\"status\":\"noAccount\"");

            assertThat(event.target()).isNull();
            assertThat(event.key().target()).hasSize(64);
        }

        @Test
        void of_a_long_max_id_has_the_status_own_time() {
            assertThat(status(",\"idMessage\":115689763107266127,\"status\":\"read\"").at())
                    .isEqualTo(1_738_566_656_000L);
        }
    }

    @Nested
    class Reactions {

        @Test
        void name_what_they_are_about_and_may_be_taken_back() {
            var reaction = (Event.Reaction) translator.reaction(incoming("""
                    {"typeMessage":"reactionMessage","extendedTextMessageData":{"text":"👍"},
                    "quotedMessage":{"stanzaId":"M"}}"""));
            var takenBack = (Event.Reaction) translator.reaction(incoming(
                    """
                    {"typeMessage":"reactionMessage","extendedTextMessageData":{"text":""},"quotedMessage":{"stanzaId":"M"}}"""));

            assertThat(reaction.target()).isEqualTo("M");
            assertThat(reaction.eventId()).isEqualTo("3U28");
            assertThat(reaction.emoji()).isEqualTo("👍");
            assertThat(takenBack.emoji()).isEmpty();
        }

        @Test
        void in_a_poll_are_the_whole_tally() {
            var vote = (Event.Reaction) translator.pollVote(incoming("""
                    {"typeMessage":"pollUpdateMessage","pollMessageData":{"stanzaId":"P","name":"When?",
                    "votes":[{"optionName":"Now","optionVoters":["1@c.us"]},{"optionName":"Later"},{"odd":1}]}}"""));

            assertThat(vote.target()).isEqualTo("P");
            assertThat(vote.emoji()).isNull();
            assertThat(vote.votes()).isEqualTo(Map.of("Now", List.of("1@c.us"), "Later", List.of()));
        }

        @Test
        void about_nothing_cannot_be_read() {
            assertThatThrownBy(() -> translator.reaction(incoming("{\"typeMessage\":\"reactionMessage\"}")))
                    .isInstanceOf(Unreadable.class);
            assertThatThrownBy(() -> translator.pollVote(incoming("{\"typeMessage\":\"pollUpdateMessage\"}")))
                    .isInstanceOf(Unreadable.class);
        }
    }

    @Nested
    class OfNoMessage {

        @ParameterizedTest
        @CsvSource(nullValues = "-", value = {
                "'{\"typeWebhook\":\"stateInstanceChanged\",\"stateInstance\":\"authorized\"}', state, authorized",
                "'{\"typeWebhook\":\"statusInstanceChanged\",\"statusInstance\":\"offline\"}', connection, offline",
                "'{\"typeWebhook\":\"deviceInfo\",\"deviceData\":{\"battery\":5}}', device, -",
                "'{\"typeWebhook\":\"quotaExceeded\",\"quotaData\":{\"status\":\"FULL\",\"used\":3}}', quota, FULL"})
        void the_account_tells_of_itself(String notification, String aspect, String state) {
            var event = (Event.AccountState) translator.accountState(json(notification));

            assertThat(event.aspect()).isEqualTo(aspect);
            assertThat(event.state()).isEqualTo(state);
            assertThat(event.at()).isNull();
        }

        @Test
        void a_call_is_told_apart_by_its_state() {
            var call = (Event.Call) translator.call(
                    json("""
                    {"typeWebhook":"incomingCall","from":"71234567890@c.us","idMessage":"C","status":"offer","isVideo":true}"""));

            assertThat(call.direction()).isEqualTo(Direction.INCOMING);
            assertThat(call.key().variant()).isEqualTo("offer");
            assertThat(call.details()).isEqualTo(Map.of("isVideo", true));
        }

        @Test
        void a_block_needs_its_chat() {
            assertThat(((Event.ChatState) translator.chatState(json("""
                    {"typeWebhook":"incomingBlock","chatId":"71234567890@c.us","chatState":"blocked"}"""))).state())
                    .isEqualTo("blocked");
            assertThatThrownBy(() -> translator.chatState(json("{\"typeWebhook\":\"incomingBlock\"}")))
                    .isInstanceOf(Unreadable.class);
        }
    }
}
