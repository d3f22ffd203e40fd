package io.redline.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

import jakarta.enterprise.context.ApplicationScoped;

import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.BlackBox;
import io.redline.OnSqlite;

/** What endpoints get: everything at least once, in order per chat, whatever happens at other endpoints and chats. */
@QuarkusTest
@TestProfile(DeliveryTest.WithEndpoints.class)
class DeliveryTest extends BlackBox {

    /** Channels with endpoints that work, fail for a while, and fail for ever. */
    public static class WithEndpoints extends OnSqlite {
        @Override
        public Map<String, String> getConfigOverrides() {
            var settings = new HashMap<>(super.getConfigOverrides());
            settings.put("redline.route.messages", "test-recorder");
            settings.put("redline.route.edits", "test-recorder, test-broken");
            settings.put("redline.route.statuses", "test-flaky");
            settings.put("redline.outbox.retry.delay", "10ms");
            return settings;
        }
    }

    /** The endpoints of this test. */
    @ApplicationScoped
    static class Endpoints extends RouteBuilder {
        static final Queue<Map<String, Object>> RECORDED = new ConcurrentLinkedQueue<>();
        static final Queue<String> STATUSES = new ConcurrentLinkedQueue<>();
        static final Map<String, Integer> ATTEMPTS = new ConcurrentHashMap<>();

        @Override
        public void configure() {
            from("outbox:test-recorder?concurrency=4").routeId("test-recorder")
                    .process(exchange -> RECORDED.add(change(exchange)));
            from("outbox:test-broken?attempts=3").routeId("test-broken").process(exchange -> {
                if ("after".equals(change(exchange).get("text"))) {
                    throw new IllegalStateException("It is broken.");
                }
            });
            from("outbox:test-flaky?concurrency=4").routeId("test-flaky").process(Endpoints::failTwice);
        }

        @SuppressWarnings("unchecked")
        private static Map<String, Object> change(Exchange exchange) {
            return exchange.getMessage().getBody(Map.class);
        }

        private static void failTwice(Exchange exchange) {
            var change = (Map<?, ?>) change(exchange).get("change");
            var status = (String) change.get("status");
            if (ATTEMPTS.merge(status, 1, Integer::sum) <= 2) {
                throw new IllegalStateException("Not yet.");
            }
            assertThat(exchange.getMessage().getHeader("RedlineAttempt")).isEqualTo(3);
            STATUSES.add(status);
        }
    }

    @BeforeEach
    void forget() {
        Endpoints.RECORDED.clear();
        Endpoints.STATUSES.clear();
        Endpoints.ATTEMPTS.clear();
    }

    @Test
    void eachChatKeepsItsOrder() {
        var chats = List.of("71000000001@c.us", "71000000002@c.us", "71000000003@c.us", "71000000004@c.us");
        var feeds = new ArrayList<CompletableFuture<Void>>();
        for (var chat : chats) {
            feeds.add(CompletableFuture.runAsync(() -> {
                for (int i = 0; i < 15; i++) {
                    take("sales", posted(chat, "M" + i, "message " + i));
                    take("sales", edited(chat, "E" + i, "M" + i, "edit " + i));
                }
            }));
        }
        feeds.forEach(CompletableFuture::join);

        await().untilAsserted(() -> assertThat(Endpoints.RECORDED).hasSize(4 * 30));
        for (var chat : chats) {
            var got = Endpoints.RECORDED.stream().filter(change -> chat.equals(change.get("chatId")))
                    .map(change -> change.get("messageId") + " " + change.get("revision") + " " + change.get("text"))
                    .toList();
            var expected = new ArrayList<String>();
            for (int i = 0; i < 15; i++) {
                expected.add("M" + i + " 1 message " + i);
                expected.add("M" + i + " 2 edit " + i);
            }
            assertThat(got).as(chat).containsExactlyElementsOf(expected);
        }
    }

    @Test
    void whatKeepsFailingIsParkedAndHoldsUpNobodyElse() {
        take("sales", posted("71000000001@c.us", "M1", "before"));
        take("sales", edited("71000000001@c.us", "E1", "M1", "after"));

        await().untilAsserted(() -> assertThat(parked()).singleElement().satisfies(delivery -> {
            assertThat(delivery).containsEntry("endpoint", "test-broken").containsEntry("attempts", 3)
                    .containsEntry("messageId", "M1").containsEntry("revision", 2);
            assertThat((String) delivery.get("lastError")).contains("IllegalStateException", "It is broken.");
        }));
        assertThat(Endpoints.RECORDED).extracting(change -> change.get("text")).containsExactly("before", "after");
    }

    @Test
    void whatFailsForAWhileIsDeliveredInTheEndAndInOrder() {
        take("sales", status("71000000001@c.us", "M1", "sent"));
        take("sales", status("71000000001@c.us", "M1", "delivered"));
        take("sales", status("71000000001@c.us", "M1", "read"));

        await().untilAsserted(() -> assertThat(Endpoints.STATUSES).containsExactly("sent", "delivered", "read"));
        await().untilAsserted(() -> assertThat(list("/api/deliveries?state=done&endpoint=test-flaky")).hasSize(3)
                .allSatisfy(delivery -> assertThat(delivery).containsEntry("attempts", 3)
                        .containsEntry("lastError", null)));
    }

    @Test
    void aRepeatIsDeliveredOnce() {
        take("sales", posted("71000000001@c.us", "M1", "once"));
        take("sales", posted("71000000001@c.us", "M1", "once"));
        take("sales", posted("71000000001@c.us", "M2", "last"));

        await().untilAsserted(() -> assertThat(Endpoints.RECORDED).extracting(change -> change.get("text"))
                .contains("last"));
        assertThat(Endpoints.RECORDED).extracting(change -> change.get("text")).containsExactly("once", "last");
    }

    private static String posted(String chat, String id, String text) {
        return notification(chat, id, """
                {"typeMessage":"textMessage","textMessageData":{"textMessage":"%s"}}""".formatted(text));
    }

    private static String edited(String chat, String id, String original, String text) {
        return notification(chat, id, """
                {"typeMessage":"editedMessage","editedMessageData":{"textMessage":"%s","stanzaId":"%s"}}"""
                .formatted(text, original));
    }

    private static String notification(String chat, String id, String data) {
        return """
                {"typeWebhook":"incomingMessageReceived","instanceData":{"idInstance":1101000001,"wid":"79876543210@c.us",
                "typeInstance":"whatsapp"},"timestamp":1738566656,"idMessage":"%s","senderData":{"chatId":"%s",
                "sender":"%s"},"messageData":%s}""".formatted(id, chat, chat, data);
    }

    private static String status(String chat, String id, String status) {
        return """
                {"typeWebhook":"outgoingMessageStatus","chatId":"%s","instanceData":{"idInstance":1101000001,
                "wid":"79876543210@c.us","typeInstance":"whatsapp"},"timestamp":1738566656,"idMessage":"%s",
                "status":"%s"}""".formatted(chat, id, status);
    }
}
