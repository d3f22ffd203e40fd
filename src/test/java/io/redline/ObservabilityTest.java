package io.redline;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;

/** What is told of the service itself, and what is not. */
@QuarkusTest
@TestProfile(OnSqlite.class)
class ObservabilityTest extends BlackBox {

    private static final List<String> NEVER_SAID = List.of("79012345678", "Confidential", "Whisper", "Nobody Known",
            "this-months-token", "last-months-token", "token-of-a-file", "wrong-but-maybe-only-mistyped");

    @ConfigProperty(name = "quarkus.log.file.path")
    Path log;

    @TestHTTPResource(value = "/", management = true)
    URI management;

    @Test
    void openApi_isServed() {
        var answer = given().accept("application/json").get("/api/openapi");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.jsonPath().getMap("paths")).containsKeys("/api/accounts", "/api/events", "/api/deliveries",
                "/api/accounts/{account}/chats/{chat}/messages/{message}");
        assertThat(answer.jsonPath().getString("info.title")).isEqualTo("Redline");
    }

    @Test
    void health_isUp() {
        var answer = given().get(management.resolve("/observe/health"));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.jsonPath().getString("status")).isEqualTo("UP");
        assertThat(answer.jsonPath().getList("checks.name", String.class)).contains("outbox writer");
    }

    @Test
    void metrics_countEventsWithoutSayingWhose() {
        take("sales", sample("incoming-edited"));
        take("sales", sample("incoming-edited"));
        var text = given().get(management.resolve("/observe/metrics")).asString();
        assertThat(text.lines().filter(line -> line.startsWith("redline_events_total"))).isNotEmpty()
                .anySatisfy(line -> assertThat(line).contains("account=\"sales\"", "kind=\"edited\"",
                        "novelty=\"new\""))
                .anySatisfy(line -> assertThat(line).contains("kind=\"edited\"", "novelty=\"repeat\""));
        assertThat(text).doesNotContain("71234567890", "Edited message", "3PEAD8EDB7A9D438FF5E");
    }

    @Test
    void metrics_areNotMadeByWhoeverInventsRequests() {
        for (int i = 0; i < 150; i++) {
            assertThat(given().request("INVENTED" + i, "/api/accounts").statusCode()).isBetween(400, 499);
            assertThat(given().get("/invented" + i).statusCode()).isEqualTo(404);
            assertThat(given().body("{}").post("/webhooks/green-api/invented" + i).statusCode()).isBetween(400, 499);
            given().request("INVENTED" + i, management.resolve("/observe/health"));
        }
        take("sales", sample("incoming-edited"));

        var text = given().get(management.resolve("/observe/metrics")).asString();
        assertThat(text).doesNotContainIgnoringCase("invented").contains("method=\"OTHER\"")
                .containsPattern("http_server_requests_seconds_count\\{[^}]*uri=\"/webhooks/");
    }

    @Test
    void log_holdsNoTextNumberOrSecret() throws Exception {
        var posted = """
                {"typeWebhook":"incomingMessageReceived","instanceData":{"idInstance":1101000001,"wid":"79012345678@c.us"},
                 "timestamp":1738566656,"idMessage":"ID1","senderData":{"chatId":"79012345678@c.us",
                 "chatName":"Nobody Known","sender":"79012345678@c.us","senderName":"Nobody Known"},
                 "messageData":{"typeMessage":"textMessage","textMessageData":{"textMessage":"Confidential"}}}""";
        take("sales", posted);
        take("sales", posted.replace("\"Confidential\"", "\"Confidential").replace("ID1", "ID2"));
        take("sales", posted.replace("\"timestamp\"", "Whisper"));
        take("sales", "Whisper 79012345678");
        take("sales", posted.replace("1101000001", "79012345678"));
        take("sales", posted.replace("\"ID1\"", "{\"Whisper\":1}"));
        take("sales", posted.replace("incomingMessageReceived", "79012345678"));
        take("sales", posted.replace("\"textMessage\",", "\"Whisper 79012345678\","));
        take("sales", posted.replace("ID1", "79012345678".repeat(100)));
        take("sales", "[".repeat(20_000) + "\"Whisper\"");
        for (var authorization : List.of("this-months-token", "wrong-but-maybe-only-mistyped", "token-of-a-file")) {
            given().contentType("application/json").header("Authorization", authorization).body(posted)
                    .post("/webhooks/green-api/locked");
            given().header("Authorization", "Bearer " + authorization).get("/api/accounts");
        }
        given().get("/api/accounts/sales/chats/79012345678@c.us/messages/Whisper");
        given().get("/api/accounts/79012345678/chats");
        given().get("/api/events?kind=Confidential&after=79012345678x");
        given().get("/webhooks/green-api/79012345678?token=this-months-token");

        // The log is written by then: its last lines are those of the deliveries to the endpoint log.
        await().untilAsserted(() -> assertThat(list("/api/deliveries?state=done&endpoint=log")).isNotEmpty());
        await().untilAsserted(() -> assertThat(Files.readString(log)).contains("sales: posted", "is parked",
                "another instance"));
        assertThat(Files.readString(log).lines().filter(line -> NEVER_SAID.stream().anyMatch(line::contains)))
                .isEmpty();
    }
}
