package io.redline.command;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.request;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.http.RequestMethod;
import com.github.tomakehurst.wiremock.matching.RequestPatternBuilder;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.BlackBox;
import io.redline.GreenApi;
import io.redline.Waha;
import io.redline.database.Rows;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;

/** Commands for WAHA: what is asked byte for byte, and what each of its engines answers. */
@QuarkusTest
@TestProfile(GreenApi.OnSqliteToo.class)
class WahaCommandsTest extends BlackBox {

    private static final String ACCOUNT = "commanded";
    private static final String CHAT = "15551230001@c.us";
    private static final String IN_PATH = "15551230001%40c.us";
    private static final String FULL = "true_15551230001@c.us_AAA";
    private static final String CHATS = "/api/commanded/chats/" + IN_PATH;
    private static final String MESSAGE = CHATS + "/messages/true_15551230001%40c.us_AAA";
    private static final Duration SOON = Duration.ofSeconds(30);

    private static @Nullable WireMockServer server;

    private WireMockServer waha;

    @BeforeEach
    void answerNothingYet() {
        var known = server;
        if (known == null) {
            known = new WireMockServer(WireMockConfiguration.options().bindAddress("127.0.0.1").port(URI.create(
                    ConfigProvider.getConfig().getValue("redline.accounts.commanded.url", String.class)).getPort()));
            known.start();
            server = known;
        }
        waha = known;
        waha.resetAll();
        waha.stubFor(any(anyUrl()).atPriority(10).willReturn(aResponse().withStatus(404)
                .withBody("{\"message\":\"Cannot GET /\",\"error\":\"Not Found\",\"statusCode\":404}")));
        waha.stubFor(get(urlEqualTo("/api/sessions/commanded-gows")).willReturn(aResponse()
                .withBody("{\"name\":\"commanded-gows\",\"status\":\"WORKING\",\"engine\":{\"engine\":\"GOWS\"}}")));
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.stop();
            server = null;
        }
    }

    private void on(String verb, String path, ResponseDefinitionBuilder answer) {
        waha.stubFor(request(verb, urlEqualTo(path)).atPriority(1).willReturn(answer));
    }

    private static ResponseDefinitionBuilder says(int status, String body) {
        return aResponse().withStatus(status).withBody(body);
    }

    private static ResponseDefinitionBuilder sample(int status, String name) {
        return aResponse().withStatus(status).withHeader("Content-Type", "application/json")
                .withBody(Waha.sample("not-webhooks/" + name));
    }

    private List<LoggedRequest> requests(String verb, String path) {
        return waha.findAll(new RequestPatternBuilder(RequestMethod.fromString(verb), urlEqualTo(path)));
    }

    private static RequestSpecification by(String operator) {
        return api().contentType("application/json").header("X-Operator", operator);
    }

    private static String chat(String account) {
        return "/api/accounts/" + account + "/chats/" + encoded(CHAT);
    }

    private static String message(String id) {
        return pathOf(ACCOUNT, CHAT, id);
    }

    private static String taken(Response answer) {
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(202);
        return answer.jsonPath().getString("commandId");
    }

    private static Map<String, Object> awaitState(String id, String state) {
        await().atMost(SOON).untilAsserted(() -> assertThat(command(id)).containsEntry("state", state));
        return command(id);
    }

    private static Map<String, Object> command(String id) {
        return api().get("/api/commands/" + id).jsonPath().getMap("$");
    }

    private static void tell(String event, String payload) {
        var now = System.currentTimeMillis();
        expectTaken(api().contentType("application/json").body(("{\"id\":\"evt_01ffffffffffffffffff" + now % 1_000_000
                + "\",\"timestamp\":" + now + ",\"event\":\"" + event + "\",\"session\":\"commanded\","
                + "\"me\":{\"id\":\"15559990001@c.us\"},\"engine\":\"NOWEB\",\"payload\":" + payload + "}")
                .getBytes(StandardCharsets.UTF_8)).post("/webhooks/waha/commanded"));
    }

    private static void known(String bare, String text) {
        tell("message.any", "{\"id\":\"true_" + CHAT + "_" + bare + "\",\"timestamp\":"
                + System.currentTimeMillis() / 1000
                + ",\"from\":\"15559990001@c.us\",\"fromMe\":true,\"source\":\"api\","
                + "\"to\":\"" + CHAT + "\",\"body\":\"" + text + "\",\"hasMedia\":false}");
    }

    private void expectPosted(String verb, String path, String body) {
        assertThat(requests(verb, path)).singleElement().satisfies(one -> {
            assertThat(one.getBodyAsString()).isEqualTo(body);
            assertThat(one.getHeader("X-Api-Key")).isEqualTo("waha-api-key");
        });
    }

    @Test
    void aTextIsSent() {
        on("POST", "/api/sendText", says(201, "{\"key\":{\"remoteJid\":\"15551230001@s.whatsapp.net\",\"fromMe\":true,"
                + "\"id\":\"BBB\"},\"messageTimestamp\":\"1784500000\"}"));
        var id = taken(by("anna").body(Map.of("text", "Hi \"there\" & ${x}", "replyTo", FULL))
                .post(chat(ACCOUNT) + "/messages"));
        awaitState(id, "accepted");
        expectPosted("POST", "/api/sendText", "{\"session\":\"commanded\",\"chatId\":\"" + CHAT
                + "\",\"text\":\"Hi \\\"there\\\" & ${x}\",\"reply_to\":\"" + FULL + "\"}");
        known("BBB", "Hi");
        assertThat(awaitState(id, "confirmed")).containsEntry("madeId", "BBB");
        await().atMost(SOON).untilAsserted(() -> assertThat(versions(message(ACCOUNT, CHAT, "BBB")).get(0))
                .containsEntry("by", "anna").containsEntry("commandId", id));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "WEBJS | {\"id\":{\"fromMe\":true,\"remote\":\"15551230001@c.us\",\"id\":\"AAA\","
                    + "\"_serialized\":\"true_15551230001@c.us_AAA\"},\"body\":\"New\",\"timestamp\":1} | AAA",
            "WEBJS | '' | AAA", "NOWEB | rest-edit-200-noweb | 3EB0EDEDEDEDEDED0016",
            "GOWS | rest-edit-or-delete-200-gows | 3EB0EDEDEDEDEDED0017",
            "WPP | {\"id\":\"true_15551230001@c.us_AAA\",\"timestamp\":1,\"from\":\"15559990001@c.us\",\"fromMe\":true,"
                    + "\"body\":\"New\"} | EDIT-WPP"})
    void anEditIsAcceptedWhateverTheEngineAnswersAndConfirmedByItsNotification(String engine, String answer,
            String edit) {
        known("AAA", "Old");
        on("PUT", MESSAGE, answer.startsWith("rest-") ? sample(200, answer) : says(200, answer));
        var id = taken(by("anna").body(Map.of("text", "New")).put(message(FULL)));
        awaitState(id, "accepted");
        expectPosted("PUT", MESSAGE, "{\"text\":\"New\"}");
        tell("message.edited", "{\"id\":\"true_" + CHAT + "_" + edit + "\",\"fromMe\":true,\"body\":\"New\","
                + "\"editedMessageId\":\"AAA\"}");
        awaitState(id, "confirmed");
        await().atMost(SOON).untilAsserted(() -> assertThat(versions(message(ACCOUNT, CHAT, "AAA")))
                .element(1, MAP).containsEntry("by", "anna").containsEntry("commandId", id)
                .containsEntry("text", "New"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"WEBJS | ''", "NOWEB | {\"key\":{\"fromMe\":true,\"id\":\"R1\"}}",
            "GOWS | rest-edit-or-delete-200-gows", "WPP | true"})
    void aMessageIsDeletedByItsBareIdAsWell(String engine, String answer) {
        known("AAA", "Old");
        on("DELETE", MESSAGE, answer.startsWith("rest-") ? sample(200, answer) : says(200, answer));
        var id = taken(by("anna").delete(message("AAA")));
        awaitState(id, "accepted");
        expectPosted("DELETE", MESSAGE, "");
        tell("message.revoked", "{\"after\":{\"id\":\"true_" + CHAT + "_R1\",\"fromMe\":true,\"from\":"
                + "\"15559990001@c.us\"},\"before\":null,\"revokedMessageId\":\"AAA\"}");
        awaitState(id, "confirmed");
        await().atMost(SOON).untilAsserted(() -> assertThat(versions(message(ACCOUNT, CHAT, "AAA")))
                .element(1, MAP).containsEntry("kind", "deleted").containsEntry("by", "anna")
                .containsEntry("commandId", id));
    }

    @ParameterizedTest
    @CsvSource({"POST, archive, POST, /archive, 201, true", "POST, archive, POST, /archive, 201, ''",
            "POST, unarchive, POST, /unarchive, 201, false", "POST, unarchive, POST, /unarchive, 201, ''",
            "POST, unread, POST, /unread, 201, ''", "POST, read, POST, /messages/read, 201, rest-read-201",
            "POST, read, POST, /messages/read, 201, '{\"ids\":null}'", "DELETE, messages, DELETE, /messages, 200, true",
            "DELETE, '', DELETE, '', 200, false", "DELETE, '', DELETE, '', 200, true"})
    void whatIsDoneToAChatIsTakenWhateverTheBodySays(String verb, String way, String wahaVerb, String path, int status,
            String answer) throws SQLException {
        on(wahaVerb, CHATS + path, answer.startsWith("rest-") ? sample(status, answer) : says(status, answer));
        var ours = chat(ACCOUNT) + (way.isEmpty() ? "" : "/" + way);
        var id = taken(verb.equals("POST") ? by("anna").post(ours) : by("anna").delete(ours));
        awaitState(id, "accepted");
        expectPosted(wahaVerb, CHATS + path, "");
        database.write(connection -> Rows.update(connection, "update command set deadline = 1 where id = ?",
                Long.valueOf(id)));
        awaitState(id, "accepted-unverified");
    }

    @Test
    void anArchivedChatThatIsToldIsConfirmed() {
        on("POST", CHATS + "/archive", says(201, "true"));
        var id = taken(by("anna").post(chat(ACCOUNT) + "/archive"));
        awaitState(id, "accepted");
        tell("chat.archive", "{\"id\":\"" + CHAT + "\",\"archived\":true,\"timestamp\":1727745026}");
        awaitState(id, "confirmed");
    }

    @Test
    void aMessageIsPinnedAndTheDurationIsPosted() {
        on("POST", MESSAGE + "/pin", says(201, "{\"success\":true}"));
        on("POST", MESSAGE + "/unpin", says(201, "{\"success\":true}"));
        awaitState(taken(by("anna").body("{\"duration\":604800}").post(message(FULL) + "/pin")), "accepted");
        expectPosted("POST", MESSAGE + "/pin", "{\"duration\":604800}");
        awaitState(taken(by("anna").post(message(FULL) + "/unpin")), "accepted");
        expectPosted("POST", MESSAGE + "/unpin", "");
    }

    @Test
    void whatTheEngineDoesNotKnowIsRefused() {
        var answer = by("anna").post(chat("commanded-gows") + "/archive");
        assertThat(expectProblem(answer, 422)).contains("GOWS");
        assertThat(answer.jsonPath().getString("rule")).isEqualTo("unsupported");
        // Which engine it is is not always known before.
        on("POST", CHATS + "/archive", sample(501, "rest-501-gows-archive"));
        var id = taken(by("anna").post(chat(ACCOUNT) + "/archive"));
        assertThat(awaitState(id, "refused")).containsEntry("rule", "unsupported");
        assertThat(requests("POST", CHATS + "/archive")).hasSize(1);
        await().atMost(SOON).untilAsserted(() -> assertThat(owedBy("failures")).hasSize(1));
    }

    @Test
    void anAbsentTextIsNeverSent() {
        var answer = by("anna").body("{}").put(message(FULL));
        expectProblem(answer, 422);
        assertThat(answer.jsonPath().getString("rule")).isEqualTo("text-required");
        expectProblem(by("anna").body(Map.of("text", "x")).put(message("false_" + CHAT + "_AAA")), 422);
        assertThat(requests("PUT", MESSAGE)).isEmpty();
    }

    @Test
    void aSessionThatDoesNotWorkIsWaitedForAndOneThatIsMissingIsNot() {
        on("PUT", MESSAGE, sample(422, "rest-422-session-not-working"));
        var waiting = taken(by("anna").body(Map.of("text", "New")).put(message(FULL)));
        await().atMost(SOON).untilAsserted(() -> assertThat((String) command(waiting).get("description"))
                .contains("not as expected"));
        on("PUT", MESSAGE, says(200, ""));
        awaitState(waiting, "accepted");
        on("DELETE", MESSAGE, sample(422, "rest-422-session-missing"));
        assertThat((String) awaitState(taken(by("anna").delete(message(FULL))), "failed").get("description"))
                .contains("does not exist");
    }

    @Test
    void whatWahaCallsItsOwnErrorIsUnderstood() {
        on("DELETE", MESSAGE, sample(500, "rest-500-bad-message-id"));
        assertThat((String) awaitState(taken(by("anna").delete(message(FULL))), "failed").get("description"))
                .contains("Message id be in format").doesNotContain("stack");
        // A second delete: it is gone, as reading it shows.
        on("DELETE", MESSAGE, sample(500, "rest-500-webjs-double-delete"));
        on("GET", MESSAGE + "?downloadMedia=false", sample(404, "rest-404-message"));
        awaitState(taken(by("anna").delete(message(FULL))), "confirmed");
        assertThat(requests("DELETE", MESSAGE)).hasSize(2);
    }

    @Test
    void anEditWhoseAnswerWasLostIsReadBeforeItIsRepeated() {
        on("PUT", MESSAGE, says(502, "<html>"));
        on("GET", MESSAGE + "?downloadMedia=false", says(200, "{\"id\":\"" + FULL + "\",\"body\":\"New\"}"));
        awaitState(taken(by("anna").body(Map.of("text", "New")).put(message(FULL))), "confirmed");
        assertThat(requests("PUT", MESSAGE)).hasSize(1);
    }

    @Test
    void whatWahaKnowsIsHandedOnAsItIs() {
        var overview = new String(Waha.sample("not-webhooks/rest-chats-overview-200"), StandardCharsets.UTF_8);
        on("GET", "/api/commanded/chats/overview?limit=2&offset=4", sample(200, "rest-chats-overview-200"));
        on("GET", "/api/commanded/chats?sortBy=id", says(200, "[{\"id\":{\"_serialized\":\"x\"}}]"));
        on("GET", CHATS + "/messages?downloadMedia=false&filter.fromMe=true&limit=10", says(200, "[]"));
        on("GET", MESSAGE + "?downloadMedia=false", sample(200, "rest-get-message-200"));
        var chats = "/api/accounts/commanded/gateway/chats";
        assertThat(api().get(chats + "/overview?limit=2&offset=4").asString()).isEqualTo(overview);
        assertThat(api().get(chats + "?sortBy=id").asString()).isEqualTo("[{\"id\":{\"_serialized\":\"x\"}}]");
        assertThat(api().get(chats + "/" + IN_PATH + "/messages?filter.fromMe=true").asString()).isEqualTo("[]");
        assertThat(api().get(chats + "/" + IN_PATH + "/messages/" + encoded(FULL)).jsonPath().getString("body"))
                .isEqualTo("I'm good!");
        on("GET", MESSAGE + "?downloadMedia=false", sample(404, "rest-404-message"));
        expectProblem(api().get(chats + "/" + IN_PATH + "/messages/" + encoded(FULL)), 404);
        expectProblem(api().get(chats + "?x-api-key=1"), 400);
        expectProblem(api().get("/api/accounts/queued/gateway/chats"), 422);
    }
}
