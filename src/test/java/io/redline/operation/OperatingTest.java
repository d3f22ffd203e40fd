package io.redline.operation;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.BlackBox;
import io.redline.OnSqlite;
import io.redline.database.Rows;
import io.restassured.response.Response;

/** What operators do with deliveries that are owed, parked or done, and with whole endpoints. */
@QuarkusTest
@TestProfile(OperatingTest.WithEndpoints.class)
class OperatingTest extends BlackBox {

    private static final String CHAT = "71000000001@c.us";

    @TestHTTPResource(value = "/", management = true)
    URI management;

    @Inject
    CamelContext camel;

    @Inject
    Replays replays;

    @Inject
    EndpointOverview overview;

    /** Endpoints that work or fail as a test wants it, and one that nobody serves. */
    public static class WithEndpoints extends OnSqlite {
        @Override
        public Map<String, String> getConfigOverrides() {
            var settings = new HashMap<>(super.getConfigOverrides());
            settings.put("redline.route.messages", "test-switched");
            settings.put("redline.route.edits", "test-switched, gone");
            settings.put("redline.route.notifications", "forwarded");
            settings.put("redline.outbox.retry.max-delay", "1h");
            return settings;
        }
    }

    /** The endpoints of this test. */
    @ApplicationScoped
    static class Endpoints extends RouteBuilder {
        static final Queue<String> SWITCHED = new ConcurrentLinkedQueue<>();
        static final Queue<String> PLAIN = new ConcurrentLinkedQueue<>();
        static volatile boolean fails;
        /** Each by itself; without it, a chat of which one gave up is suspended. */
        static volatile @Nullable String outcome = "park";

        @Override
        public void configure() {
            from("outbox:test-switched?attempts=1").routeId("test-switched").process(exchange -> {
                if (fails) {
                    exchange.setProperty("RedlineOutcome", outcome);
                    throw new IllegalStateException("It is switched off.");
                }
                SWITCHED.add(told(exchange.getMessage().getBody(Map.class)));
            });
            from("outbox:test-plain").routeId("test-plain")
                    .process(exchange -> PLAIN.add(told(exchange.getMessage().getBody(Map.class))));
        }

        private static String told(Map<?, ?> change) {
            return change.get("messageId") + " " + change.get("revision") + " " + change.get("text");
        }
    }

    @BeforeEach
    void startAnew() {
        Endpoints.fails = false;
        Endpoints.outcome = "park";
        Endpoints.SWITCHED.clear();
        Endpoints.PLAIN.clear();
        overview.lookAgain();
    }

    @Test
    void whatIsParkedIsSentAgainOneByOne() {
        Endpoints.fails = true;
        take("sales", posted("M1", "hello"));
        var id = onlyParked().get("id");
        Endpoints.fails = false;

        var answer = given().post("/api/deliveries/" + id + "/replay");

        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(202);
        assertThat(answer.jsonPath().getString("id")).isEqualTo(id);
        await().untilAsserted(() -> assertThat(Endpoints.SWITCHED).containsExactly("M1 1 hello"));
        await().untilAsserted(() -> assertThat(list("/api/deliveries?state=done&endpoint=test-switched"))
                .singleElement().satisfies(done -> assertThat(done).containsEntry("id", id)
                        .containsEntry("replay", true).containsEntry("lastError", null)));
        assertThat(parked()).isEmpty();

        // What was delivered can be delivered again, too.
        assertThat(given().post("/api/deliveries/" + id + "/replay").statusCode()).isEqualTo(202);
        await().untilAsserted(() -> assertThat(Endpoints.SWITCHED).hasSize(2));
    }

    @Test
    void whatIsOwedAnywayStaysAsItIs() {
        take("sales", posted("M1", "hello"));
        take("sales", edited("E1", "M1", "bye"));
        var before = orphansOf("gone").get(0);

        assertThat(given().post("/api/deliveries/" + before.get("id") + "/replay").statusCode()).isEqualTo(202);

        assertThat(orphansOf("gone")).containsExactly(before);
        expectProblem(given().post("/api/deliveries/999999999/replay"), 404);
        expectProblem(given().post("/api/deliveries/x/replay"), 400);
    }

