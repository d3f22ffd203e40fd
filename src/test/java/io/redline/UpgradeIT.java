package io.redline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.redline.event.EventJson;

/**
 * What the first release left: a store that it wrote, what it answered about it, and the routes that were written for it
 * (src/test/resources/first-release, made by that very release). Today's goes on where it stopped.
 */
class UpgradeIT {

    private static final Path FIRST = Path.of("src/test/resources/first-release");

    private final Path folder = OnSqlite.newFolder();
    private final PackagedService redline = new PackagedService(folder);

    @AfterEach
    void stop() {
        redline.close();
    }

    @Test
    void storeAndRoutesOfTheFirstRelease_goOn() throws Exception {
        var store = folder.resolve("redline.db");
        Files.createDirectories(folder);
        writeTheStore(store);
        redline.configure(FIRST.resolve("routes"), "redline.database.url=jdbc:sqlite:" + store);
        redline.startAndAwait();

        Map<String, Object> answers = EventJson.readObject(Files.readString(FIRST.resolve("answers.json")));
        var messages = objects(answers.get("messages"));
        assertThat(messages).hasSizeGreaterThan(4);
        for (var before : messages) {
            assertThat(message(before)).as("nothing that was told is gone").containsAllEntriesOf(before);
        }
        var events = redline.list("/api/events?limit=500");
        assertThat(events).extracting(event -> event.get("id") + " " + event.get("kind")).containsExactlyElementsOf(
                objects(answers.get("events")).stream().map(event -> event.get("id") + " " + event.get("kind"))
                        .toList());
        assertThat(redline.list("/api/deliveries?state=parked")).as("what nobody could read").hasSize(7);
        assertThat(redline.list("/api/deliveries?state=orphaned&endpoint=crm"))
                .as("what was owed to an endpoint that was not there").isNotEmpty();

        // Its routes take what comes now, and it meets what was known.
        assertThat(redline.post("sales", edited("E2", 1_738_566_720, "four tickets")).statusCode()).isEqualTo(200);
        var after = message(messages.stream().filter(one -> "M1".equals(one.get("messageId"))).findFirst()
                .orElseThrow());
        assertThat(after).containsEntry("text", "four tickets").containsEntry("revision", 3);
        assertThat(objects(after.get("versions"))).extracting(version -> version.get("text"))
                .containsExactly("two tickets", "three tickets", "four tickets");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> redline.list("/api/deliveries?state=done&endpoint=log&limit=500").stream()
                        .anyMatch(one -> "M1".equals(one.get("messageId")) && Integer.valueOf(3).equals(one.get(
                                "revision"))));
        // The same edit once more is still the same edit.
        assertThat(redline.post("sales", edited("E1", 1_738_566_660, "three tickets")).statusCode()).isEqualTo(200);
        assertThat(redline.list("/api/events?limit=500")).hasSize(events.size() + 1);
        assertThat(redline.list("/api/routes")).extracting(route -> route.get("id")).contains("green-api", "edits",
                "endpoint-log");
    }

    private static void writeTheStore(Path file) throws Exception {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement()) {
            // As text, so that one sees what it is.
            statement.executeUpdate(Files.readString(FIRST.resolve("store.sql")));
        }
    }

    private static String edited(String id, long at, String text) {
        return """
                {"typeWebhook":"incomingMessageReceived","instanceData":{"idInstance":1101000001,
                 "wid":"79876543210@c.us","typeInstance":"whatsapp"},"timestamp":%d,"idMessage":"%s",
                 "senderData":{"chatId":"71234567890@c.us","chatName":"John","sender":"71234567890@c.us",
                 "senderName":"John","senderContactName":""},"messageData":{"typeMessage":"editedMessage",
                 "editedMessageData":{"textMessage":"%s","stanzaId":"M1"}}}""".formatted(at, id, text);
    }

    private Map<String, Object> message(Map<String, Object> of) throws Exception {
        var answer = redline.get("/api/accounts/sales/chats/" + encoded(of.get("chatId")) + "/messages/" + encoded(of
                .get("messageId")));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return EventJson.readObject(answer.body());
    }

    private static String encoded(Object id) {
        return URLEncoder.encode(String.valueOf(id), StandardCharsets.UTF_8);
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> objects(Object list) {
        return (List<Map<String, Object>>) list;
    }
}
