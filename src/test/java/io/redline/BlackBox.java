package io.redline;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

import jakarta.inject.Inject;

import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.BeforeEach;

import io.redline.database.Database;
import io.redline.database.Rows;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;

/** What tests of the running service share: they knock at the door, read by the API, and look into the tables at most. */
public abstract class BlackBox {

    @Inject
    protected Database database;

    /** Until what was answered is in the ledger: that is so at once, but if it waits in a topic. */
    protected static void settle() {
        var config = ConfigProvider.getConfig();
        if (config.getValue("redline.inbox", String.class).equals("kafka")) {
            KafkaBroker.awaitTaken(config.getValue("redline.inbox.kafka.brokers", String.class),
                    config.getValue("redline.inbox.kafka.topic", String.class),
                    config.getValue("redline.inbox.kafka.group", String.class));
        }
    }

    @BeforeEach
    protected void emptyTheStore() throws SQLException {
        settle();
        database.write(connection -> {
            for (var table : List.of("command", "forgotten", "delivery", "backlog", "suspension", "endpoint", "replay",
                    "change",
                    "message",
                    "notification", "event")) {
                Rows.update(connection, "delete from " + table);
            }
            return Rows.update(connection, "update account set state = null, state_at = null, epoch = 0");
        });
    }

    /** A file of src/test/resources/green-api. */
    protected static byte[] sample(String name) {
        try (var file = BlackBox.class.getResourceAsStream("/green-api/" + name + ".json")) {
            assertThat(file).as(name).isNotNull();
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    protected static String sampleText(String name) {
        return new String(sample(name), StandardCharsets.UTF_8);
    }

    protected static Response post(String account, byte[] body) {
        return given().contentType("application/json").body(body).post("/webhooks/green-api/" + account);
    }

    protected static Response post(String account, String body) {
        return post(account, body.getBytes(StandardCharsets.UTF_8));
    }

    /** Post and expect promise 2: an empty 200. */
    protected static void take(String account, byte[] body) {
        expectTaken(post(account, body));
    }

    protected static void take(String account, String body) {
        expectTaken(post(account, body));
    }

    protected static void expectTaken(Response answer) {
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        assertThat(answer.asByteArray()).isEmpty();
        settle();
    }

    /** Expect a refusal as promise 2 has it: RFC 9457, a sentence, nothing of the inside. */
    protected static String expectProblem(Response answer, int status) {
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(status);
        assertThat(answer.contentType()).startsWith("application/problem+json");
        assertThat(answer.asString()).doesNotContain("Exception", "\tat ", "io.redline", "org.apache");
        assertThat(answer.jsonPath().getInt("status")).isEqualTo(status);
        assertThat(answer.jsonPath().getString("title")).isNotBlank();
        var detail = answer.jsonPath().getString("detail");
        assertThat(detail).contains(" ").endsWith(".");
        return detail;
    }

    /** A request whose path is percent-encoded already. */
    protected static RequestSpecification api() {
        settle();
        return given().urlEncodingEnabled(false);
    }

    protected static String encoded(String id) {
        return URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
    }

    protected static String pathOf(String account, String chat, String message) {
        return "/api/accounts/" + account + "/chats/" + encoded(chat) + "/messages/" + encoded(message);
    }

    /** The message as the API shows it. */
    protected static Map<String, Object> message(String account, String chat, String message) {
        var answer = api().get(pathOf(account, chat, message));
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        return answer.jsonPath().getMap("$");
    }

    @SuppressWarnings("unchecked")
    protected static List<Map<String, Object>> versions(Map<String, Object> message) {
        return (List<Map<String, Object>>) message.get("versions");
    }

    protected static List<Map<String, Object>> events() {
        return list("/api/events?limit=500");
    }

    /** What is owed to the endpoint of a channel, which nobody serves. */
    protected static List<Map<String, Object>> owedBy(String channel) {
        return list("/api/deliveries?limit=500&state=orphaned&endpoint=see-" + channel);
    }

    protected static List<Map<String, Object>> parked() {
        return list("/api/deliveries?limit=500&state=parked");
    }

    protected static List<Map<String, Object>> list(String path) {
        var answer = api().get(path);
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        return answer.jsonPath().getList("$");
    }

    /** The notifications kept, verbatim. */
    protected List<byte[]> notifications() {
        settle();
        return database.read(connection -> Rows.query(connection, "select body from notification order by id",
                row -> row.getBytes(1)));
    }

    /** The one notification there is was taken, nobody could read it, and a person sees it. */
    protected void expectParked(byte[] body) {
        assertThat(parked()).hasSize(1);
        assertThat(parked().get(0)).containsEntry("kind", "unrecognised").containsEntry("endpoint", "translator");
        assertThat((String) parked().get(0).get("lastError")).isNotBlank();
        assertThat(owedBy("unrecognised")).hasSize(1);
        assertThat(events()).singleElement().satisfies(event -> assertThat(event.get("kind"))
                .isEqualTo("unrecognised"));
        assertThat(notifications()).singleElement().isEqualTo(body);
    }
}
