package io.redline.gateway.aitu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.redline.event.Chat;
import io.redline.event.Direction;
import io.redline.event.Event;
import io.redline.event.EventJson;
import io.redline.event.Person;
import io.redline.event.Unreadable;

class AituTranslatorTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BOT = "804d1bbd-901f-470a-b1b8-1859277a7803";
    private static final String USER = "ba017bae-e3e8-11e8-b418-7a609eaf8200";
    private static final String MESSAGE = "18600f06-0448-11ea-ab3f-d6e38872fb41";
    private static final long SENT = 1_573_451_828_132L;
    private static final String DIALOG = "\"dialog\":{\"type\":\"USER\",\"id\":\"" + USER + "\"}";

    private final AituTranslator translator = new AituTranslator();

    /** Parsed as the route does it: by Jackson, into maps. */
    private static Map<?, ?> json(String json) {
        try {
            return JSON.readValue(json, Map.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("The test's own JSON is wrong.", e);
        }
    }

    /** The first update of a file of src/test/resources/aitu. */
    private static Map<?, ?> update(String sample) {
        try (var file = AituTranslatorTest.class.getResourceAsStream("/aitu/" + sample + ".json")) {
            return (Map<?, ?>) ((List<?>) JSON.readValue(file, Map.class).get("updates")).get(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Event.Posted posted(String more) {
        return (Event.Posted) translator
                .posted(json("{\"type\":\"Message\",\"updateId\":\"u\",\"messageId\":\"" + MESSAGE
                        + "\"," + DIALOG + (more.isEmpty() ? "" : "," + more) + "}"), BOT);
    }

    @Test
    void a_text_with_all_that_is_told_of_it() {
        assertThat(translator.posted(update("message-text"), BOT)).isEqualTo(new Event.Posted(null, "aitu", SENT,
                new Chat("USER:" + USER, "f l", null), MESSAGE, Direction.INCOMING, new Person("USER:" + USER, "f l"),
                "text", "test1", null, null, null, null));
    }

    @Test
    void a_forwarded_picture_in_a_group() {
        var event = (Event.Posted) translator.posted(update("message-forwarded-image-in-group"), BOT);

        assertThat(event.at()).as("the same moment in another zone").isEqualTo(SENT);
        assertThat(event.chat()).isEqualTo(new Chat("GROUP:0fab26f9-e181-11e9-882c-f22cfe20c1ac", "Toi", null));
        assertThat(event.sender()).isEqualTo(new Person("USER:" + USER, "TestfirstName TestlastName"));
        assertThat(event.type()).isEqualTo("image");
        assertThat(event.text()).isEqualTo("Hello");
        assertThat(event.media()).isEqualTo(Map.of("fileId", "b1cccef5-58a2-4a03-b8a9-7966f5718c17", "mimeType",
                "image/jpeg", "fileName", "test", "size", 100, "width", 800, "height", 800, "forwardedFrom",
                Map.of("id", "USER:c7d01753-8890-4188-a516-adcd2e9a5abe")));
    }

    @ParameterizedTest
    @CsvSource({"Image, image", "Gif, image", "Video, video", "Audio, audio", "Music, audio", "Document, document",
            "RegisteredContact, contact", "UnregisteredContact, contact", "Sticker, sticker"})
    void its_type_follows_from_what_is_attached(String attached, String type) {
        assertThat(posted("\"content\":\"\",\"media\":[{\"type\":\"" + attached + "\"}]").type()).isEqualTo(type);
    }

    @Test
    void of_several_attachments_each_is_told() {
        var event = posted("""
                "media":[null,{"type":"Image","fileId":"1"},7,{"type":"Document","fileId":"2","name":"a.pdf"}]""");

        assertThat(event.type()).isEqualTo("image");
        assertThat(event.media()).isEqualTo(Map.of("items", List.of(Map.of("type", "image", "fileId", "1"),
                Map.of("type", "document", "fileId", "2", "fileName", "a.pdf"))));
    }

    @Test
    void a_reply_names_what_it_replies_to() {
        assertThat(posted("\"replyToMessageId\":\"1A5DD0FD-0448-11EA-A21B-7A609EAF8200\"").replyTo())
                .isEqualTo("1a5dd0fd-0448-11ea-a21b-7a609eaf8200");
    }

    @Test
    void what_a_form_sends_is_a_message_for_no_other_update_tells_of_it() {
        var event = translator.posted(json("""
                {"type":"FormMessageSent","updateId":"u","formId":"f","dialog":{"type":"USER","id":"%s"},
                "sender":{"type":"USER","id":"%s"},"message":"+7 700","messageId":"%s","additionalMetadata":"{}"}"""
                .formatted(USER, USER, MESSAGE)), BOT);

        assertThat(event).isEqualTo(new Event.Posted(null, "aitu", SENT, new Chat("USER:" + USER, null, null), MESSAGE,
                Direction.INCOMING, new Person("USER:" + USER, null), "text", "+7 700", null, null, null, null));
    }

    @ParameterizedTest
    @CsvSource({"BOT, 804D1BBD-901F-470A-B1B8-1859277A7803, OUTGOING",
            "BOT, c7d01753-8890-4188-a516-adcd2e9a5abe, INCOMING",
            "USER, 804d1bbd-901f-470a-b1b8-1859277a7803, INCOMING"})
    void what_the_bot_itself_wrote_is_outgoing(String type, String id, Direction direction) {
        var author = "\"author\":{\"type\":\"" + type + "\",\"id\":\"" + id + "\"}";

        assertThat(posted(author).direction()).isEqualTo(direction);
        assertThat(((Event.Edited) translator.edited(json("{\"updateId\":\"u\",\"messageId\":\"" + MESSAGE + "\","
                + DIALOG + "," + author + "}"), BOT)).direction()).isEqualTo(direction);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"2019-11-11T05:57:08.132Z", "2019-11-11T11:57:08.132+06:00",
            "2019-11-11T11:57:08.132+0600", "2019-11-11T11:57:08.132+06:00[Asia/Almaty]"})
    void a_time_has_a_zone_however_it_is_written(String sentAt) {
        assertThat(posted("\"sentAt\":\"" + sentAt + "\"").at()).isEqualTo(SENT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"content\":\"x\"", "\"sentAt\":null", "\"sentAt\":\"yesterday\"",
            "\"sentAt\":\"2019-11-11T05:57:08\"", "\"sentAt\":\"+999999999-12-31T23:59:59Z\"", "\"sentAt\":[]"})
    void without_a_time_the_id_has_it(String sentAt) {
        assertThat(posted(sentAt).at()).isEqualTo(SENT);
    }

    @Test
    void an_edit_names_the_original_and_has_no_time() {
        assertThat(translator.edited(update("message-edited-in-group"), BOT)).isEqualTo(new Event.Edited(null, "aitu",
                null, new Chat("GROUP:0fab26f9-e181-11e9-882c-f22cfe20c1ac", "Toi", null), MESSAGE,
                "de07d839-1492-4d29-8bd5-4d4f73e599e6", Direction.INCOMING, new Person("USER:" + USER, null),
                "Hello_edited", null, true));
    }

    @Test
    void edits_without_an_id_of_their_own_are_known_by_what_they_say() {
        var one = (Event.Edited) translator.edited(json("{\"messageId\":\"m\"," + DIALOG + ",\"content\":\"a\"}"), BOT);
        var other = (Event.Edited) translator.edited(json("{\"messageId\":\"m\"," + DIALOG + ",\"content\":\"b\"}"),
                BOT);

        assertThat(one.eventId()).startsWith("sha256-").isNotEqualTo(other.eventId());
        assertThat(translator.edited(json("{\"content\":\"a\",\"messageId\":\"m\"," + DIALOG + "}"), BOT))
                .isEqualTo(one);
    }

    @Test
    void a_message_that_got_its_id_was_sent() {
        assertThat(translator.idAssigned(update("message-id-assigned"))).containsExactly(new Event.Status(null, "aitu",
                Uuids.millis("8e73ddf0-0606-11ea-a404-dabd23db7be6"), new Chat("USER:" + USER, null, null),
                "8e73ddf0-0606-11ea-a404-dabd23db7be6", "sent", null, null, true));
    }

    @Test
    void what_a_command_of_ours_sent_is_made_by_it() {
        var chat = new Chat("USER:" + USER, null, null);

        assertThat(
                translator.idAssigned(json("{\"id\":\"" + MESSAGE + "\",\"localId\":\"redline-42\"," + DIALOG + "}")))
                .containsExactly(new Event.Status(null, "aitu", SENT, chat, MESSAGE, "sent", null, null, true),
                        new Event.Commanded(null, SENT, chat, MESSAGE, "42", "posted", MESSAGE, null));
    }

    @Test
    void a_command_is_a_request_of_its_own() {
        var commands = new AituCommands();
        Map<String, Object> fields = Map.of("id", "42", "chat", "GROUP:" + USER, "message", MESSAGE, "text", "x\"y");

        assertThat(EventJson.writeInOrder(commands.send(fields))).isEqualTo("{\"commands\":[{\"type\":\"SendMessage\","
                + "\"recipient\":{\"type\":\"GROUP\",\"id\":\"" + USER + "\"},\"content\":\"x\\\"y\","
                + "\"localId\":\"redline-42\"}]}");
        assertThat(EventJson.writeInOrder(commands.edit(fields))).isEqualTo("{\"commands\":[{\"type\":\"EditMessage\","
                + "\"recipient\":{\"type\":\"GROUP\",\"id\":\"" + USER + "\"},\"messageId\":\"" + MESSAGE
                + "\",\"content\":\"x\\\"y\"}]}");
        assertThat(EventJson.writeInOrder(commands.delete(fields))).isEqualTo("{\"commands\":[{\"type\":"
                + "\"DeleteMessage\",\"dialog\":{\"type\":\"GROUP\",\"id\":\"" + USER + "\"},\"messageId\":\""
                + MESSAGE + "\"}]}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "InvitedToGroup | 'groupId':'0FAB26F9-e181-11e9-882c-f22cfe20c1ac' | GROUP:0fab26f9-e181-11e9-882c-f22cfe20c1ac | invited | ",
            "KickedFromGroup | 'groupId':'g' | GROUP:g | kicked | ",
            "InvitedToChannel | 'channelId':'c' | CHANNEL:c | invited | ",
            "KickedFromChannel | 'channelId':'c' | CHANNEL:c | kicked | ",
            "NewChannelSubscriber | 'channelId':'c','peer':{'type':'USER','id':'u','firstName':'F'} | CHANNEL:c | subscribed | {'person':{'id':'USER:u','name':'F'}}",
            "ChannelAdminAdded | 'channelId':'c','admin':{'type':'BOT','id':'b'} | CHANNEL:c | admin-added | {'person':{'id':'BOT:b'}}",
            "ChannelAdminDeleted | 'channelId':'c','admin':{'type':'BOT','id':'b'} | CHANNEL:c | admin-deleted | {'person':{'id':'BOT:b'}}",
            "ChannelPermissionsGranted | 'channel':{'type':'CHANNEL','id':'c'},'permissions':['WRITE'] | CHANNEL:c | permissions-granted | {'permissions':['WRITE']}",
            "ChannelPermissionsRevoked | 'channelId':'c' | CHANNEL:c | permissions-revoked | ",
            "InlineCommandSelected | 'messageId':'m','dialog':{'type':'USER','id':'u'},'sender':{'type':'USER','id':'u'},'metadata':'x','content':'Yes' | USER:u | inline-command-selected | {'messageId':'m','metadata':'x','content':'Yes','person':{'id':'USER:u'}}",
            "QuickButtonSelected | 'dialog':{'type':'USER','id':'u'},'sender':{'type':'USER','id':'u'},'metadata':'x' | USER:u | quick-button-selected | {'metadata':'x','person':{'id':'USER:u'}}",
            "FormSubmitted | 'formId':'f','dialog':{'type':'USER','id':'u'},'sender':{'type':'USER','id':'u'},'metadata':'x','additionalMetadata':'y' | USER:u | form-submitted | {'formId':'f','metadata':'x','additionalMetadata':'y','person':{'id':'USER:u'}}",
            "FormClosed | 'formId':'f','dialog':{'type':'USER','id':'u'},'sender':{'type':'USER','id':'u'} | USER:u | form-closed | {'formId':'f','person':{'id':'USER:u'}}"})
    void what_is_no_message_is_told_of_its_chat(String type, String members, String chat, String state,
            String details) {
        var event = (Event.ChatState) translator.chatState(json("{'type':'%s','updateId':'U1',%s}"
                .formatted(type, members).replace('\'', '"')));

        assertThat(event.chat().id()).isEqualTo(chat);
        assertThat(event.state()).isEqualTo(state);
        assertThat(event.eventId()).isEqualTo("U1");
        assertThat(event.details()).isEqualTo(details == null ? null : json(details.replace('\'', '"')));
        assertThat(EventJson.read(EventJson.write((Event) event),
                new com.fasterxml.jackson.core.type.TypeReference<Event>() {
                })).as("as it is kept").isEqualTo(event);
    }

    @Test
    void two_readers_who_come_to_a_channel_are_two_events() {
        var one = translator
                .chatState(json("{\"type\":\"NewChannelSubscriber\",\"updateId\":\"1\",\"channelId\":\"c\"}"));
        var other = translator
                .chatState(json("{\"type\":\"NewChannelSubscriber\",\"updateId\":\"2\",\"channelId\":\"c\"}"));

        assertThat(one.key()).isNotEqualTo(other.key());
    }

    @Test
    void without_its_ids_nothing_can_be_read() {
        assertThatThrownBy(() -> translator.posted(json("{" + DIALOG + "}"), BOT)).isInstanceOf(Unreadable.class)
                .hasMessageContaining("messageId");
        assertThatThrownBy(() -> translator.edited(json("{\"messageId\":\"m\",\"dialog\":{\"id\":\"x\"}}"), BOT))
                .isInstanceOf(Unreadable.class).hasMessageContaining("dialog");
        assertThatThrownBy(() -> translator.idAssigned(json("{\"messageId\":\"m\"," + DIALOG + "}")))
                .isInstanceOf(Unreadable.class).hasMessageContaining(" id,");
        assertThatThrownBy(() -> translator.chatState(json("{\"type\":\"FormClosed\"}")))
                .isInstanceOf(Unreadable.class);
        assertThatThrownBy(() -> translator.chatState(json("{\"type\":\"MessagePinned\"," + DIALOG + "}")))
                .isInstanceOf(Unreadable.class);
    }

    @Test
    void whatever_has_another_shape_is_unknown() {
        var event = posted(
                "\"author\":[],\"content\":{\"a\":1},\"media\":\"x\",\"forwardMetadata\":1,\"viewCount\":\"many\"");

        assertThat(event).isEqualTo(new Event.Posted(null, "aitu", SENT, new Chat("USER:" + USER, null, null), MESSAGE,
                null, null, "text", null, null, null, null, null));
    }
}
