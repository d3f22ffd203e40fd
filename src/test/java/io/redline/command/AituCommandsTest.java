package io.redline.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.Aitu;
import io.redline.BlackBox;
import io.redline.GreenApi;
import io.redline.database.Rows;
import io.redline.gateway.aitu.AituBot;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;

/** Commands for Aitu from the API to the double and back. */
@QuarkusTest
@TestProfile(GreenApi.OnSqliteToo.class)
class AituCommandsTest extends BlackBox {

    /** Its updates are fetched from the double. */
    private static final String ACCOUNT = "polled";
    private static final String CHAT = "USER:" + AituBot.USER;
    private static final Duration SOON = Duration.ofSeconds(60);

    private AituBot bot;

    @BeforeEach
    void newBot() throws SQLException {
        bot = Aitu.bot(ACCOUNT);
        database.write(connection -> Rows.update(connection, "delete from command"));
    }

    @AfterEach
    void behave() {
        bot.behave();
    }

    private static RequestSpecification by(String operator) {
        return api().contentType("application/json").header("X-Operator", operator);
    }

    private static String messages(String chat) {
        return "/api/accounts/" + ACCOUNT + "/chats/" + encoded(chat) + "/messages";
    }

    private static String taken(Response answer) {
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(202);
        return answer.jsonPath().getString("commandId");
    }

    private static Map<String, Object> command(String id) {
        return api().get("/api/commands/" + id).jsonPath().getMap("$");
    }

    private static Map<String, Object> awaitState(String id, String state) {
        await().atMost(SOON).untilAsserted(() -> assertThat(command(id)).containsEntry("state", state));
        return command(id);
    }

    private static String send(String text) {
        return taken(by("anna").body(Map.of("text", text)).post(messages(CHAT)));
    }

    private static String edit(String message, String text) {
        return taken(by("anna").body(Map.of("text", text)).put(pathOf(ACCOUNT, CHAT, message)));
    }

    private static String delete(String message) {
        return taken(by("boris").delete(pathOf(ACCOUNT, CHAT, message)));
    }

    private static String sent(String text) {
        return (String) awaitState(send(text), "confirmed").get("madeId");
    }

    private void over(String command) throws SQLException {
        database.write(connection -> Rows.update(connection, "update command set deadline = 1 where id = ?",
                Long.valueOf(command)));
    }

    private List<Map<?, ?>> took(String type) {
        return bot.commands().stream().filter(one -> type.equals(one.get("type"))).toList();
    }

    @Test
    void whatIsSentHasItsIdLaterAndIsToldAsOurs() {
        var id = send("Hello <b>\"1\"</b>");
        var made = (String) awaitState(id, "confirmed").get("madeId");

        assertThat(took("SendMessage"))
                .containsExactly(Map.of("type", "SendMessage", "recipient", Map.of("type", "USER",
                        "id", AituBot.USER), "content", "Hello <b>\"1\"</b>", "localId", "redline-" + id));
        await().atMost(SOON).untilAsserted(() -> assertThat(message(ACCOUNT, CHAT, made))
                .containsEntry("text", "Hello <b>\"1\"</b>").containsEntry("direction", "outgoing")
                .containsEntry("status", "sent").containsEntry("original", "known"));
        await().atMost(SOON).untilAsserted(() -> assertThat(versions(message(ACCOUNT, CHAT, made))).singleElement()
                .satisfies(version -> assertThat(version).containsEntry("by", "anna").containsEntry("commandId", id)));
        await().atMost(SOON).untilAsserted(() -> assertThat(owedBy("messages")).hasSize(1));
    }

    @Test
    void anEditIsConfirmedIfItIsToldOf() {
        var message = sent("Three tickets");
        var id = edit(message, "Four tickets");
        awaitState(id, "confirmed");

        assertThat(took("EditMessage"))
                .containsExactly(Map.of("type", "EditMessage", "recipient", Map.of("type", "USER",
                        "id", AituBot.USER), "messageId", message, "content", "Four tickets"));
        await().atMost(SOON).untilAsserted(() -> assertThat(message(ACCOUNT, CHAT, message)).containsEntry("text",
                "Four tickets"));
        await().atMost(SOON).untilAsserted(() -> assertThat(versions(message(ACCOUNT, CHAT, message)))
                .element(1, MAP).containsEntry("by", "anna").containsEntry("commandId", id));
    }

