package io.redline.command;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.BlackBox;
import io.redline.GreenApi;
import io.redline.Schemas;
import io.redline.database.Rows;
import io.redline.gateway.greenapi.GreenApiInstance;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;

/** Commands for GREEN-API from the API to the double and back: what is posted byte for byte, and what came of it. */
@QuarkusTest
@TestProfile(GreenApi.OnSqliteToo.class)
class CommandsTest extends BlackBox {

    @AfterEach
    void expectThatWhatLeavesIsAsItsSchemaSays() {
        Schemas.expectAllThatLeaves(database);
    }

    /** Its notifications are fetched from the double's queue. */
    private static final String ACCOUNT = "queued";
    private static final String CHAT = "71234567890@c.us";
    /** A queue that could not be reached is asked again after half a minute at the latest. */
    private static final Duration SOON = Duration.ofSeconds(40);

    @TestHTTPResource(value = "/", management = true)
    URI management;

    private GreenApiInstance instance;

    @BeforeEach
    void newInstance() {
        instance = GreenApi.instance(ACCOUNT);
    }

    private static RequestSpecification by(String operator) {
        return api().contentType("application/json").header("X-Operator", operator);
    }

    private static String chat() {
        return "/api/accounts/" + ACCOUNT + "/chats/" + encoded(CHAT);
    }

    private static String message(String id) {
        return pathOf(ACCOUNT, CHAT, id);
    }

    private static String taken(Response answer) {
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(202);
        var id = answer.jsonPath().getString("commandId");
        assertThat(answer.header("Location")).isEqualTo("/api/commands/" + id);
        return id;
    }

    private static String refused(Response answer, String rule) {
        var sentence = expectProblem(answer, 422);
        assertThat(answer.jsonPath().getString("rule")).isEqualTo(rule);
        var kept = command(answer.jsonPath().getString("commandId"));
        assertThat(kept).containsEntry("state", "refused").containsEntry("rule", rule)
                .containsEntry("description", sentence);
        return sentence;
    }

    private static Map<String, Object> command(String id) {
        var answer = api().get("/api/commands/" + id);
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        return answer.jsonPath().getMap("$");
    }

    private static Map<String, Object> awaitState(String id, String state) {
        await().atMost(SOON).untilAsserted(() -> assertThat(command(id)).containsEntry("state", state));
        return command(id);
    }

    private String sent(String text) {
        var id = instance.sendByApi(CHAT, text);
        awaitKnown(id);
        return id;
    }

    private static void awaitKnown(String id) {
        await().atMost(SOON).untilAsserted(() -> assertThat(api().get(message(id)).statusCode()).isEqualTo(200));
    }

    private static String incomingAt(Instant at) {
        return posted("incomingMessageReceived", "INCOMING1", at);
    }

    private static String posted(String type, String id, Instant at) {
        return "{\"typeWebhook\":\"" + type + "\",\"instanceData\":{\"idInstance\":1101000102,"
                + "\"wid\":\"79990001122@c.us\",\"typeInstance\":\"whatsapp\"},\"timestamp\":" + at.getEpochSecond()
                + ",\"idMessage\":\"" + id + "\",\"senderData\":{\"chatId\":\"" + CHAT + "\",\"sender\":\"" + CHAT
                + "\",\"senderName\":\"John\"},\"messageData\":{\"typeMessage\":\"textMessage\",\"textMessageData\":"
                + "{\"textMessage\":\"Hello\"}}}";
    }

    private void over(String command) throws SQLException {
        database.write(connection -> Rows.update(connection, "update command set deadline = 1 where id = ?",
                Long.valueOf(command)));
    }

    @Test
    void aMessageIsSentAndTheVersionSaysByWhom() {
        var text = "Grüße & \"quotes\", 1 + 1 = 2 \uD83D\uDE00\nsecond line ${body} {{x}}";
        var id = taken(by("anna").body(Map.of("text", text)).post(chat() + "/messages"));
        var command = awaitState(id, "confirmed");
        assertThat(instance.posted("sendMessage")).containsExactly("{\"chatId\":\"" + CHAT + "\",\"message\":"
                + "\"Grüße & \\\"quotes\\\", 1 + 1 = 2 \uD83D\uDE00\\nsecond line ${body} {{x}}\"}");
        assertThat(command).containsEntry("operator", "anna").containsEntry("command", "send")
                .containsEntry("attempts", 1).containsEntry("text", text);
        var made = (String) command.get("madeId");
        await().atMost(SOON).untilAsserted(() -> assertThat(versions(message(ACCOUNT, CHAT, made)).get(0))
                .containsEntry("by", "anna").containsEntry("commandId", id).containsEntry("text", text));
    }

