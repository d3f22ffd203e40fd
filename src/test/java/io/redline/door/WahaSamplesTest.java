package io.redline.door;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import jakarta.inject.Inject;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.BlackBox;
import io.redline.OnSqlite;
import io.redline.Schemas;
import io.redline.Waha;
import io.redline.database.Rows;
import io.restassured.response.Response;

/** Every sample of what WAHA sends: 200, the right channel, the right ledger; and what its engines do to the same message. */
@QuarkusTest
@TestProfile(OnSqlite.class)
class WahaSamplesTest extends BlackBox {

    @AfterEach
    void expectThatWhatLeavesIsAsItsSchemaSays() {
        Schemas.expectAllThatLeaves(database);
    }

    @Inject
    MeterRegistry metrics;

    private static final String CHAT = "15551230001@c.us";
    private static final String HIDDEN = "900000000000777@lid";
    private static final String GROUP = "120363000000000001@g.us";

    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = "/waha/index.csv", numLinesToSkip = 1)
    void eachSample_goesThroughItsChannelIntoTheLedger(String fixture, String origin, String account, String channel,
            String kind, String chat, String message, String type, String text, Boolean edited, Boolean deleted,
            String status, String original, String versions) {
        takeFromWaha(account, fixture);

        assertThat(happened()).singleElement().satisfies(event -> assertThat(event).containsEntry("account", account)
                .containsEntry("kind", kind).containsEntry("source", "webhook"));
        assertThat(notifications()).allSatisfy(kept -> assertThat(kept).isEqualTo(Waha.sample(fixture))).isNotEmpty();
        assertThat(channels()).containsOnly(channel);
        if (message != null) {
            assertThat(owedBy(channel)).singleElement().satisfies(one -> assertThat(one)
                    .containsEntry("account", account).containsEntry("chatId", chat)
                    .containsEntry("messageId", message).containsEntry("kind", kind).containsEntry("revision", 1));
            var view = message(account, chat, message);
            assertThat(view).containsEntry("messageId", message).containsEntry("chatId", chat)
                    .containsEntry("type", type).containsEntry("text", text).containsEntry("edited", edited)
                    .containsEntry("deleted", deleted).containsEntry("status", status)
                    .containsEntry("original", original).containsEntry("revision", 1);
            assertThat(versions(view)).extracting(version -> version.get("kind"))
                    .isEqualTo(versions == null ? List.of() : List.of(versions.split(" ")));
            assertThat(versions(view)).allSatisfy(version -> assertThat(version).containsEntry("applied", true)
                    .containsEntry("text", text));
            assertThat(view.get("textKnown")).isEqualTo("edited".equals(kind) && text == null ? false : null);
        }
        assertThat(parked()).hasSize("unrecognised".equals(kind) ? 1 : 0);

        var before = notifications().size();
        takeFromWaha(account, fixture);
        assertThat(happened()).hasSize(1);
        assertThat(notifications()).hasSize(before);
        if (message != null) {
            assertThat(owedBy(channel)).hasSize(1);
            assertThat(message(account, chat, message)).containsEntry("revision", 1);
        }
    }

    @Test
    void indexNamesEverySample() throws Exception {
        var index = new String(getClass().getResourceAsStream("/waha/index.csv").readAllBytes(),
                StandardCharsets.UTF_8);
        assertThat(index.lines().skip(1).map(line -> line.substring(0, line.indexOf(',')))
                .toList()).containsExactlyInAnyOrderElementsOf(samplesIn("").toList()).hasSize(31);
    }

    static Stream<String> notWebhooks() throws Exception {
        return samplesIn("not-webhooks/");
    }

    private static Stream<String> samplesIn(String folder) throws Exception {
        var url = WahaSamplesTest.class.getResource("/waha/" + folder);
        return Arrays.stream(new File(url.toURI()).list()).filter(name -> name.endsWith(".json"))
                .map(name -> folder + name.substring(0, name.length() - ".json".length())).sorted();
    }

    /** What its API answers is nothing that a webhook brings; should it come, it is not lost. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("notWebhooks")
    void whatIsNoWebhook_isParked(String fixture) {
        takeFromWaha("waha", fixture);
        expectParked(Waha.sample(fixture));
    }

    @Test
    void twinsUnderBothIdsOfAChat_areOneMessage_whicheverComesFirst() {
        takeFromWaha("waha", "duplicate-pair-2-lid");
        takeFromWaha("waha", "duplicate-pair-1-cus");
        expectOneMessage();
        emptyTheStoreQuietly();
        takeFromWaha("waha", "duplicate-pair-1-cus");
        takeFromWaha("waha", "duplicate-pair-2-lid");
        expectOneMessage();
    }

    private void expectOneMessage() {
        for (var id : List.of("3A98D5F7C1B2A4E60015", "false_" + CHAT + "_3A98D5F7C1B2A4E60015",
                "false_" + HIDDEN + "_3A98D5F7C1B2A4E60015")) {
            assertThat(message("waha", CHAT, id)).containsEntry("messageId", "3A98D5F7C1B2A4E60015")
                    .containsEntry("chatId", CHAT).containsEntry("text", "Hello").containsEntry("original", "known");
            assertThat(message("waha", HIDDEN, id)).containsEntry("chatId", CHAT);
        }
        assertThat(list("/api/accounts/waha/chats")).hasSize(1);
        assertThat(list("/api/accounts/waha/chats/" + encoded(CHAT) + "/messages")).hasSize(1);
        // What is told besides is who wrote, by the better name.
        assertThat(owedBy("messages")).hasSizeLessThanOrEqualTo(2);
    }

    /** Nobody says that the two chats are one; the message does. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void twinsWithoutAnAlias_areOneMessage(boolean hiddenFirst) {
        var hidden = sampleOf("duplicate-pair-2-lid").replace("\"SenderAlt\"", "\"Other\"");
        var open = sampleOf("duplicate-pair-1-cus");
        post(hiddenFirst ? hidden : open);
        post(hiddenFirst ? open : hidden);
        assertThat(message("waha", CHAT, "3A98D5F7C1B2A4E60015")).containsEntry("chatId", CHAT);
        assertThat(message("waha", HIDDEN, "3A98D5F7C1B2A4E60015")).containsEntry("chatId", CHAT);
        assertThat(list("/api/accounts/waha/chats")).hasSize(1);
    }

    @Test
    void messageAndMessageAny_areOne() {
        post(sampleOf("message-webjs-text"));
        post(sampleOf("message-webjs-text").replace("\"event\": \"message\"", "\"event\": \"message.any\""));
        post(sampleOf("message-webjs-text").replace("evt_01kxy7t5q0q8pgmg37dd92f4sz",
                "evt_01kxy7t5q0q8pgmg37dd92f4s0"));
        assertThat(happened()).hasSize(1);
        assertThat(notifications()).hasSize(1);
    }

    /** WEBJS names the original in each of its edits: only the envelope tells them apart. */
    @Test
    void editBackAndForth_isThreeEdits() {
        takeFromWaha("waha", "message-webjs-text");
        var edit = sampleOf("message-edited-webjs");
        post(edit);
        post(edit.replace("Hi there! (edited)", "Hi!").replace("1784500060480", "1784500061480"));
        post(edit.replace("1784500060480", "1784500062480"));
        // Late, and again.
        post(edit.replace("Hi there! (edited)", "Hi!").replace("1784500060480", "1784500061480"));
        var view = message("waha", CHAT, "3EB0A1B2C3D4E5F60001");
        assertThat(versions(view)).extracting(version -> version.get("text")).containsExactly("Hi there!",
                "Hi there! (edited)", "Hi!", "Hi there! (edited)");
        assertThat(view).containsEntry("text", "Hi there! (edited)");
    }

    @Test
    void editThatCannotBeDecrypted_leavesTheOlderText() {
        post(sampleOf("message-any-noweb-from-me-api").replace("3EB075539C08D763E8A001",
                "ACFB7D4326E27C47C0E4161ABD4CFA15"));
        takeFromWaha("waha", "message-edited-noweb-undecryptable");
        assertThat(message("waha", CHAT, "ACFB7D4326E27C47C0E4161ABD4CFA15")).containsEntry("edited", true)
                .containsEntry("textKnown", false).containsEntry("text", "Need to solve captcha.");
    }

    @Test
    void waitedForMessage_isTheMessageWhenItComes() {
        takeFromWaha("waha", "message-waiting-webjs");
        assertThat(message("waha", CHAT, "3EB0A1B2C3D4E5F60014")).containsEntry("direction", null);
        assertThat(list("/api/accounts/waha/chats")).isEmpty();
        post(sampleOf("message-webjs-text").replace("3EB0A1B2C3D4E5F60001", "3EB0A1B2C3D4E5F60014"));
        assertThat(message("waha", CHAT, "3EB0A1B2C3D4E5F60014")).containsEntry("original", "known")
                .containsEntry("text", "Hi there!").containsEntry("direction", "incoming")
                .containsEntry("status", null);
    }

    @Test
    void ownDevices_changeNothingAndAreOwedToNobody() {
        takeFromWaha("waha", "message-webjs-text");
        post(sampleOf("message-ack-gows-read").replace("\"fromMe\": true", "\"fromMe\": false").replace(
                "true_15551230001@c.us_3EB0D0D0D0D0D0D00011", "false_15551230001@c.us_3EB0A1B2C3D4E5F60001"));
        post(sampleOf("message-ack-group-gows-read").replace("\"participant\": \"900000000000777@lid\"",
                "\"participant\": \"900000000000001@lid\""));
        assertThat(parked()).isEmpty();
        assertThat(owedBy("statuses")).isEmpty();
        assertThat(message("waha", CHAT, "3EB0A1B2C3D4E5F60001")).containsEntry("status", null)
                .containsEntry("revision", 1);
        assertThat(list("/api/accounts/waha/chats/" + encoded(GROUP) + "/messages")).isEmpty();
    }

    @Test
    void receiptsOfAGroup_areThoseOfItsParticipants() {
        takeFromWaha("waha", "message-ack-group-gows-read");
        post(sampleOf("message-ack-group-gows-read").replace("900000000000777@lid", "15551230009@c.us")
                .replace("\"ack\": 3", "\"ack\": 2").replace("READ", "DEVICE")
                .replace("1784500002500", "1784500002600"));
        var view = message("waha", GROUP, "true_" + GROUP + "_4CC5EDD64BC22EBA6D639F2AF571346C_15550001111@c.us");
        assertThat(view).containsEntry("status", "read").containsEntry("statusAt", "2026-07-19T22:26:42.500Z");
        assertThat((List<?>) view.get("receipts")).hasSize(2);
    }

    /** The failure is told by no word and no time of its own: the id of the envelope has one. */
    @Test
    void oldReleases_tellTheTimeInTheIdOfTheEnvelope() {
        takeFromWaha("waha-old", "message-ack-noweb-error");
        assertThat(message("waha-old", "15551230000@c.us", "3EB0D971A974F4AC7F77C5"))
                .containsEntry("status", "failed").containsEntry("statusAt", "2024-12-04T02:38:46.896Z");
    }

    @Test
    void failure_doesNotUndoADelivery() {
        takeFromWaha("waha", "message-ack-noweb-device");
        post(sampleOf("message-ack-noweb-device").replace("\"ack\": 2", "\"ack\": -1").replace("DEVICE", "ERROR"));
        assertThat(message("waha", CHAT, "3EB075539C08D763E8A001")).containsEntry("status", "delivered");
        assertThat(happened()).hasSize(2);
    }

    @Test
    void reaction_isTakenBackByTheSamePerson() {
        post(sampleOf("message-reaction-removed-gows").replace("\"text\": \"\"", "\"text\": \"👍\"")
                .replace("CACACACACACA0013", "CACACACACACA0012").replace("1784500010400", "1784500009400"));
        assertThat((List<?>) message("waha", CHAT, "3EB0D0D0D0D0D0D00011").get("reactions")).hasSize(1);
        takeFromWaha("waha", "message-reaction-removed-gows");
        assertThat(message("waha", CHAT, "3EB0D0D0D0D0D0D00011").get("reactions")).isNull();
    }

    @Test
    void revokeBeforeItsOriginal_andEditAfterwards_leaveItDeleted() {
        takeFromWaha("waha", "message-revoked-noweb");
        takeFromWaha("waha", "message-edited-noweb");
        post(sampleOf("message-edited-noweb").replace("EDEDEDEDEDED0002", "EDEDEDEDEDED0099")
                .replace("1784500060700", "1784500199000").replace("Hi there! (edited)", "too late"));
        takeFromWaha("waha", "message-webjs-text");
        var view = message("waha", CHAT, "3EB0A1B2C3D4E5F60001");
        assertThat(view).containsEntry("deleted", true).containsEntry("text", "Hi there! (edited)")
                .containsEntry("original", "known");
        assertThat(versions(view)).extracting(version -> version.get("applied")).containsExactly(true, true, true,
                false);
    }

    @Test
    void revokeThatNamesNoOriginal_isParked() {
        post(sampleOf("message-revoked-webjs").replace("\"revokedMessageId\"", "\"other\"")
                .replace("\"protocolMessageKey\"", "\"none\""));
        assertThat(parked()).hasSize(1);
        emptyTheStoreQuietly();
        post(sampleOf("message-revoked-webjs").replace("\"revokedMessageId\"", "\"other\""));
        assertThat(message("waha", CHAT, "3EB0A1B2C3D4E5F60001")).containsEntry("deleted", true);
    }

    @Test
    void chatsAndSessions_tellWhatHappened() {
        takeFromWaha("waha", "chat-archive-webjs-unarchived");
        takeFromWaha("waha", "chat-archive-webjs-archived");
        takeFromWaha("waha", "session-status-passkey-required");
        takeFromWaha("waha", "session-status-failed");
        takeFromWaha("waha", "session-status-working");
        var events = events();
        assertThat(events.get(0)).containsEntry("state", "unarchived").containsEntry("at", "2026-07-19T22:26:49Z");
        assertThat(events.get(1)).containsEntry("state", "archived").containsEntry("at", "2026-07-19T22:26:43Z");
        assertThat(events.get(2)).containsEntry("aspect", "state").containsEntry("state", "PASSKEY_REQUIRED")
                .containsEntry("details", Map.of("engine", "GOWS"));
        assertThat(list("/api/accounts")).filteredOn("name", "waha").singleElement()
                .satisfies(account -> assertThat(account).containsEntry("state", "PASSKEY_REQUIRED"));
    }

    @Test
    void anotherSession_isParkedWithTheReason() {
        post(sampleOf("message-webjs-text").replace("\"session\": \"default\"", "\"session\": \"another\""));
        assertThat((String) parked().get(0).get("lastError")).contains("redline.accounts.waha.instance");
    }

    /** That its chat has two ids is told with each message, and known from the second one on. */
    @Test
    void everyNotificationOfAHiddenChat_isKept() {
        takeFromWaha("waha", "duplicate-pair-2-lid");
        post(sampleOf("duplicate-pair-2-lid").replace("3A98D5F7C1B2A4E60015", "3A98D5F7C1B2A4E60016"));
        assertThat(happened()).hasSize(2);
        assertThat(notifications()).hasSize(2);
        List<String> keptWith = database.read(connection -> Rows.query(connection,
                "select e.kind from notification n join event e on e.id = n.event_id", row -> row.getString(1)));
        assertThat(keptWith).containsOnly("posted");
    }

    /** Found by MalformedInputTest: each of its events was one that nobody could read. */
    @Test
    void anotherSessionInAHiddenChat_isParkedOnceAndNoRepeat() {
        var repeats = repeats();
        var other = sampleOf("duplicate-pair-2-lid").replace("\"session\": \"default\"", "\"session\": \"another\"");
        post(other);
        expectParked(other.getBytes(StandardCharsets.UTF_8));
        assertThat(repeats()).isEqualTo(repeats);
    }

    private double repeats() {
        return metrics.find("redline.events").tags("account", "waha", "novelty", "repeat").counters().stream()
                .mapToDouble(Counter::count).sum();
    }

    private void emptyTheStoreQuietly() {
        try {
            emptyTheStore();
        } catch (java.sql.SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** What happened besides that two chats are known to be one. */
    private static List<Map<String, Object>> happened() {
        return events().stream().filter(event -> !"chat-alias".equals(event.get("kind"))).toList();
    }

    private List<String> channels() {
        return database.read(connection -> Rows.query(connection, "select endpoints from event",
                row -> row.getString(1))).stream()
                .flatMap(endpoints -> OnSqlite.CHANNELS.stream().filter(one -> endpoints.contains("see-" + one)))
                .toList();
    }

    private static String sampleOf(String fixture) {
        return new String(Waha.sample(fixture), StandardCharsets.UTF_8);
    }

    private static void takeFromWaha(String account, String fixture) {
        expectTaken(knock(account, Waha.sample(fixture)));
    }

    private static void post(String body) {
        expectTaken(knock("waha", body.getBytes(StandardCharsets.UTF_8)));
    }

    private static Response knock(String account, byte[] body) {
        return given().contentType("application/json").body(body).post("/webhooks/waha/" + account);
    }
}