    @Test
    void whatIsNeverToldEndsAsTakenAndUnverified() throws SQLException {
        bot.doNotTellEdits();
        var message = sent("Three tickets");
        var edit = edit(message, "Four tickets");
        awaitState(edit, "accepted");
        over(edit);
        assertThat(awaitState(edit, "accepted-unverified")).extracting("description").asString()
                .contains("never tells");

        var delete = delete(message);
        awaitState(delete, "accepted");
        assertThat(took("DeleteMessage")).containsExactly(Map.of("type", "DeleteMessage", "dialog", Map.of("type",
                "USER", "id", AituBot.USER), "messageId", message));
        over(delete);
        awaitState(delete, "accepted-unverified");
        assertThat(message(ACCOUNT, CHAT, message)).as("nobody said so").containsEntry("deleted", false)
                .containsEntry("text", "Three tickets");
        assertThat(owedBy("failures")).isEmpty();
    }

    private void refused(Response answer, String rule, String... words) {
        var sentence = expectProblem(answer, 422);
        assertThat(answer.jsonPath().getString("rule")).isEqualTo(rule);
        assertThat(List.of(words)).allSatisfy(word -> assertThat(sentence).contains(word));
        assertThat(command(answer.jsonPath().getString("commandId"))).containsEntry("state", "refused")
                .containsEntry("rule", rule);
    }

    @ParameterizedTest
    @CsvSource({"BOT, peer-type", "SERVICE, peer-type", "PERSON, chat-id", "user, chat-id"})
    void onlyPeopleGroupsAndChannelsAreWrittenTo(String type, String rule) {
        var chat = type + ":" + AituBot.USER;
        var message = AituBot.timeUuid(Instant.now());

        refused(by("anna").body(Map.of("text", "x")).post(messages(chat)), rule, "USER");
        refused(by("anna").body(Map.of("text", "x")).put(pathOf(ACCOUNT, chat, message)), rule, "USER");
        refused(by("anna").delete(pathOf(ACCOUNT, chat, message)), rule, "USER");
        assertThat(bot.commands()).isEmpty();
    }

    /** Age is that of the id; five minutes are left for the way. Boundaries to the millisecond: AituLimitsTest. */
    @ParameterizedTest
    @CsvSource({"USER, delete, 47h, taken", "USER, delete, 48h, too-old", "GROUP, delete, 47h, taken",
            "GROUP, delete, 48h, too-old", "CHANNEL, delete, 719h, taken", "CHANNEL, delete, 720h, too-old",
            "USER, edit, 719h, taken", "USER, edit, 720h, too-old", "CHANNEL, edit, 719h, taken",
            "GROUP, edit, 720h, too-old", "USER, delete, -1h, message-id"})
    void messagesAreTooOldSooner(String type, String kind, String age, String outcome) {
        var message = AituBot.timeUuid(Instant.now().minus(Duration.parse("PT" + age)));
        var path = pathOf(ACCOUNT, type + ":" + AituBot.USER, message);
        var answer = kind.equals("edit") ? by("anna").body(Map.of("text", "x")).put(path) : by("anna").delete(path);

        if (outcome.equals("taken")) {
            awaitState(taken(answer), kind.equals("edit") ? "confirmed" : "accepted");
        } else {
            refused(answer, outcome);
            assertThat(bot.commands()).isEmpty();
        }
    }