    @Test
    void allThatIsParkedIsSentAgainInItsOrder() throws SQLException {
        Endpoints.fails = true;
        for (int i = 1; i <= 5; i++) {
            take("sales", posted("M" + i, "hello"));
        }
        await().untilAsserted(() -> assertThat(parked()).hasSize(5));
        Endpoints.fails = false;
        var ids = parked().stream().map(one -> Long.valueOf((String) one.get("id"))).toList();
        // The first came an hour ago.
        write("update delivery set created_at = created_at - 3600000 where id = ?", ids.get(0));

        var replay = begun(replay("""
                {"endpoint":"test-switched","from":"%s","account":"sales"}"""
                .formatted(Instant.now().minusSeconds(1800))));
        assertThat(replay).containsEntry("selection", "parked").containsEntry("served", true).doesNotContainKey("note");
        expectDone(replay, 4);
        await().untilAsserted(() -> assertThat(Endpoints.SWITCHED).containsExactly("M2 1 hello", "M3 1 hello",
                "M4 1 hello", "M5 1 hello"));
        assertThat(onlyParked()).containsEntry("messageId", "M1");

        expectDone(begun(replay("{\"endpoint\":\"test-switched\",\"account\":\"support\"}")), 0);
        expectDone(begun(replay("{\"endpoint\":\"test-switched\"}")), 1);
        await().untilAsserted(() -> assertThat(Endpoints.SWITCHED).hasSize(5));
    }

    @Test
    void aNewEndpointGetsTheWholeHistoryInItsOrder() {
        take("sales", posted("M1", "one"));
        take("sales", posted("M2", "two"));
        take("sales", edited("E1", "M1", "three"));
        take("sales", edited("E1", "M1", "three"));

        expectDone(begun(replay("{\"endpoint\":\"test-plain\",\"changes\":\"all\"}")), 3);

        await().untilAsserted(
                () -> assertThat(Endpoints.PLAIN).containsExactly("M1 1 one", "M2 1 two", "M1 2 three"));
        // And once more, for those that it was delivered.
        expectDone(begun(replay("{\"endpoint\":\"test-plain\",\"changes\":\"all\"}")), 3);
        await().untilAsserted(() -> assertThat(Endpoints.PLAIN).hasSize(6));
        assertThat(Endpoints.PLAIN.stream().skip(3)).containsExactly("M1 1 one", "M2 1 two", "M1 2 three");
    }

    @Test
    void aResyncSendsTheCurrentViewOfEachMessage() {
        take("sales", posted("M1", "one"));
        take("sales", edited("E1", "M1", "two"));
        take("sales", posted("M2", "three"));
        take("sales", edited("E2", "M1", "four"));
        take("support", posted("M3", "five").replace("1101000001", "7103000000"));
        take("sales", "not JSON");

        expectDone(begun(given().post("/api/endpoints/test-plain/resync")), 3);

        await().untilAsserted(() -> assertThat(Endpoints.PLAIN).hasSize(3));
        assertThat(Endpoints.PLAIN).containsSubsequence("M2 1 three", "M1 3 four").contains("M3 1 five");
        expectDone(begun(resync("{\"account\":\"sales\"}")), 2);
        expectDone(begun(resync("{\"account\":\"sales\",\"chat\":\"" + CHAT + "\"}")), 2);
        expectDone(begun(resync("{\"account\":\"sales\",\"chat\":\"7\"}")), 0);
        expectDone(begun(resync("{\"from\":\"%s\"}".formatted(Instant.now().plusSeconds(60)))), 0);
    }

    @Test
    void aHistoryThatNobodyTakesYetWaitsAndSaysSo() {
        take("sales", posted("M1", "one"));

        var replay = begun(replay("{\"endpoint\":\"newcomer\",\"changes\":\"all\"}"));

        assertThat((String) replay.get("note")).contains("outbox:newcomer");
        expectDone(replay, 1);
        assertThat(orphansOf("newcomer")).singleElement()
                .satisfies(one -> assertThat(one).containsEntry("state", "orphaned").containsEntry("replay", true));
        assertThat(list("/api/deliveries?state=owed&endpoint=newcomer")).isEmpty();
        assertThat(endpoint("newcomer")).containsEntry("orphaned", 1).containsEntry("owed", 0)
                .containsEntry("served", false);
    }

