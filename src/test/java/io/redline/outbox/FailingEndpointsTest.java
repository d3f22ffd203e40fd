package io.redline.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import jakarta.enterprise.context.ApplicationScoped;

import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.BlackBox;
import io.redline.OnSqlite;
import io.redline.database.Rows;

/** Endpoints that are slow, down, choosy, gone or busy: what it means for the delivery, its chat, and everybody else. */
@QuarkusTest
@TestProfile(FailingEndpointsTest.WithEndpoints.class)
class FailingEndpointsTest extends BlackBox {

    private static final List<String> ENDPOINTS = List.of("test-down", "test-choosy", "test-gone", "test-busy",
            "test-slow", "test-batch", "test-well");

    private static final List<String> SERVED = Stream.concat(ENDPOINTS.stream(), Stream.of("test-measured")).toList();

    public static class WithEndpoints extends OnSqlite {
        @Override
        public Map<String, String> getConfigOverrides() {
            var settings = new HashMap<>(super.getConfigOverrides());
            settings.put("redline.route.messages", String.join(",", ENDPOINTS));
            settings.put("redline.route.edits", "test-measured");
            settings.put("redline.outbox.retry.delay", "20ms");
            settings.put("redline.outbox.retry.max-delay", "200ms");
            settings.put("redline.endpoint.test-measured.rate", "10/h");
            return settings;
        }
    }

    /** What an endpoint does with what it gets. */
    @FunctionalInterface
    interface Behaviour {
        void receive(Exchange exchange) throws Exception;
    }

    /** The endpoints of this test: each does what the test says, and remembers what got through. */
    @ApplicationScoped
    static class Endpoints extends RouteBuilder {
        static final Map<String, Behaviour> BEHAVIOURS = new ConcurrentHashMap<>();
        static final Map<String, Queue<String>> GOT = new ConcurrentHashMap<>();
        static final Map<String, Queue<String>> ASKED = new ConcurrentHashMap<>();

        @Override
        public void configure() {
            for (var name : SERVED) {
                var options = "test-choosy".equals(name)
                        ? "?attempts=3"
                        : "test-batch".equals(name) ? "?batch=10&batchTimeout=300&concurrency=2" : "?concurrency=4";
                from("outbox:" + name + options).routeId(name).process(exchange -> {
                    ASKED.get(name).add(texts(exchange));
                    BEHAVIOURS.get(name).receive(exchange);
                    GOT.get(name).add(texts(exchange));
                });
            }
        }
    }

    private static String texts(Exchange exchange) {
        return exchange.getMessage().getBody() instanceof List<?> changes
                ? String.join(" ", changes.stream().map(change -> (String) ((Map<?, ?>) change).get("text")).toList())
                : (String) exchange.getMessage().getBody(Map.class).get("text");
    }

    @BeforeEach
    void everythingWorks() {
        SERVED.forEach(name -> {
            Endpoints.GOT.put(name, new ConcurrentLinkedQueue<>());
            Endpoints.ASKED.put(name, new ConcurrentLinkedQueue<>());
            Endpoints.BEHAVIOURS.put(name, exchange -> {
            });
        });
    }

    /** What one test leaves owed would be delivered in the next. */
    @AfterEach
    void finish() throws Exception {
        SERVED.forEach(name -> Endpoints.BEHAVIOURS.put(name, exchange -> {
        }));
        database.write(connection -> Rows.update(connection, "delete from endpoint"));
        await().untilAsserted(
                () -> assertThat(owed("test-choosy") + owed("test-down") + owed("test-gone") + owed("test-busy")
                        + owed("test-slow")
                        + owed("test-batch") + owed("test-well")).isZero());
    }

    @Test
    void anEndpointThatIsDown_isAskedByOneAtATime_nothingIsParked_andAllArrivesOnceItIsBack() {
        Endpoints.BEHAVIOURS.put("test-down", FailingEndpointsTest::fail);
        for (int chat = 0; chat < 40; chat++) {
            for (int i = 0; i < 3; i++) {
                take("sales", posted(chat, chat + "-" + i));
            }
        }
        await().untilAsserted(() -> assertThat(got("test-well")).hasSize(120));
        await().untilAsserted(() -> assertThat(asked("test-down")).hasSizeGreaterThan(8));
        // Only what failed before that was seen counts against a delivery.
        assertThat(count("select sum(attempts) from delivery where endpoint = ?", "test-down")).isLessThan(15);
        assertThat(list("/api/deliveries?state=parked&endpoint=test-down")).isEmpty();

        Endpoints.BEHAVIOURS.put("test-down", exchange -> {
        });
        await().untilAsserted(() -> assertThat(got("test-down")).hasSize(120));
        for (int chat = 0; chat < 40; chat++) {
            var prefix = chat + "-";
            assertThat(got("test-down").stream().filter(text -> text.startsWith(prefix))).containsExactly(prefix + 0,
                    prefix + 1, prefix + 2);
        }
    }