    @Test
    void whatCanBeKnownIsRefused() {
        refused(by("anna").delete(pathOf(ACCOUNT, CHAT, "b1cccef5-58a2-4a03-b8a9-7966f5718c17")), "message-id",
                "version 1");
        refused(by("anna").delete(pathOf(ACCOUNT, "USER:1", AituBot.timeUuid(Instant.now()))), "chat-id", "UUID");
        refused(by("anna").body(Map.of("text", "x".repeat(4097))).post(messages(CHAT)), "text-length", "4096");
        refused(by("anna").body(Map.of("text", " ")).post(messages(CHAT)), "text-required");
        refused(by("anna").body(Map.of("text", "x", "replyTo", "1")).post(messages(CHAT)), "message-id");
        refused(by("anna").delete(pathOf(ACCOUNT, CHAT, AituBot.timeUuid(Instant.now())) + "?onlySenderDelete=true"),
                "unsupported");
        refused(by("anna").post("/api/accounts/" + ACCOUNT + "/chats/" + encoded(CHAT) + "/archive"), "unsupported");
        var theirs = bot.receive("of somebody else");
        await().atMost(SOON).until(() -> api().get(pathOf(ACCOUNT, CHAT, theirs)).statusCode() == 200);
        refused(by("anna").delete(pathOf(ACCOUNT, CHAT, theirs)), "own-messages-only");
        assertThat(bot.commands()).isEmpty();
        awaitState(taken(by("anna").body(Map.of("text", "x".repeat(4096))).post(messages(CHAT))), "confirmed");
    }

    @ParameterizedTest
    @CsvSource({"400, Failed to read HTTP message", "400, messageId is not a valid Time UUID", "400, Invalid JSON",
            "403, Forbidden", "422, Message is too old"})
    void whatTheGatewayRefusesFailsInItsWords(int status, String words) {
        bot.refuse("POST updates", status, words);
        var id = delete(AituBot.timeUuid(Instant.now()));

        assertThat(awaitState(id, "failed")).containsEntry("description", words);
        await().atMost(SOON).untilAsserted(() -> assertThat(owedBy("failures")).hasSize(1));
        assertThat(bot.calls("POST updates")).isOne();
    }

    @Test
    void whatNobodyHeardOfIsAskedAgainIfThatDoesNoHarm() {
        bot.refuse("POST updates", 503, "No server is available");
        var message = AituBot.timeUuid(Instant.now());
        var id = delete(message);
        awaitState(id, "ambiguous");
        // The first one did it, so that the second finds nothing.
        bot.refuse("POST updates", 400, "Message not found");
        assertThat(awaitState(id, "accepted")).containsEntry("attempts", 2);
    }

    @Test
    void aMessageIsNotSentTwice() throws SQLException {
        bot.refuse("POST updates", 504, "Gateway timeout");
        var id = send("once");
        awaitState(id, "ambiguous");
        // It had it all the same, and says so later.
        bot.behave();
        bot.announce("MessageIdAssigned", Map.of("localId", "redline-" + id, "dialog", Map.of("type", "USER", "id",
                AituBot.USER), "id", AituBot.timeUuid(Instant.now())));
        assertThat(awaitState(id, "confirmed")).containsEntry("attempts", 1);
        assertThat(bot.calls("POST updates")).isOne();
    }

    @Test
    void aGatewayThatIsTooBusyIsAskedLater() {
        bot.refuse("POST updates", 429, "Too many requests");
        var id = send("later");
        await().atMost(SOON).until(() -> bot.calls("POST updates") >= 1);
        bot.behave();
        awaitState(id, "confirmed");
    }

    @Test
    void aTokenThatIsNotTakenStopsTheAccountAndAlarms() {
        var other = Aitu.bot("bot");
        other.refuse("POST updates", 401, "Token is invalid");
        var path = "/api/accounts/bot/chats/" + encoded(CHAT) + "/messages";
        var id = taken(by("anna").body(Map.of("text", "x")).post(path));
        assertThat(awaitState(id, "failed")).containsEntry("description", "Token is invalid");
        awaitState(taken(by("anna").body(Map.of("text", "y")).post(path)), "failed");
        assertThat(other.calls("POST updates")).as("asked once").isOne();
        assertThat(api().get("/api/accounts").asString()).contains("redline.accounts.bot.token")
                .doesNotContain(Aitu.TOKEN);
    }
}
