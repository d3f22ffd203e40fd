package io.redline.gateway.greenapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.redline.VirtualClock;
import io.redline.gateway.greenapi.GreenApiInstance.Answer;

/** The double does what the documentation and the captures say of the gateway, or tests against it prove nothing. */
class GreenApiDoubleTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CHAT = "71234567890@c.us";

    private final VirtualClock clock = new VirtualClock();
    private final GreenApiInstance instance = new GreenApiInstance("1101000001", "the-token", "whatsapp", clock);
    private final GreenApiDouble server = new GreenApiDouble().pollingAtMost(Duration.ofMillis(50));

    @AfterEach
    void close() {
        server.close();
    }

    private Answer get(String method) {
        return instance.answer("GET", method, "the-token", "", Map.of("minutes", "20"), "");
    }

    private List<Map<String, Object>> list(String method) throws IOException {
        clock.pass(Duration.ofSeconds(1));
        return JSON.readValue(get(method).body(), new TypeReference<>() {
        });
    }

    @Test
    void editsChangeTheEntryAndDeletesAddOne() throws Exception {
        var id = instance.send(CHAT, "old");
        clock.pass(Duration.ofSeconds(30));
        var edit = instance.edit(CHAT, id, "new");
        clock.pass(Duration.ofSeconds(30));
        var delete = instance.delete(CHAT, id);

        var entries = list("lastOutgoingMessages");
        assertThat(entries).hasSize(2);
        assertThat(entries.get(0)).containsEntry("typeMessage", "deletedMessage").containsEntry("idMessage", delete)
                .containsEntry("deletedMessageData", Map.of("stanzaId", id)).doesNotContainKey("isEdited");
        assertThat(entries.get(1)).containsEntry("idMessage", id).containsEntry("textMessage", "new")
                .containsEntry("editedMessageId", edit).containsEntry("isEdited", true)
                .containsEntry("deletedMessageId", delete).containsEntry("isDeleted", true)
                .containsEntry("timestamp", (int) (VirtualClock.START / 1000));
        assertThat(list("lastIncomingMessages")).isEmpty();
    }

    @Test
    void journalsLagAndMayShowOldTexts() throws Exception {
        var id = instance.receive(CHAT, "old");
        instance.lagging(() -> Duration.ofSeconds(100)).showingOldTextsFor(Duration.ofSeconds(60));
        instance.edit(CHAT, id, "new");

        assertThat(list("lastIncomingMessages").get(0)).containsEntry("isEdited", false);
        clock.pass(Duration.ofSeconds(100));
        assertThat(list("lastIncomingMessages").get(0)).containsEntry("isEdited", true)
                .containsEntry("textMessage", "old");
        clock.pass(Duration.ofSeconds(60));
        assertThat(list("lastIncomingMessages").get(0)).containsEntry("textMessage", "new");
        clock.pass(Duration.ofMinutes(20));
        assertThat(list("lastIncomingMessages")).as("by the time of the message, whenever it was edited").isEmpty();
    }

    @Test
    void messagesAreAskedForAtTheRateOfTheirMessenger() {
        for (var messenger : Map.of("whatsapp", 10, "v3", 10, "telegram", 1).entrySet()) {
            var one = new GreenApiInstance("1101000001", "token", messenger.getKey(), clock);
            for (int i = 0; i < 12; i++) {
                one.answer("POST", "getMessage", "token", "", Map.of(), "{}");
            }
            assertThat(one.tooFast()).containsOnly(Map.entry("getMessage", 12 - messenger.getValue()));
        }
    }

    @Test
    void ratesAreKeptForEachMethod() {
        assertThat(get("lastIncomingMessages").status()).isEqualTo(200);
        assertThat(get("lastOutgoingMessages").status()).isEqualTo(200);
        assertThat(get("lastIncomingMessages").status()).isEqualTo(429);
        assertThat(instance.tooFast()).containsOnly(Map.entry("lastIncomingMessages", 1));
        clock.pass(Duration.ofSeconds(1));
        assertThat(get("lastIncomingMessages").status()).isEqualTo(200);
    }

    @Test
    void theQueueRepeatsItsFirstUntilItIsDeletedAndForgetsAfterADay() throws Exception {
        instance.receive(CHAT, "one");
        instance.receive(CHAT, "two");

        assertThat(get("receiveNotification").body()).contains("\"one\"").contains("\"receiptId\":1");
        assertThat(get("receiveNotification").body()).contains("\"one\"");
        assertThat(delete("1").body()).contains("true");
        assertThat(delete("1").status()).isEqualTo(500);
        assertThat(delete("7").body()).contains("false");
        assertThat(get("receiveNotification").body()).contains("\"two\"");
        clock.pass(Duration.ofHours(25));
        assertThat(get("receiveNotification").body()).isEqualTo("null");

        instance.with("webhookUrl", "https://example.org");
        assertThat(get("receiveNotification").status()).isEqualTo(400);
    }

    private Answer delete(String receipt) {
        return instance.answer("DELETE", "deleteNotification", "the-token", receipt, Map.of(), "");
    }

    @Test
    void settingsDecideWhatIsAnnounced() {
        instance.asNew().receive(CHAT, "unheard");
        assertThat(instance.announced()).isEmpty();
        assertThat(instance.answer("POST", "setSettings", "the-token", "", Map.of(), "{\"incomingWebhook\":\"yes\"}")
                .body()).isEqualTo("{\"saveSettings\":true}");
        assertThat(instance.reboots()).isOne();
        instance.receive(CHAT, "heard");
        assertThat(instance.announced()).hasSize(1);
    }

    @Test
    void whatIsWrongIsAnsweredAsTheGatewayDoes() throws Exception {
        server.instance("1101000001", "the-token", "whatsapp");

        assertThat(call("GET", "/waInstance1101000001/getStateInstance/the-token").body())
                .isEqualTo("{\"stateInstance\":\"authorized\"}");
        assertThat(call("GET", "/waInstance1101000001/getSettings/wrong").statusCode()).isEqualTo(401);
        assertThat(call("GET", "/waInstance7/getSettings/the-token").statusCode()).isEqualTo(403);
        assertThat(call("POST", "/waInstance1101000001/getSettings/the-token"))
                .returns(404, HttpResponse::statusCode)
                .satisfies(answer -> assertThat(answer.body()).contains("/getSettings/the-token"));
        assertThat(call("GET", "/v3/waInstance1101000001/receiveNotification/the-token?receiveTimeout=5").body())
                .isEqualTo("null");
    }

    private HttpResponse<String> call(String verb, String path) throws IOException, InterruptedException {
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(server.url() + path))
                .method(verb, HttpRequest.BodyPublishers.noBody()).build(), HttpResponse.BodyHandlers.ofString());
    }
}