    @Test
    void aReplayGoesOnWhereItWasInterruptedAndIsDoneByOneOnly() throws Exception {
        for (int i = 0; i < 3; i++) {
            take("sales", posted("M" + i, "hello"));
        }
        var event = Long.valueOf((String) events().get(0).get("id"));
        var rows = new ArrayList<Object[]>();
        for (long i = 0; i < 7_500; i++) {
            rows.add(new Object[]{1_000_000_000 + i, event, event});
        }
        database.write(connection -> {
            Rows.batch(connection, "insert into change (id, event_id, account_id, chat, message_id, revision, told,"
                    + " created_at, data) select ?, ?, account_id, 'C', 'X', 1, true, 0, '{}' from event where id = ?",
                    rows);
            // Somebody did the first 2,000 and died.
            return Rows.update(connection, "insert into replay (id, endpoint, selection, state, position, last, owed,"
                    + " lease_until, created_at) values (1, 'newcomer', 'history', 'running', 1000001999, 1000007499,"
                    + " 2000, 1, 0)");
        });
        var workers = List.of(work(), work(), work());
        workers.forEach(CompletableFuture::join);

        await().untilAsserted(() -> assertThat(api().get("/api/replays/1").jsonPath().getMap("$"))
                .containsEntry("state", "done").containsEntry("owed", 7_500).containsEntry("looked", 5_500)
                .containsEntry("total", 5_500));
        assertThat(number("select count(*) from delivery where endpoint = 'newcomer'")).isEqualTo(5_500);
        assertThat(number("select count(*) from delivery one join delivery other on other.endpoint = 'newcomer'"
                + " and other.change_id = one.change_id + 1 where one.endpoint = 'newcomer' and one.id > other.id"))
                .as("not in the order of the changes").isZero();
    }

    private CompletableFuture<Void> work() {
        return CompletableFuture.runAsync(() -> replays.work(() -> true));
    }

    @Test
    void aParkedNotificationIsTranslatedAgain() throws Exception {
        camel.getRouteController().stopRoute("messages");
        try {
            take("sales", posted("M1", "hello"));
        } finally {
            camel.getRouteController().startRoute("messages");
        }
        var parked = onlyParked();
        assertThat(parked).containsEntry("endpoint", "translator").containsEntry("notification", true)
                .containsEntry("kind", "unrecognised").containsEntry("chatId", null);
        assertThat(api().get(pathOf("sales", CHAT, "M1")).statusCode()).isEqualTo(404);
        var heard = events().get(0).get("receivedAt");

        assertThat(given().post("/api/deliveries/" + parked.get("id") + "/replay").statusCode()).isEqualTo(202);

        await().untilAsserted(() -> assertThat(Endpoints.SWITCHED).containsExactly("M1 1 hello"));
        await().untilAsserted(() -> assertThat(list("/api/deliveries?state=done&endpoint=translator")).singleElement()
                .satisfies(one -> assertThat(one).containsEntry("id", parked.get("id"))));
        assertThat(message("sales", CHAT, "M1")).containsEntry("text", "hello");
        assertThat(list("/api/events?kind=posted")).singleElement().satisfies(event -> assertThat(event)
                .containsEntry("receivedAt", heard).containsEntry("source", "webhook"));
    }

    @Test
    void whatIsStillNotRecognisedIsParkedAgainAtOnce() {
        take("sales", "not JSON");
        take("sales", "{\"typeWebhook\":\"unheardOf\"}");
        await().untilAsserted(() -> assertThat(parked()).hasSize(2));

        expectDone(begun(replay("{\"endpoint\":\"translator\"}")), 2);

        await().untilAsserted(() -> assertThat(parked()).hasSize(2)
                .allSatisfy(one -> assertThat(one).containsEntry("replay", true).containsEntry("attempts", 1)));
        assertThat(parked()).extracting(one -> (String) one.get("lastError"))
                .allSatisfy(error -> assertThat(error).startsWith("NotRecognised: ").endsWith("."));
        assertThat(events()).hasSize(2).extracting(event -> event.get("kind")).containsOnly("unrecognised");
        assertThat(notifications()).hasSize(2);
    }

