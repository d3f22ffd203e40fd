package io.redline.door;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.BlackBox;
import io.redline.OnSqlite;
import io.redline.Schemas;

/** A conversation from its beginning to its end, as the API tells it. */
@QuarkusTest
@TestProfile(OnSqlite.class)
class ConversationTest extends BlackBox {

    @AfterEach
    void expectThatWhatLeavesIsAsItsSchemaSays() {
        Schemas.expectAllThatLeaves(database);
    }

    private static final String CHAT = "71234567890@c.us";
    private static final String ID = "3EB0C1D35D81D7093A0F8D";

    private static String posted() {
        return sent("outgoingAPIMessageReceived", ID, 1738566600, """
                "typeMessage":"textMessage","textMessageData":{"textMessage":"Hello Jhon"}""");
    }

    private static String edited(String event, long at, String data) {
        return sent("outgoingAPIMessageReceived", event, at, "\"typeMessage\":\"editedMessage\",\"editedMessageData\":"
                + data);
    }

    private static String edited(String event, long at, String text, String stanza) {
        return edited(event, at, "{\"textMessage\":\"" + text + "\",\"stanzaId\":\"" + stanza + "\"}");
    }

    private static String deleted(String event, long at) {
        return sent("outgoingMessageReceived", event, at, """
                "typeMessage":"deletedMessage","deletedMessageData":{"stanzaId":"%s"}""".formatted(ID));
    }

    private static String sent(String type, String id, long at, String data) {
        return """
                {"typeWebhook":"%s","instanceData":{"idInstance":1101000001,"wid":"79876543210@c.us","typeInstance":"whatsapp"},
                 "timestamp":%d,"idMessage":"%s","senderData":{"chatId":"%s","chatName":"John","sender":"79876543210@c.us",
                 "senderName":"Owner","senderContactName":""},"messageData":{%s}}"""
                .formatted(type, at, id, CHAT, data);
    }

    private static String status(String id, long at, String status, String description) {
        return """
                {"typeWebhook":"outgoingMessageStatus","chatId":"%s","instanceData":{"idInstance":1101000001,
                 "wid":"79876543210@c.us","typeInstance":"whatsapp"},"timestamp":%d,"idMessage":"%s","status":"%s"%s,
                 "sendByApi":true}""".formatted(CHAT, at, id, status, description == null
                ? ""
                : ",\"description\":\"" + description + "\"");
    }

    @Test
    void wholeConversation_isTold() {
        var notifications = List.of(
                status(ID, 1738566603, "read", null),
                posted(),
                edited("EDIT1", 1738566650, "Hello John", ID),
                status(ID, 1738566602, "delivered", null),
                // Of the first edit: the gateway repeats its status as well, and an edit of an edit is one of the message.
                edited("EDIT2", 1738566660, "Hello, John!", "EDIT1"),
                status("EDIT2", 1738566661, "delivered", null),
                status(ID, 1738566601, "sent", null),
                deleted("DELETE1", 1738566700));
        notifications.forEach(notification -> take("sales", notification));

        Map<String, Object> expected = new LinkedHashMap<>();
        expected.put("account", "sales");
        expected.put("gateway", "green-api");
        expected.put("messageId", ID);
        expected.put("chatId", CHAT);
        expected.put("chat", object("id", CHAT, "name", "John", "phone", "71234567890"));
        expected.put("sender", object("id", "79876543210@c.us", "name", "Owner"));
        expected.put("direction", "outgoing");
        expected.put("sentAt", "2025-02-03T07:10:00Z");
        expected.put("type", "text");
        expected.put("text", "Hello, John!");
        expected.put("media", null);
        expected.put("replyTo", null);
        expected.put("edited", true);
        expected.put("deleted", true);
        expected.put("status", "read");
        expected.put("statusAt", "2025-02-03T07:10:03Z");
        expected.put("statusDescription", null);
        expected.put("original", "known");
        expected.put("revision", 6);
        var edit2 = version(3, "edited", "Hello, John!", "2025-02-03T07:11:00Z", "EDIT2");
        edit2.put("status", "delivered");
        edit2.put("statusDescription", null);
        expected.put("versions", List.of(version(1, "posted", "Hello Jhon", "2025-02-03T07:10:00Z", ID),
                version(2, "edited", "Hello John", "2025-02-03T07:10:50Z", "EDIT1"), edit2,
                version(4, "deleted", null, "2025-02-03T07:11:40Z", "DELETE1")));
        var message = message("sales", CHAT, ID);
        assertThat(message).isEqualTo(expected);
        assertThat(new ArrayList<>(message.keySet())).as("the order of design.md §5")
                .isEqualTo(new ArrayList<>(expected.keySet()));
        assertThat(message("sales", CHAT, "EDIT2")).as("found by the id of an edit").isEqualTo(expected);
        assertThat(list("/api/accounts/sales/chats/" + encoded(CHAT) + "/messages")).containsExactly(expected);
        assertThat(list("/api/accounts/sales/chats")).singleElement().satisfies(chat -> assertThat(chat)
                .containsEntry("id", CHAT).containsEntry("name", "John").containsEntry("phone", "71234567890")
                .containsEntry("lastMessage", expected).containsEntry("lastMessageAt", "2025-02-03T07:10:00Z"));

        var events = events();
        var deliveries = list(pathOf("sales", CHAT, ID) + "/deliveries");
        assertThat(events).hasSize(notifications.size());
        assertThat(deliveries).extracting(one -> one.get("revision")).isSorted();

        for (var repeat : notifications) {
            take("sales", repeat);
        }
        assertThat(message("sales", CHAT, ID)).isEqualTo(expected);
        assertThat(events()).isEqualTo(events);
        assertThat(list(pathOf("sales", CHAT, ID) + "/deliveries")).hasSameSizeAs(deliveries);
        assertThat(notifications()).hasSameSizeAs(notifications);
    }