    @Test
    void aChatThatAlwaysFailsIsSuspended_othersGoOn_andItsRestArrivesOnceItWorks() {
        Endpoints.BEHAVIOURS.put("test-choosy", exchange -> {
            if (texts(exchange).startsWith("0-")) {
                fail(exchange);
            }
        });
        for (int i = 0; i < 10; i++) {
            for (int chat = 0; chat < 5; chat++) {
                take("sales", posted(chat, chat + "-" + i));
            }
        }
        await().untilAsserted(() -> assertThat(got("test-choosy")).hasSize(40));
        await().untilAsserted(() -> assertThat(list("/api/deliveries?state=parked&endpoint=test-choosy"))
                .singleElement()
                .satisfies(delivery -> assertThat(delivery).containsEntry("attempts", 3).containsEntry("messageId",
                        "0-0")));
        // What follows is probed, one at a time, and is not parked in its turn however often that fails.
        await().untilAsserted(() -> assertThat(asked("test-choosy").stream().filter("0-1"::equals).count())
                .isGreaterThan(4));
        assertThat(asked("test-choosy")).doesNotContain("0-2");
        assertThat(list("/api/deliveries?state=parked&endpoint=test-choosy")).hasSize(1);

        Endpoints.BEHAVIOURS.put("test-choosy", exchange -> {
        });
        await().untilAsserted(() -> assertThat(got("test-choosy").stream().filter(text -> text.startsWith("0-")))
                .containsExactlyElementsOf(IntStream.range(1, 10).mapToObj(i -> "0-" + i).toList()));
    }

    @Test
    void whatTheReceiverRefusesForGoodIsParkedAtOnce_andItsChatGoesOn() {
        Endpoints.BEHAVIOURS.put("test-choosy", exchange -> {
            if ("1-0".equals(texts(exchange))) {
                exchange.setProperty("RedlineOutcome", "park");
                exchange.setProperty("RedlineAnswer", "422");
                fail(exchange);
            }
        });
        take("sales", posted(1, "1-0"));
        take("sales", posted(1, "1-1"));

        await().untilAsserted(() -> assertThat(got("test-choosy")).containsExactly("1-1"));
        assertThat(asked("test-choosy")).containsExactly("1-0", "1-1");
        await().untilAsserted(
                () -> assertThat(list("/api/deliveries?state=parked&endpoint=test-choosy")).singleElement()
                        .satisfies(delivery -> assertThat(delivery).containsEntry("attempts", 1)));
        assertThat(answers("test-choosy")).containsExactly("422");
    }

    @Test
    void anEndpointThatWantsNothingAnyMoreIsPaused_andNothingIsLost() throws Exception {
        Endpoints.BEHAVIOURS.put("test-gone", exchange -> {
            exchange.setProperty("RedlineOutcome", "pause");
            exchange.setProperty("RedlineAnswer", "410");
            fail(exchange);
        });
        for (int i = 0; i < 5; i++) {
            take("sales", posted(i, i + "-0"));
        }
        await().untilAsserted(() -> assertThat(paused("test-gone")).singleElement().asString().contains("410"));
        Endpoints.BEHAVIOURS.put("test-gone", exchange -> {
        });
        take("sales", posted(9, "9-0"));
        await().untilAsserted(() -> assertThat(got("test-well")).hasSize(6));
        assertThat(got("test-gone")).isEmpty();

        database.write(connection -> Rows.update(connection, "delete from endpoint"));
        await().untilAsserted(() -> assertThat(got("test-gone")).hasSize(6));
        assertThat(list("/api/deliveries?state=parked&endpoint=test-gone")).isEmpty();
    }

    @Test
    void anEndpointThatSaysWhenToComeBackIsNotAskedBefore_andNoAttemptIsCounted() {
        var asked = new ConcurrentLinkedQueue<Long>();
        Endpoints.BEHAVIOURS.put("test-busy", exchange -> {
            asked.add(System.nanoTime());
            if (asked.size() == 1) {
                exchange.setProperty("RedlineRetryAfter", "2");
                fail(exchange);
            }
        });
        take("sales", posted(1, "1-0"));
        await().untilAsserted(() -> assertThat(asked).hasSize(1));
        take("sales", posted(2, "2-0"));

        await().untilAsserted(() -> assertThat(got("test-busy")).containsExactlyInAnyOrder("1-0", "2-0"));
        var times = List.copyOf(asked);
        assertThat(Duration.ofNanos(times.get(1) - times.get(0))).isGreaterThanOrEqualTo(Duration.ofSeconds(2));
        await().untilAsserted(() -> assertThat(list("/api/deliveries?state=done&endpoint=test-busy")).hasSize(2)
                .allSatisfy(delivery -> assertThat(delivery).containsEntry("attempts", 1)));
    }