    @Test
    void aMessageIsEditedAndDeleted() {
        var message = sent("Three tickets, 30 euro each.");
        var edit = taken(by("anna").body(Map.of("text", "25 euro.")).put(message(message)));
        var edited = awaitState(edit, "confirmed");
        assertThat(instance.posted("editMessage")).containsExactly("{\"chatId\":\"" + CHAT + "\",\"idMessage\":\""
                + message + "\",\"message\":\"25 euro.\"}");
        await().atMost(SOON).untilAsserted(() -> assertThat(versions(message(ACCOUNT, CHAT, message)))
                .element(1, MAP).containsEntry("by", "anna").containsEntry("commandId", edit)
                .containsEntry("source", "queue")
                .containsEntry("eventId", edited.get("madeId")));

        var delete = taken(by("boris").delete(message(message)));
        awaitState(delete, "confirmed");
        assertThat(instance.posted("deleteMessage")).containsExactly("{\"chatId\":\"" + CHAT + "\",\"idMessage\":\""
                + message + "\"}");
        await().atMost(SOON).untilAsserted(() -> assertThat(versions(message(ACCOUNT, CHAT, message)).get(2))
                .containsEntry("kind", "deleted").containsEntry("by", "boris").containsEntry("commandId", delete));
        refused(by("anna").body(Map.of("text", "20 euro.")).put(message(message)), "deleted");
        assertThat(list("/api/commands?account=queued&state=confirmed")).extracting(one -> one.get("id"))
                .containsExactly(delete, edit);
        assertThat(instance.tooFast()).isEmpty();
    }

    @Test
    void whatTheGatewayFailsToDoIsToldWithItsWords() {
        // The gateway does not know it, and neither do we: only it can say so.
        var id = taken(by("anna").body(Map.of("text", "x")).put(message("3EB0UNKNOWN")));
        assertThat(awaitState(id, "failed")).containsEntry("description", "message not found");
        await().atMost(SOON).untilAsserted(() -> assertThat(owedBy("failures")).extracting(one -> one.get("kind"))
                .contains("status", "command"));
        assertThat(events()).filteredOn(event -> "command".equals(event.get("kind"))).singleElement()
                .satisfies(event -> assertThat(event).containsEntry("by", "anna").containsEntry("state", "failed")
                        .containsEntry("command", "edit").containsEntry("target", "3EB0UNKNOWN")
                        .containsEntry("description", "message not found").containsEntry("source", "redline"));
    }

    @Test
    void whatIsForTheSenderAloneIsNeverTold() throws SQLException {
        var message = sent("Oops");
        var id = taken(by("anna").delete(message(message) + "?onlySenderDelete=true"));
        awaitState(id, "accepted");
        assertThat(instance.posted("deleteMessage")).containsExactly("{\"chatId\":\"" + CHAT + "\",\"idMessage\":\""
                + message + "\",\"onlySenderDelete\":true}");
        over(id);
        awaitState(id, "accepted-unverified");
        assertThat(owedBy("failures")).isEmpty();
        expectProblem(by("anna").delete(message(message) + "?onlySenderDelete=maybe"), 400);
    }

    @Test
    void aChatIsArchivedAndTakenOut() {
        awaitState(taken(by("anna").post(chat() + "/archive")), "accepted");
        awaitState(taken(by("anna").post(chat() + "/unarchive")), "accepted");
        var body = "{\"chatId\":\"" + CHAT + "\"}";
        assertThat(instance.posted("archiveChat")).containsExactly(body);
        assertThat(instance.posted("unarchiveChat")).containsExactly(body);
    }

    @Test
    void whatTheGatewayHasNotIsRefused() {
        for (var path : List.of("/read", "/unread")) {
            assertThat(refused(by("anna").post(chat() + path), "unsupported")).contains("green-api");
        }
        refused(by("anna").delete(chat()), "unsupported");
        refused(by("anna").delete(chat() + "/messages"), "unsupported");
        refused(by("anna").body("{}").post(message("A") + "/pin"), "unsupported");
        refused(by("anna").post(message("A") + "/unpin"), "unsupported");
        assertThat(instance.calls("archiveChat")).isZero();
    }

    @Test
    void rulesAreToldBeforeAnythingIsSent() {
        refused(by("anna").body("{}").put(message("A")), "text-required");
        refused(by("anna").body(Map.of("text", " \n")).put(message("A")), "text-required");
        refused(by("anna").body("{}").post(chat() + "/messages"), "text-required");
        refused(by("anna").body(Map.of("text", "x".repeat(20_001))).post(chat() + "/messages"), "text-length");

        var now = Instant.now();
        take(ACCOUNT, incomingAt(now));
        refused(by("anna").body(Map.of("text", "x")).put(message("INCOMING1")), "own-messages-only");
        refused(by("anna").delete(message("INCOMING1")), "own-messages-only");
        take(ACCOUNT, posted("outgoingAPIMessageReceived", "OLD1", now.minus(Duration.ofMinutes(15))));
        assertThat(refused(by("anna").body(Map.of("text", "x")).put(message("OLD1")), "edit-window"))
                .contains("15 minutes");
        take(ACCOUNT, posted("outgoingAPIMessageReceived", "OLD2", now.minus(Duration.ofHours(72))));
        refused(by("anna").delete(message("OLD2")), "delete-window");
        assertThat(instance.calls("editMessage") + instance.calls("deleteMessage")).isZero();
    }

