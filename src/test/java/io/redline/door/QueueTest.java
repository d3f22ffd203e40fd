package io.redline.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.ObjectMapper;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.BlackBox;
import io.redline.GreenApi;
import io.redline.database.Dialect;
import io.redline.database.Rows;
import io.redline.gateway.greenapi.GreenApiInstance;

/** Notifications are fetched from the gateway's queue: once, in order, and none is lost or in the way. */
@QuarkusTest
@TestProfile(GreenApi.OnSqliteToo.class)
class QueueTest extends BlackBox {

    private static final String CHAT = "71234567890@c.us";

    GreenApiInstance instance;

    @BeforeEach
    void newInstance() {
        instance = GreenApi.instance("queued");
    }

    private static Map<String, Object> soon(String message) {
        await().atMost(Duration.ofSeconds(40))
                .until(() -> api().get(pathOf("queued", CHAT, message)).statusCode() == 200);
        return message("queued", CHAT, message);
    }

    private void untilEmpty() {
        await().atMost(Duration.ofSeconds(40)).until(() -> instance.queued() == 0);
    }

    @Test
    void whatIsInTheQueueIsKeptAndDeleted() {
        var id = instance.receive(CHAT, "old");
        instance.edit(CHAT, id, "new");
        untilEmpty();

        var message = soon(id);
        assertThat(message).containsEntry("text", "new").containsEntry("edited", true);
        assertThat(versions(message)).extracting(version -> version.get("source")).containsOnly("queue");
        assertThat(owedBy("messages")).hasSize(1);
        assertThat(owedBy("edits")).hasSize(1);
        assertThat(instance.tooFast()).isEmpty();
    }

    @Test
    void webhookAndQueueGiveTheSameLedger() throws Exception {
        var first = instance.receive(CHAT, "one");
        var second = instance.send(CHAT, "two");
        instance.edit(CHAT, second, "two and a half");
        instance.come(CHAT, second, "delivered");
        instance.delete(CHAT, first);
        List<Map<String, Object>> announced = new ArrayList<>(instance.announced());
        untilEmpty();
        soon(first);
        var known = events().size();
        assertThat(known).isEqualTo(announced.size());
        var before = List.of(told(first), told(second));

        for (var notification : announced) {
            take("queued", new ObjectMapper().writeValueAsBytes(notification));
        }
        assertThat(events()).as("nothing is new").hasSize(known);
        assertThat(List.of(told(first), told(second))).isEqualTo(before);
    }

    /** The message without who told it, for now both did. */
    private static Map<String, Object> told(String id) {
        var message = new HashMap<>(message("queued", CHAT, id));
        versions(message).forEach(version -> version.remove("source"));
        return message;
    }

    @Test
    void poisonIsParkedAndDoesNotStandInTheWay() {
        instance.misbehave("receiveNotification", 200, "{\"receiptId\":1,\"body\":{\"typeWebhook\":\"neverSeen\"}}");
        await().until(() -> parked().size() == 1);
        instance.misbehave("receiveNotification", 200, "{\"receiptId\":1,\"body\":{\"a\":\\x}}");
        await().atMost(Duration.ofSeconds(40)).until(() -> parked().size() == 2);
        assertThat(notifications()).extracting(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .contains("{\"typeWebhook\":\"neverSeen\"}", "{\"receiptId\":1,\"body\":{\"a\":\\x}}");
        assertThat(instance.calls("deleteNotification")).isPositive();
        instance.behave();

        soon(instance.receive(CHAT, "after"));
        assertThat(parked()).as("each was kept once, however often it came").hasSize(2);
    }

    @Test
    void aDeleteThatFailsIsDoneAndWhatComesAgainIsKnown() {
        instance.misbehave("deleteNotification", 500, "findUnAckedMessage");
        var id = instance.receive(CHAT, "text");
        soon(id);
        await().until(() -> instance.calls("deleteNotification") >= 2);
        instance.misbehave("deleteNotification", 200, "{\"result\":false,\"reason\":\"\"}");
        var asked = instance.calls("deleteNotification");
        await().atMost(Duration.ofSeconds(40)).until(() -> instance.calls("deleteNotification") > asked);
        assertThat(instance.calls("receiveNotification")).as("no hot loop").isLessThan(12);
        instance.behave();
        untilEmpty();
        assertThat(events()).hasSize(1);
    }

    @Test
    void nothingIsDeletedThatCouldNotBeStored() throws SQLException {
        var known = events().size();
        var id = database.write(connection -> {
            // The store is ours: nobody can write until this ends.
            if (database.dialect() == Dialect.POSTGRESQL) {
                Rows.update(connection, "lock table event");
            }
            var posted = instance.receive(CHAT, "text");
            await().atMost(Duration.ofSeconds(40)).until(() -> instance.calls("receiveNotification") >= 2);
            assertThat(instance.calls("deleteNotification")).isZero();
            assertThat(instance.queued()).isOne();
            return posted;
        });
        soon(id);
        untilEmpty();
        assertThat(events()).hasSize(known + 1);
    }

    @Test
    void aGatewayThatDoesNotWaitIsNotAskedAllTheTime() {
        instance.asNew();
        await().until(() -> instance.calls("receiveNotification") >= 1);
        await().during(Duration.ofSeconds(2)).atMost(Duration.ofSeconds(4))
                .until(() -> instance.calls("receiveNotification") <= 4);
    }

    @Test
    void aGatewayThatPostsToSomebodyElseIsNotAskedAllTheTime() {
        var elsewhere = GreenApi.instance("elsewhere").with("webhookUrl", "https://crm.example.org");
        await().atMost(Duration.ofSeconds(70)).until(() -> elsewhere.calls("receiveNotification") == 1);
        await().during(Duration.ofSeconds(3)).atMost(Duration.ofSeconds(5))
                .until(() -> elsewhere.calls("receiveNotification") == 1);
    }
}