    @Test
    void whatIsNoLongerKeptCannotBeSentAgain() throws SQLException {
        take("sales", "not JSON");
        var id = onlyParked().get("id");
        write("update delivery set notification_id = null where endpoint = 'translator'");

        assertThat(expectProblem(given().post("/api/deliveries/" + id + "/replay"), 409))
                .contains("redline.retention.raw");
        expectDone(begun(replay("{\"endpoint\":\"translator\"}")), 0);
        assertThat(onlyParked()).containsEntry("id", id);
    }

    @Test
    void aSuspendedChatIsTriedAtOnceWhenSomethingIsSentAgain() {
        Endpoints.fails = true;
        Endpoints.outcome = null;
        take("sales", posted("M1", "one"));
        var id = onlyParked().get("id");
        take("sales", posted("M2", "two"));
        await().untilAsserted(() -> assertThat(endpoint("test-switched")).containsEntry("suspended", 1)
                .containsEntry("owed", 1));
        Endpoints.fails = false;

        given().post("/api/deliveries/" + id + "/replay");

        // Not only after the hour that the next probe had to wait.
        await().untilAsserted(() -> assertThat(Endpoints.SWITCHED).containsExactly("M1 1 one", "M2 1 two"));
        await().untilAsserted(() -> assertThat(endpoint("test-switched")).containsEntry("suspended", 0)
                .containsEntry("owed", 0));
    }

    @Test
    void notificationsAsTheyCameAreListedToo() {
        take("sales", posted("M1", "one"));

        assertThat(orphansOf("forwarded")).singleElement().satisfies(one -> assertThat(one)
                .containsEntry("notification", true).containsEntry("kind", "posted").containsEntry("chatId", null)
                .containsEntry("messageId", null).containsEntry("revision", null).containsEntry("account", "sales"));
        assertThat(list("/api/deliveries?state=orphaned&account=sales&endpoint=forwarded")).hasSize(1);
        assertThat(list("/api/deliveries?state=orphaned&account=support&endpoint=forwarded")).isEmpty();
        assertThat(redirect("forwarded", "gone").asString()).isEqualTo("{\"redirected\":1,\"discarded\":0}");
    }

    @Test
    void whoeverPausesAnEndpointStopsItsDeliveries() {
        given().post("/api/endpoints/test-switched/pause");
        take("sales", posted("M1", "one"));
        take("sales", edited("E1", "M1", "two"));
        // What is told to another one meanwhile shows that deliveries are made.
        expectDone(begun(replay("{\"endpoint\":\"test-plain\",\"changes\":\"all\"}")), 2);
        await().untilAsserted(() -> assertThat(Endpoints.PLAIN).hasSize(2));
        assertThat(Endpoints.SWITCHED).isEmpty();
        assertThat(endpoint("test-switched")).containsEntry("owed", 2);

        given().post("/api/endpoints/test-switched/resume");

        await().untilAsserted(() -> assertThat(Endpoints.SWITCHED).containsExactly("M1 1 one", "M1 2 two"));
        await().untilAsserted(() -> assertThat((int) endpoint("test-switched").get("delivered"))
                .isGreaterThanOrEqualTo(2));
    }

    @Test
    void aMessageKnowsWhoWasToldOfIt() {
        take("sales", posted("M1", "one"));
        take("sales", edited("E1", "M1", "two"));
        await().untilAsserted(() -> assertThat(Endpoints.SWITCHED).hasSize(2));

        for (var id : List.of("M1", "E1")) {
            assertThat(list(pathOf("sales", CHAT, id) + "/deliveries"))
                    .extracting(one -> one.get("endpoint") + " " + one.get("revision"))
                    .containsExactlyInAnyOrder("test-switched 1", "test-switched 2", "gone 2");
        }
    }

    @Test
    void anEndpointIsPausedAndResumed() {
        assertThat(endpoint("test-switched")).containsEntry("served", true).containsEntry("paused", null)
                .containsEntry("owed", 0).containsEntry("lagSeconds", null);

        var paused = given().post("/api/endpoints/test-switched/pause");

        assertThat(paused.statusCode()).as(paused.asString()).isEqualTo(200);
        assertThat(paused.jsonPath().getString("paused.by")).isEqualTo("operator");
        assertThat(paused.jsonPath().getString("paused.since")).isNotBlank();
        assertThat(given().post("/api/endpoints/test-switched/pause").jsonPath().getString("paused.since"))
                .isEqualTo(paused.jsonPath().getString("paused.since"));
        assertThat(given().get(management.resolve("/observe/health")).asString()).contains("paused.test-switched");

        assertThat(given().post("/api/endpoints/test-switched/resume").jsonPath().<Object>get("paused")).isNull();
        expectProblem(given().post("/api/endpoints/unheard-of/pause"), 404);
        expectProblem(given().post("/api/endpoints/unheard-of/resume"), 404);
    }