    @Test
    void theGatewaysSendQueueCounts() {
        instance.with("delaySendMessagesMilliseconds", 5000).queueToSend(100);
        // How long it was is known for two seconds, from a test before as well.
        var number = new AtomicInteger();
        await().untilAsserted(() -> {
            var young = "YOUNG" + number.incrementAndGet();
            take(ACCOUNT, posted("outgoingAPIMessageReceived", young, Instant.now().minus(Duration.ofMinutes(10))));
            assertThat(refused(by("anna").body(Map.of("text", "x")).put(message(young)), "edit-window"))
                    .contains("send queue");
        });
        awaitNoneOnItsWay();
    }

    /** What was taken before the queue was known is sent, and must not be counted by the test after this one. */
    private static void awaitNoneOnItsWay() {
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(list("/api/commands?state=pending")).isEmpty();
            assertThat(list("/api/commands?state=sending")).isEmpty();
        });
    }

    @Test
    void theSameKeyIsTheSameCommand() {
        var message = sent("First");
        var first = taken(by("anna").header("Idempotency-Key", "k1").body(Map.of("text", "Second"))
                .put(message(message)));
        var again = taken(by("anna").header("Idempotency-Key", "k1").body(Map.of("text", "Second"))
                .put(message(message)));
        assertThat(again).isEqualTo(first);
        assertThat(expectProblem(by("anna").header("Idempotency-Key", "k1").body(Map.of("text", "Third"))
                .put(message(message)), 422)).contains("Idempotency-Key");
        awaitState(first, "confirmed");
        assertThat(instance.posted("editMessage")).hasSize(1);
    }

    @Test
    void badInputIsSaid() {
        expectProblem(by("anna").body("[]").put(message("A")), 400);
        expectProblem(by("anna").body("{\"text\":1}").put(message("A")), 400);
        expectProblem(by("anna").body("{\"words\":\"x\"}").put(message("A")), 400);
        expectProblem(by("anna").body("{\"text\":\"x\"}").put(pathOf("nobody", CHAT, "A")), 404);
        expectProblem(by("anna").body("{\"text\":\"x\"}").put(message("A\u0007")), 400);
        expectProblem(by("x".repeat(300)).body("{\"text\":\"x\"}").put(message("A")), 400);
        expectProblem(by("anna").body("{\"duration\":5}").post(message("A") + "/pin"), 400);
        expectProblem(api().get("/api/commands/123456789"), 404);
        expectProblem(api().get("/api/commands?state=done"), 400);
        assertThat(list("/api/commands")).isEmpty();
    }

    @Test
    void idsAreDecodedOnceAndPostedAsTheyAre() {
        var id = "a%40b/c?d=e+f #\uD83D\uDE00";
        awaitState(taken(by("anna").delete(message(id))), "accepted");
        assertThat(instance.posted("deleteMessage")).containsExactly("{\"chatId\":\"" + CHAT
                + "\",\"idMessage\":\"a%40b/c?d=e+f #\uD83D\uDE00\"}");
    }

    @Test
    void aRateThatIsUsedUpIsWaitedFor() {
        instance.misbehave("sendMessage", 429, "<html>Too Many Requests</html>");
        var id = taken(by("anna").body(Map.of("text", "patient")).post(chat() + "/messages"));
        await().atMost(SOON).until(() -> instance.calls("sendMessage") > 0);
        assertThat(command(id).get("state")).isIn("sending", "pending");
        instance.behave();
        awaitState(id, "confirmed");
    }

    @Test
    void healthAndMetricsSayWhereCommandsAre() {
        instance.misbehave("sendMessage", 429, "<html>Too Many Requests</html>");
        var id = taken(by("anna").body(Map.of("text", "seen")).post(chat() + "/messages"));
        await().atMost(SOON).untilAsserted(() -> {
            var health = given().get(management.resolve("/observe/health/ready"));
            assertThat(health.statusCode()).isEqualTo(200);
            assertThat(health.jsonPath().getMap("checks.find { it.name == 'commands' }.data"))
                    .containsAnyOf(Map.entry("pending.queued", 1), Map.entry("sending.queued", 1));
        });
        var before = confirmed();
        instance.behave();
        awaitState(id, "confirmed");
        await().atMost(SOON).untilAsserted(() -> assertThat(confirmed()).isEqualTo(before + 1));
        assertThat(given().get(management.resolve("/observe/health/ready")).asString()).doesNotContain("pending.queued",
                "sending.queued");
    }

    private double confirmed() {
        return given().get(management.resolve("/observe/metrics")).asString().lines()
                .filter(line -> line.startsWith("redline_commands_total{") && line.contains("account=\"queued\"")
                        && line.contains("command=\"send\"") && line.contains("state=\"confirmed\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).sum();
    }

    @Test
    void whatTheGatewayRefusesHasFailed() {
        instance.misbehave("sendMessage", 400, "{\"message\":\"bad request data\"}");
        var id = taken(by("anna").body(Map.of("text", "x")).post(chat() + "/messages"));
        assertThat((String) awaitState(id, "failed").get("description")).contains("bad request data");
        assertThat(instance.calls("sendMessage")).isOne();
        await().atMost(SOON).untilAsserted(() -> assertThat(owedBy("failures")).hasSize(1));
    }

    @Test
    void anEditWhoseAnswerWasLostIsFoundAndNotSentTwice() {
        var message = sent("First");
        instance.doWithoutAnswer("editMessage");
        var id = taken(by("anna").body(Map.of("text", "Second")).put(message(message)));
        var command = awaitState(id, "confirmed");
        assertThat(instance.calls("editMessage")).isOne();
        assertThat(command.get("madeId")).isNotNull();
        await().atMost(SOON).untilAsserted(() -> assertThat(versions(message(ACCOUNT, CHAT, message)))
                .element(1, MAP).containsEntry("by", "anna").containsEntry("commandId", id));
    }

    @Test
    void aMessageWhoseAnswerWasLostIsFoundAndNotSentTwice() {
        instance.doWithoutAnswer("sendMessage");
        var id = taken(by("anna").body(Map.of("text", "once")).post(chat() + "/messages"));
        awaitState(id, "confirmed");
        assertThat(instance.calls("sendMessage")).isOne();
    }

    @Test
    void whatNothingShowsIsUnconfirmedUntilSomethingDoes() throws SQLException {
        instance.with("deletedMessageWebhook", "no");
        var message = sent("Silent");
        var id = taken(by("anna").delete(message(message)));
        awaitState(id, "accepted");
        over(id);
        awaitState(id, "unconfirmed");
        await().atMost(SOON).untilAsserted(() -> assertThat(owedBy("failures")).hasSize(1));
        instance.with("deletedMessageWebhook", "yes").delete(CHAT, message);
        awaitState(id, "confirmed");
    }

    @Test
    void ourOwnCopyOfAChatIsErasedAndNothingElse() {
        var message = sent("Mine");
        var other = instance.sendByApi("79998887766@c.us", "Yours");
        awaitState(taken(by("anna").body(Map.of("text", "Mine, edited")).put(message(message))), "confirmed");
        await().atMost(SOON).untilAsserted(() -> assertThat(events()).extracting(event -> event.get("kind"))
                .contains("commanded"));
        await().atMost(SOON).until(() -> api().get(pathOf(ACCOUNT, "79998887766@c.us", other)).statusCode() == 200);

        var answer = by("anna").post(chat() + "/forget");
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        assertThat(answer.jsonPath().getInt("erased")).isPositive();
        assertThat(api().get(message(message)).statusCode()).isEqualTo(404);
        assertThat(api().get(pathOf(ACCOUNT, "79998887766@c.us", other)).statusCode()).isEqualTo(200);
        assertThat(list("/api/commands")).isEmpty();
        var texts = List.of("select tellings from event", "select data from change", "select text from command");
        for (var sql : texts) {
            List<String> kept = database.read(connection -> Rows.query(connection, sql, row -> row.getString(1)));
            assertThat(kept).noneMatch(text -> text != null && text.contains("Mine"));
        }
        assertThat(notifications()).noneMatch(body -> new String(body, StandardCharsets.UTF_8).contains("Mine"));
        assertThat(instance.truth(CHAT, message).deleted()).as("the messenger has it still").isFalse();
        assertThat(by("anna").post(chat() + "/forget").jsonPath().getInt("erased")).isZero();
        expectProblem(by("anna").post("/api/accounts/nobody/chats/x/forget"), 404);
    }

    @Test
    void aChatWithACommandOnItsWayIsNotForgotten() {
        instance.misbehave("sendMessage", 429, "<html>Too Many Requests</html>");
        var id = taken(by("anna").body(Map.of("text", "x")).post(chat() + "/messages"));
        expectProblem(by("anna").post(chat() + "/forget"), 409);
        instance.behave();
        awaitState(id, "confirmed");
    }
}