    @Test
    void anyOrder_endsInTheSameView() {
        var notifications = new ArrayList<>(List.of(posted(), edited("EDIT1", 1738566650, "Hello John", ID),
                edited("EDIT2", 1738566660, "Hello, John!", ID), status(ID, 1738566601, "delivered", null)));
        notifications.forEach(notification -> take("sales", notification));
        var inOrder = withoutRevision(message("sales", CHAT, ID));
        java.util.Collections.reverse(notifications);
        emptyAgain();
        notifications.forEach(notification -> take("sales", notification));
        assertThat(withoutRevision(message("sales", CHAT, ID))).isEqualTo(inOrder);
    }

    @Test
    void editThatTheGatewayRefused_leavesTheText() {
        take("sales", posted());
        take("sales", edited("EDIT1", 1738566650, "Too late", ID));
        take("sales", status("EDIT1", 1738566651, "failed", "15 minute editing time gap has been expired"));
        var message = message("sales", CHAT, ID);
        assertThat(message).containsEntry("text", "Hello Jhon").containsEntry("edited", false).containsEntry("status",
                null);
        assertThat(versions(message)).hasSize(2);
        assertThat(versions(message).get(1)).containsEntry("applied", false).containsEntry("status", "failed")
                .containsEntry("statusDescription", "15 minute editing time gap has been expired");
        assertThat(owedBy("failures")).hasSize(1);
    }

    @Test
    void editWithoutText_neverOverwritesWhatIsKnown() {
        take("sales", posted());
        take("sales", edited("EDIT1", 1738566650, "{\"stanzaId\":\"" + ID + "\"}"));
        assertThat(message("sales", CHAT, ID)).containsEntry("text", "Hello Jhon").containsEntry("textKnown", false)
                .containsEntry("edited", true);
    }

    @Test
    void emptyStatus_isAFactWithoutEffect() {
        take("sales", posted());
        take("sales", status(ID, 1738566601, "sent", null));
        take("sales", status(ID, 1738566609, "", null));
        assertThat(message("sales", CHAT, ID)).containsEntry("status", "sent").containsEntry("revision", 2);
        assertThat(events()).hasSize(3);
        assertThat(owedBy("statuses")).hasSize(1);
    }

    @Test
    void sameIdInAnotherChatOrAccount_isAnotherMessage() {
        take("sales", posted());
        take("sales", posted().replace("71234567890", "71234567899").replace("Hello Jhon", "Another chat"));
        take("support", posted().replace("1101000001", "7103000000").replace("Hello Jhon", "Another account"));
        take("support", edited("EDIT1", 1738566650, "Edited", ID).replace("1101000001", "7103000000"));
        assertThat(message("sales", CHAT, ID)).containsEntry("text", "Hello Jhon");
        assertThat(message("sales", "71234567899@c.us", ID)).containsEntry("text", "Another chat");
        assertThat(message("support", CHAT, ID)).containsEntry("text", "Edited");
    }

    @Test
    void endpointLog_getsWhatIsOwedToIt() {
        take("sales", posted());
        org.awaitility.Awaitility.await().untilAsserted(() -> assertThat(
                list("/api/deliveries?state=done&endpoint=log")).singleElement().satisfies(
                        one -> assertThat(one)
                                .containsEntry("messageId", ID).containsEntry("revision", 1)
                                .containsEntry("attempts", 1)
                                .containsEntry("lastError", null)));
        assertThat(list(pathOf("sales", CHAT, ID) + "/deliveries")).extracting(one -> one.get("state"))
                .containsExactlyInAnyOrder("orphaned", "done");
    }

    @Test
    void changeThatIsOwed_holdsTheMessageAndWhatHappened() {
        take("sales", posted());
        take("sales", edited("EDIT1", 1738566650, "Hello John", ID));
        var data = database.read(connection -> io.redline.database.Rows.query(connection,
                "select c.data from delivery d join change c on c.id = d.change_id where d.endpoint = 'see-edits'",
                row -> row.getString(1))).get(0);
        var json = io.restassured.path.json.JsonPath.from(data);
        assertThat(json.getString("text")).isEqualTo("Hello John");
        assertThat(json.getString("change.kind")).isEqualTo("edited");
        assertThat(json.getString("change.eventId")).isEqualTo("EDIT1");
        assertThat(json.getString("change.previousText")).isEqualTo("Hello Jhon");
        assertThat(json.getInt("revision")).isEqualTo(2);
        assertThat(json.getMap("$")).doesNotContainKey("versions");
    }

    private void emptyAgain() {
        try {
            emptyTheStore();
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, Object> withoutRevision(Map<String, Object> message) {
        var copy = new LinkedHashMap<>(message);
        copy.remove("revision");
        return copy;
    }

    private static Map<String, Object> version(int number, String kind, String text, String at, String eventId) {
        return object("version", number, "kind", kind, "text", text, "at", at, "eventId", eventId, "by",
                "79876543210@c.us", "byName", "Owner", "source", "webhook", "applied", true);
    }

    private static Map<String, Object> object(Object... members) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (var i = Arrays.asList(members).iterator(); i.hasNext();) {
            object.put((String) i.next(), i.next());
        }
        return object;
    }
}