    @Test
    void endpointsAreCounted() throws SQLException {
        Endpoints.fails = true;
        take("sales", posted("M1", "one"));
        take("sales", edited("E1", "M1", "two"));
        await().untilAsserted(() -> assertThat(parked()).hasSize(2));
        write("update delivery set created_at = created_at - 90000 where endpoint = 'gone'");
        write("insert into suspension (endpoint, account_id, chat, since, probe_at) select 'gone', id, 'C', 0, 0 from account"
                + " where name = 'sales'");
        overview.lookAgain();

        assertThat(endpoint("test-switched")).containsEntry("parked", 2).containsEntry("orphaned", 0);
        assertThat(endpoint("gone")).containsEntry("orphaned", 1).containsEntry("owed", 0)
                .containsEntry("suspended", 1).containsEntry("served", false);
        assertThat((int) endpoint("gone").get("lagSeconds")).isBetween(90, 190);
        assertThat(endpoint("see-statuses")).containsEntry("orphaned", 0);
        assertThat(given().get(management.resolve("/observe/health")).asString()).contains("orphaned.gone",
                "\"status\": \"UP\"");
        // Endpoints that came to be known meanwhile are in the metrics from the second time on.
        given().get(management.resolve("/observe/metrics"));
        assertThat(given().get(management.resolve("/observe/metrics")).asString().lines()).contains(
                "redline_deliveries_orphaned{endpoint=\"gone\"} 1.0",
                "redline_deliveries_parked{endpoint=\"test-switched\"} 2.0",
                "redline_endpoint_paused{endpoint=\"test-switched\"} 0.0")
                .anyMatch(line -> line.startsWith("redline_endpoint_lag_seconds{endpoint=\"gone\"}"))
                .noneMatch(line -> line.contains("71000000001"));
    }

    @Test
    void orphansAreDiscarded() {
        take("sales", posted("M1", "one"));
        take("sales", edited("E1", "M1", "two"));

        assertThat(given().post("/api/endpoints/gone/discard").asString()).isEqualTo("{\"discarded\":1}");

        assertThat(orphansOf("gone")).isEmpty();
        assertThat(list("/api/deliveries?state=discarded")).singleElement()
                .satisfies(
                        one -> assertThat(one).containsEntry("endpoint", "gone").containsEntry("state", "discarded"));
        assertThat(expectProblem(given().post("/api/endpoints/test-switched/discard"), 409)).contains("route");
        expectProblem(given().post("/api/endpoints/unheard-of/discard"), 404);
    }

