package io.redline.journal;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.BlackBox;
import io.redline.database.Rows;
import io.redline.event.EventJson;
import io.redline.gateway.greenapi.GreenApiInstance;
import io.restassured.response.Response;

/** What an operator sees of journals, at a gateway that behaves as the real one; through the shipped routes. */
@QuarkusTest
@TestProfile(JournalGateway.OnSqliteWhenAsked.class)
class JournalsTest extends BlackBox {

    private static final String CHAT = "71234567890@c.us";

    @ConfigProperty(name = "quarkus.log.file.path")
    Path log;

    @TestHTTPResource(value = "/", management = true)
    URI management;

    private static Response reconcile(String account) {
        return given().post("/api/accounts/" + account + "/reconcile");
    }

    private static Map<String, Integer> reconciled(String account) {
        var answer = reconcile(account);
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        return answer.jsonPath().getMap("$");
    }

    private static int calls(GreenApiInstance instance) {
        return List.of("lastIncomingMessages", "lastOutgoingMessages", "getMessage", "getChatHistory").stream()
                .mapToInt(instance::calls).sum();
    }

    private List<String> changes() {
        return database.read(connection -> Rows.query(connection, "select data from change order by id",
                row -> row.getString(1)));
    }

    @Test
    void whatWasLostIsFoundOnceAndTheFirstTimeAsOldHistory() {
        var instance = JournalGateway.instance("history");
        var incoming = instance.receive(CHAT, "first");
        var sent = instance.sendByApi(CHAT, "second");
        instance.edit(CHAT, sent, "second, edited");
        instance.come(CHAT, sent, "read");
        instance.delete(CHAT, incoming);

        assertThat(reconciled("history")).containsEntry("compared", 3).containsEntry("repaired", 2)
                .containsEntry("drift", 2);

        var message = message("history", CHAT, sent);
        assertThat(message).containsEntry("text", "second, edited").containsEntry("status", "read")
                .containsEntry("edited", true).containsEntry("direction", "outgoing");
        assertThat(versions(message)).extracting(version -> version.get("source")).containsOnly("journal");
        assertThat(message("history", CHAT, incoming)).containsEntry("text", "first").containsEntry("deleted", true);
        assertThat(owedBy("messages")).hasSize(2);
        assertThat(owedBy("edits")).hasSize(1);
        assertThat(owedBy("deletes")).hasSize(1);
        assertThat(owedBy("statuses")).hasSize(1);
        assertThat(changes()).hasSize(5).allSatisfy(change -> assertThat(change).contains("\"backfill\":true"));
        assertThat(notifications()).as("nothing of it was a notification").isEmpty();

        var before = calls(instance);
        assertThat(reconciled("history")).containsEntry("repaired", 0).containsEntry("drift", 0);
        assertThat(calls(instance)).isEqualTo(before + 2);

        var news = instance.send(CHAT, "third");
        assertThat(reconciled("history")).containsEntry("repaired", 1);
        assertThat(message("history", CHAT, news)).containsEntry("text", "third");
        assertThat(changes().subList(5, 7)).allSatisfy(change -> assertThat(change).doesNotContain("backfill"));
        assertThat(instance.tooFast()).isEmpty();
        assertThat(metrics()).contains("redline_journal_drift_total{account=\"history\"} 3.0",
                "redline_journal_repaired_total{account=\"history\"} 3.0", "redline_journal_age_seconds");
        assertThat(account("history").get("reconciled")).asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsEntry("problem", null)
                .doesNotContainEntry("completedAt", null);
    }

    @Test
    void whatDifferedIsDrawn() {
        var instance = JournalGateway.instance("drawn");
        assertThat(JournalGateway.shown("drawn")).contains("none yet", "0 of 0 differed").doesNotContain("<rect");
        instance.receive(CHAT, "told");
        for (var notification : instance.announced()) {
            take("drawn", EventJson.write(notification));
        }
        instance.receive(CHAT, "lost");
        assertThat(reconciled("drawn")).containsEntry("compared", 2).containsEntry("drift", 1);
        assertThat(JournalGateway.shown("drawn")).contains("1 of 2 differed</span>", "1 messages differed from the")
                .containsPattern("<rect [^>]*height=\"40\" class=\"differs\"><title>[^<]*:00: 1 of 2 differed</title>")
                .containsPattern("Last journal pass</dt><dd class=\"num\"><time [^>]*>\\d+ (s|min) ago<");
    }

    @Test
    void nobodyIsMailedOldHistory() {
        var instance = JournalGateway.instance("mailed");
        instance.delete(CHAT, instance.receive(CHAT, "old"));
        reconciled("mailed");
        await().untilAsserted(() -> assertThat(mails("done")).hasSize(1));

        instance.delete(CHAT, instance.receive(CHAT, "new"));
        reconciled("mailed");
        await().untilAsserted(() -> assertThat(mails("retrying")).hasSize(1));
        assertThat(mails("done")).as("passed over").hasSize(1);
    }

