package io.redline.door;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.BlackBox;
import io.redline.OnSqlite;
import io.redline.Schemas;
import io.restassured.response.Response;

/** What Aitu sends at once is taken apart: each update is kept by itself, and it is answered when all are. */
@QuarkusTest
@TestProfile(OnSqlite.class)
class AituDoorTest extends BlackBox {

    @AfterEach
    void expectThatWhatLeavesIsAsItsSchemaSays() {
        Schemas.expectAllThatLeaves(database);
    }

    private static final String USER = "ba017bae-e3e8-11e8-b418-7a609eaf8200";
    private static final String CHAT = "USER:" + USER;
    private static final String MESSAGE = "18600f06-0448-11ea-ab3f-d6e38872fb41";

    private static byte[] update(String name) {
        try (var file = AituDoorTest.class.getResourceAsStream("/aitu/" + name + ".json")) {
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Response knock(byte[] body) {
        return given().contentType("application/json").body(body).post("/webhooks/aitu/aitu");
    }

    private static void bring(byte[] body) {
        var answer = knock(body);
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        assertThat(answer.asString()).isEqualTo("{\"updates\":[]}");
        assertThat(answer.contentType()).startsWith("application/json");
    }

    private static void bring(String... updates) {
        bring(("{\"updates\":[" + String.join(",", updates) + "]}").getBytes(StandardCharsets.UTF_8));
    }

    private static String edit(String updateId, String text) {
        return """
                {"updateId":"%s","type":"MessageEdited","messageId":"%s","author":{"type":"USER","id":"%s"},
                "dialog":{"type":"USER","id":"%s"},"content":"%s"}""".formatted(updateId, MESSAGE, USER, USER, text);
    }

    @Test
    void ofSeveralEachIsKeptAndWhatNobodyReadsIsParkedAlone() {
        bring(update("several-one-unknown"));

        var message = message("aitu", CHAT, MESSAGE);
        assertThat(message).containsEntry("text", "test1, edited").containsEntry("edited", true)
                .containsEntry("direction", "incoming").containsEntry("sentAt", "2019-11-11T05:57:08.132Z")
                .containsEntry("gateway", "aitu");
        assertThat(versions(message)).extracting(version -> version.get("kind")).containsExactly("posted", "edited");
        assertThat(versions(message).get(1)).containsEntry("at", null)
                .containsEntry("eventId", "de07d839-1492-4d29-8bd5-4d4f73e599e6");
        assertThat(message("aitu", CHAT, "1a5dd0fd-0448-11ea-a21b-7a609eaf8200")).containsEntry("text", "test2");
        assertThat(parked()).hasSize(2).extracting(one -> (String) one.get("lastError"))
                .anyMatch(sentence -> sentence.contains("dialog") || sentence.contains("messageId"));
        assertThat(notifications()).extracting(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .hasSize(5).as("each as it came, and alone")
                .contains("{\"updateId\":\"1b000000-0448-11ea-ab51-7b78bf81d89e\",\"type\":\"MessagePinned\","
                        + "\"messageId\":\"18600f06-0448-11ea-ab3f-d6e38872fb41\"}")
                .allMatch(text -> text.startsWith("{\"updateId\""));
        assertThat(owedBy("messages")).hasSize(2);
        assertThat(owedBy("edits")).hasSize(1);

        var known = events().size();
        bring(update("several-one-unknown"));
        assertThat(events()).as("a repeat is no news").hasSize(known);
        assertThat(parked()).hasSize(2);
        assertThat(message("aitu", CHAT, MESSAGE)).isEqualTo(message);
    }

    @Test
    void editsWithoutATimeCountInTheOrderInWhichTheyCame() {
        // The ids say the opposite of the order, and all come in one millisecond.
        bring(edit("f0000000-0000-4000-8000-000000000000", "first"),
                edit("e0000000-0000-4000-8000-000000000000", "second"),
                new String(update("message-text"), StandardCharsets.UTF_8).replaceFirst("^\\{\"updates\":\\[", "")
                        .replaceFirst("]}\\s*$", ""),
                edit("d0000000-0000-4000-8000-000000000000", "third"));
        bring(edit("c0000000-0000-4000-8000-000000000000", "fourth"));
        bring(edit("f0000000-0000-4000-8000-000000000000", "first"),
                edit("d0000000-0000-4000-8000-000000000000", "third"));

        var message = message("aitu", CHAT, MESSAGE);
        assertThat(message).containsEntry("text", "fourth");
        assertThat(versions(message)).extracting(version -> version.get("text")).containsExactly("test1", "first",
                "second", "third", "fourth");
    }

    @Test
    void whatIsNoMessageGoesToTheChannelChats() {
        bring("{\"updateId\":\"u1\",\"type\":\"InvitedToGroup\",\"groupId\":\"0fab26f9-e181-11e9-882c-f22cfe20c1ac\"}",
                """
                        {"updateId":"u2","type":"QuickButtonSelected","dialog":{"type":"USER","id":"%s"},
                        "sender":{"type":"USER","id":"%s","firstName":"F"},"metadata":"yes"}""".formatted(USER, USER));

        assertThat(owedBy("chats")).hasSize(2);
        assertThat(events()).extracting(event -> event.get("state")).containsExactly("invited",
                "quick-button-selected");
        assertThat(events().get(1)).containsEntry("eventId", "u2").containsEntry("details", Map.of("metadata", "yes",
                "person", Map.of("id", CHAT, "name", "F")));
        assertThat(parked()).isEmpty();
    }

    @Test
    void aMessageOfOursThatGotItsIdWasSent() {
        bring(update("message-id-assigned"));

        assertThat(message("aitu", CHAT, "8e73ddf0-0606-11ea-a404-dabd23db7be6")).containsEntry("status", "sent")
                .containsEntry("direction", "outgoing").containsEntry("original", "missing");
        assertThat(owedBy("statuses")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"updates\":[]}", "{\"updates\":[null]}", "{\"updates\":[],\"more\":1}"})
    void nothingIsTaken(String body) {
        bring(body.getBytes(StandardCharsets.UTF_8));
        assertThat(events()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<html>", "{\"updates\":[{]}", "{\"update\":1}", "{\"updates\":[{}]}x", "[]"})
    void whatIsNoListOfUpdatesIsParkedAsItCame(String body) {
        bring(body.getBytes(StandardCharsets.UTF_8));
        expectParked(body.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource({"aitu:this-months-token, 200", "anybody:this-months-token, 200", "this-months-token:, 200",
            "this-months-token, 200", "aitu:last-months-token, 200", "aitu:another, 401", "this-months-token:x, 401",
            ":, 401", "aitu:, 401"})
    void theSecretInTheUrlComesAsALogin(String login, int status) {
        var answer = given().contentType("application/json")
                .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(login.getBytes(
                        StandardCharsets.UTF_8)))
                .body("{\"updates\":[]}").post("/webhooks/aitu/aitu-locked");

        assertThat(answer.statusCode()).isEqualTo(status);
        if (status == 401) {
            assertThat(expectProblem(answer, 401)).contains("redline.accounts.aitu-locked.webhook-token");
        }
    }

    @Test
    void withoutItNobodyComesIn() {
        for (var authorization : List.of("Basic", "Basic %%%", "Bearer this-months-tok")) {
            expectProblem(given().contentType("application/json").header("Authorization", authorization)
                    .body("{\"updates\":[]}").post("/webhooks/aitu/aitu-locked"), 401);
        }
        expectProblem(given().contentType("application/json").body("{}").post("/webhooks/green-api/aitu"), 404);
    }
}