    @Test
    void orphansAreRedirectedOnce() {
        take("sales", posted("M1", "one"));
        take("sales", edited("E1", "M1", "two"));
        take("sales", posted("M2", "three"));
        await().untilAsserted(() -> assertThat(Endpoints.SWITCHED).hasSize(3));
        // What test-switched was told already it is not told again.
        expectDone(begun(replay("{\"endpoint\":\"gone\",\"changes\":\"all\"}")), 3);

        var toPlain = redirect("gone", "test-plain");

        assertThat(toPlain.statusCode()).as(toPlain.asString()).isEqualTo(200);
        assertThat(toPlain.asString()).isEqualTo("{\"redirected\":3,\"discarded\":0}");
        await().untilAsserted(
                () -> assertThat(Endpoints.PLAIN).containsExactlyInAnyOrder("M1 1 one", "M1 2 two", "M2 1 three"));
        expectDone(begun(replay("{\"endpoint\":\"gone\",\"changes\":\"all\"}")), 3);
        assertThat(redirect("gone", "test-switched").asString()).isEqualTo("{\"redirected\":0,\"discarded\":3}");
        assertThat(orphansOf("gone")).isEmpty();
        expectProblem(redirect("gone", "gone"), 400);
        expectProblem(redirect("gone", "translator"), 400);
        expectProblem(redirect("gone", "unheard-of"), 400);
        expectProblem(redirect("test-switched", "gone"), 409);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                                    | 400
            []                                                    | 400
            not JSON                                              | 400
            {"endpoint":7}                                        | 400
            {"endpoint":"a b"}                                    | 400
            {"endpoint":"log","changes":"some"}                   | 400
            {"endpoint":"log","since":"2026-01-01T00:00:00Z"}     | 400
            {"endpoint":"log","from":"yesterday"}                 | 400
            {"endpoint":"log","from":"2026-01-02T00:00:00Z","to":"2026-01-01T00:00:00Z"} | 400
            {"endpoint":"translator","changes":"all"}             | 400
            {"endpoint":"log","account":"unheard-of"}             | 404
            """)
    void whatCannotBeDoneIsRefusedInASentence(String body, int status) {
        expectProblem(replay(body), status);
        assertThat(list("/api/replays")).isEmpty();
    }

    @Test
    void pagesOfOtherSitesCanDoNothing() {
        take("sales", posted("M1", "one"));
        take("sales", edited("E1", "M1", "two"));
        for (var path : List.of("/api/endpoints/gone/discard", "/api/endpoints/gone/pause",
                "/api/deliveries/" + orphansOf("gone").get(0).get("id") + "/replay")) {
            expectProblem(given().header("Origin", "https://evil.example").post(path), 403);
            expectProblem(given().header("Origin", "null").post(path), 403);
        }
        assertThat(given().contentType("text/plain").body("{\"endpoint\":\"gone\"}").post("/api/deliveries/replay")
                .statusCode()).isEqualTo(415);
        assertThat(orphansOf("gone")).hasSize(1);
    }

    private Map<String, Object> onlyParked() {
        await().untilAsserted(() -> assertThat(parked()).hasSize(1));
        return parked().get(0);
    }

    private static List<Map<String, Object>> orphansOf(String endpoint) {
        return list("/api/deliveries?state=orphaned&endpoint=" + endpoint);
    }

    private Map<String, Object> endpoint(String name) {
        overview.lookAgain();
        return list("/api/endpoints").stream().filter(one -> name.equals(one.get("name"))).findFirst().orElseThrow();
    }

    private static Response replay(String body) {
        return given().contentType("application/json").body(body).post("/api/deliveries/replay");
    }

    private static Response resync(String body) {
        return given().contentType("application/json").body(body).post("/api/endpoints/test-plain/resync");
    }

    private static Response redirect(String from, String to) {
        return given().contentType("application/json").body("{\"to\":\"" + to + "\"}")
                .post("/api/endpoints/" + from + "/redirect");
    }

    private static Map<String, Object> begun(Response answer) {
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(202);
        assertThat(answer.header("Location")).endsWith("/api/replays/" + answer.jsonPath().getString("id"));
        return answer.jsonPath().getMap("$");
    }

    private static void expectDone(Map<String, Object> replay, int owed) {
        await().untilAsserted(() -> assertThat(api().get("/api/replays/" + replay.get("id")).jsonPath().getMap("$"))
                .containsEntry("state", "done").containsEntry("owed", owed));
    }

    private void write(String sql, Object... parameters) throws SQLException {
        database.write(connection -> Rows.update(connection, sql, parameters));
    }

    private long number(String sql) {
        return database.read(connection -> Rows.query(connection, sql, row -> row.getLong(1)).get(0));
    }

    private static String posted(String id, String text) {
        return notification(id, """
                {"typeMessage":"textMessage","textMessageData":{"textMessage":"%s"}}""".formatted(text));
    }

    private static String edited(String id, String original, String text) {
        return notification(id, """
                {"typeMessage":"editedMessage","editedMessageData":{"textMessage":"%s","stanzaId":"%s"}}"""
                .formatted(text, original));
    }

    private static String notification(String id, String data) {
        return """
                {"typeWebhook":"incomingMessageReceived","instanceData":{"idInstance":1101000001,"wid":"79876543210@c.us",
                "typeInstance":"whatsapp"},"timestamp":1738566656,"idMessage":"%s","senderData":{"chatId":"%s",
                "sender":"%s"},"messageData":%s}""".formatted(id, CHAT, CHAT, data);
    }
}