    private static List<Map<String, Object>> mails(String state) {
        return list("/api/deliveries?endpoint=mail&account=mailed&state=" + state);
    }

    @Test
    void whatTheJournalToldIsNotToldAgainByAWebhook() {
        var instance = JournalGateway.instance("twice");
        var id = instance.send(CHAT, "a");
        for (var notification : instance.announced()) {
            take("twice", EventJson.write(notification));
        }
        instance.edit(CHAT, id, "b");
        reconciled("twice");
        var before = message("twice", CHAT, id);
        assertThat(owedBy("edits")).hasSize(1);
        for (var notification : instance.announced()) {
            take("twice", EventJson.write(notification));
        }

        var after = message("twice", CHAT, id);
        assertThat(after).containsEntry("revision", before.get("revision"));
        assertThat(versions(before)).extracting(version -> version.get("source")).containsExactly("webhook", "journal");
        assertThat(versions(after)).extracting(version -> version.get("source")).containsOnly("webhook");
        assertThat(owedBy("edits")).hasSize(1);
    }

    @Test
    void whatWebhooksToldIsNotToldAgain() {
        var instance = JournalGateway.instance("known");
        var id = instance.sendByApi(CHAT, "a");
        instance.edit(CHAT, id, "b");
        instance.come(CHAT, id, "delivered");
        instance.delete(CHAT, id);
        for (var notification : instance.announced()) {
            take("known", EventJson.write(notification));
        }

        // The edit and the delete are of one second.
        assertThat(message("known", CHAT, id)).containsEntry("text", "b").containsEntry("deleted", true);
        assertThat(reconciled("known")).containsEntry("compared", 2).containsEntry("drift", 0);
        assertThat(owedBy("messages")).hasSize(1);
    }

    @Test
    void tokensAreNowhere() throws Exception {
        var instance = JournalGateway.instance("echoing");
        instance.misbehave("lastIncomingMessages", 404, "{\"message\":\"Cannot GET /waInstance/lastIncomingMessages/"
                + JournalGateway.TOKEN + "\"}");
        var refusal = expectProblem(reconcile("echoing"), 502);
        assertThat(refusal).contains("lastIncomingMessages");
        instance.behave();
        assertThat(reconciled("echoing")).containsEntry("drift", 0);

        for (var seen : List.of(Files.readString(log), metrics(), given().get("/api/accounts").asString(),
                given().get("/api/events").asString(), given().get("/api/deliveries?state=parked").asString(), refusal,
                given().get(management.resolve("/observe/health")).asString())) {
            assertThat(seen).isNotEmpty().doesNotContain(JournalGateway.TOKEN);
        }
    }

    @Test
    void aUsedUpPlanIsSaidAndTheGatewayLeftAlone() {
        var instance = JournalGateway.instance("used-up");
        instance.misbehave("lastOutgoingMessages", 466, "{\"invokeStatus\":{\"status\":\"QUOTE_EXCEEDED\"}}");

        assertThat(expectProblem(reconcile("used-up"), 502)).contains("plan");
        expectProblem(reconcile("used-up"), 502);
        assertThat(instance.calls("lastOutgoingMessages")).isOne();
        assertThat(account("used-up").get("reconciled").toString()).contains("plan");
        var health = given().get(management.resolve("/observe/health"));
        assertThat(health.statusCode()).isEqualTo(200);
        assertThat(health.asString()).contains("problem.used-up");
    }

    @Test
    void aRightTokenSetsItGoingAgain() throws Exception {
        var instance = JournalGateway.instance("locked-out");
        instance.changeToken("another1");
        instance.receive(CHAT, "text");
        assertThat(expectProblem(reconcile("locked-out"), 502)).contains("redline.accounts.locked-out");

        JournalGateway.rewriteToken("another1");
        assertThat(reconciled("locked-out")).containsEntry("repaired", 1);
        assertThat(account("locked-out").get("reconciled").toString()).contains("problem=null");
    }

    @Test
    void whatCannotBeReadIsSaid() {
        assertThat(expectProblem(reconcile("sales"), 409)).contains("redline.accounts.sales.token");
        expectProblem(reconcile("nobody"), 404);
        assertThat(account("sales")).doesNotContainKey("reconciled");
    }

    private Map<String, Object> account(String name) {
        return list("/api/accounts").stream().filter(one -> name.equals(one.get("name"))).findFirst().orElseThrow();
    }

    private String metrics() {
        return given().get(management.resolve("/observe/metrics")).asString();
    }
}