    @Test
    void aSlowEndpointSlowsNobodyElse() throws InterruptedException {
        var release = new CountDownLatch(1);
        Endpoints.BEHAVIOURS.put("test-slow", exchange -> release.await(30, TimeUnit.SECONDS));
        for (int i = 0; i < 100; i++) {
            take("sales", posted(i, i + "-0"));
        }
        await().untilAsserted(() -> assertThat(got("test-well")).hasSize(100));
        assertThat(got("test-slow")).isEmpty();
        assertThat(asked("test-slow")).hasSizeLessThanOrEqualTo(4);

        release.countDown();
        await().untilAsserted(() -> assertThat(got("test-slow")).hasSize(100));
    }

    @Test
    void aBatchIsDeliveredTogether_andOneByOneWhenItFails() {
        Endpoints.BEHAVIOURS.put("test-batch", exchange -> {
            if (exchange.getMessage().getBody() instanceof List || "7-0".equals(texts(exchange))) {
                fail(exchange);
            }
        });
        for (int chat = 0; chat < 10; chat++) {
            take("sales", posted(chat, chat + "-0"));
            take("sales", posted(chat, chat + "-1"));
        }
        await().untilAsserted(() -> assertThat(got("test-batch")).hasSize(18).doesNotContain("7-0", "7-1"));

        Endpoints.BEHAVIOURS.put("test-batch", exchange -> {
        });
        await().untilAsserted(() -> assertThat(String.join(" ", got("test-batch"))).contains("7-0", "7-1"));
        var all = List.of(String.join(" ", got("test-batch")).split(" "));
        assertThat(all).doesNotHaveDuplicates().hasSize(20);
        for (int chat = 0; chat < 10; chat++) {
            assertThat(all.indexOf(chat + "-0")).isLessThan(all.indexOf(chat + "-1"));
        }
        Endpoints.GOT.get("test-batch").clear();
        for (int chat = 0; chat < 30; chat++) {
            take("sales", posted(chat, "b" + chat));
        }
        await().untilAsserted(() -> assertThat(String.join(" ", got("test-batch")).split(" ")).hasSize(30));
        assertThat(got("test-batch")).hasSizeLessThan(30).anySatisfy(batch -> assertThat(batch.split(" "))
                .hasSizeGreaterThan(1)).allSatisfy(batch -> assertThat(batch.split(" ")).hasSizeLessThanOrEqualTo(10));
    }

    @Test
    void anEndpointGetsNoMoreThanItsRate() {
        for (int i = 0; i < 30; i++) {
            take("sales", notification(i, "E" + i, """
                    {"typeMessage":"editedMessage","editedMessageData":{"textMessage":"%d","stanzaId":"M%d"}}"""
                    .formatted(i, i)));
        }
        await().untilAsserted(() -> assertThat(got("test-measured")).hasSize(10));
        await().during(Duration.ofSeconds(1)).untilAsserted(() -> assertThat(asked("test-measured")).hasSize(10));
        assertThat(owed("test-measured")).isEqualTo(20);
    }

    private static void fail(Exchange exchange) {
        throw new IllegalStateException("It does not work.");
    }

    private static List<String> got(String endpoint) {
        return new ArrayList<>(Endpoints.GOT.get(endpoint));
    }

    private static List<String> asked(String endpoint) {
        return new ArrayList<>(Endpoints.ASKED.get(endpoint));
    }

    private int owed(String endpoint) {
        return count("select count(*) from delivery where state = 'owed' and endpoint = ?", endpoint);
    }

    private int count(String sql, String endpoint) {
        return database.read(connection -> Rows.query(connection, sql, row -> row.getInt(1), endpoint)).get(0);
    }

    private List<String> paused(String endpoint) {
        return database.read(connection -> Rows.query(connection, "select paused_by from endpoint where name = ?"
                + " and paused_at is not null", row -> row.getString(1), endpoint));
    }

    private List<String> answers(String endpoint) {
        return database.read(connection -> Rows.query(connection, "select answer from delivery where endpoint = ?"
                + " and state = 'parked'", row -> row.getString(1), endpoint));
    }

    private static String posted(int chat, String text) {
        return notification(chat, text, """
                {"typeMessage":"textMessage","textMessageData":{"textMessage":"%s"}}""".formatted(text));
    }

    private static String notification(int chat, String id, String data) {
        return """
                {"typeWebhook":"incomingMessageReceived","instanceData":{"idInstance":1101000001,"wid":"79876543210@c.us",
                "typeInstance":"whatsapp"},"timestamp":1738566656,"idMessage":"%s","senderData":{"chatId":"7100000%04d@c.us",
                "sender":"7100000%04d@c.us"},"messageData":%s}""".formatted(id, chat, chat, data);
    }
}
