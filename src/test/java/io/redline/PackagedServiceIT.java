package io.redline;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import com.github.tomakehurst.wiremock.http.HttpHeader;
import com.standardwebhooks.Webhook;

import io.restassured.path.json.JsonPath;

/**
 * The packaged service as a process of its own: as a jar, or as the native executable where only that was built. It does its
 * main job, refuses to start where it should, and is killed in the middle of its work.
 */
class PackagedServiceIT {

    private static final int SENDERS = 8;
    private static final int KILLS = 3;
    private static final int CHATS = 20;
    private static final String SECRET = "whsec_" + Base64.getEncoder().encodeToString("a secret of 24 characters"
            .getBytes(StandardCharsets.UTF_8));

    private final Path folder = OnSqlite.newFolder();
    private final PackagedService redline = new PackagedService(folder);

    @AfterEach
    void stop() {
        redline.close();
    }

    @Test
    void eachKindOfNotification_isReadKeptAndTold() throws Exception {
        redline.configure("redline.database.url=jdbc:sqlite:" + folder.resolve("redline.db"));
        redline.startAndAwait();
        for (var sample : List.of("incoming-edited", "incoming-deleted", "incoming-reaction", "incoming-poll-update",
                "incoming-image", "outgoing-api-edited", "status-failed-edit-window-expired", "quota-exceeded",
                "incoming-call-without-status", "incoming-text-enveloped")) {
            assertThat(post(BlackBox.sampleText(sample))).as(sample).isEqualTo(200);
        }
        assertThat(post("not JSON")).isEqualTo(200);

        var edited = JsonPath
                .from(redline.get("/api/accounts/sales/chats/71234567890%40c.us/messages/3PEAD8EDB7A9D438FF5E")
                        .body());
        assertThat(edited.getString("text")).isEqualTo("Edited message");
        assertThat(edited.getList("versions.kind")).containsExactly("edited");
        var kinds = JsonPath.from(redline.get("/api/events").body()).<String>getList("kind");
        assertThat(kinds).contains("edited", "deleted", "reaction", "status", "account", "unrecognised");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> "[]".equals(redline.get("/api/deliveries?state=owed").body()));
        assertThat(redline.get("/api/openapi").body()).contains("/api/accounts");
    }

    /** Whatever an executable may lack that the jar has: each door, endpoint, page and file is tried once. */
    @Test
    void everyDoorEndpointAndFile_isThere() throws Exception {
        var routes = folder.resolve("routes");
        PackagedService.copyRoutes(routes);
        var crm = "jdbc:sqlite:" + folder.resolve("crm.db");
        try (var store = DriverManager.getConnection(crm); var statement = store.createStatement()) {
            statement.executeUpdate(Files.readString(Path.of("routes/endpoints/database.sql")));
        }
        try (var receiver = new Receiver()) {
            redline.configure(routes, "redline.database.url=jdbc:sqlite:" + folder.resolve("redline.db"),
                    "redline.route.messages=http,database", "redline.endpoint.database.url=" + crm,
                    "redline.endpoint.http.url=" + receiver.url(), "redline.endpoint.http.secret=" + SECRET,
                    "redline.accounts.shop.gateway=waha", "redline.accounts.shop.instance=default",
                    "redline.accounts.shop.webhook-secret=my-secret-key", "redline.accounts.bot.gateway=aitu",
                    "redline.accounts.bot.instance=804d1bbd-901f-470a-b1b8-1859277a7803",
                    "redline.accounts.bot.webhook-token=a-token");
            redline.startAndAwait();

            assertThat(post(1)).isEqualTo(200);
            var waha = Waha.sample("message-webjs-text");
            for (var key : Map.of("another-key", 401, "my-secret-key", 200).entrySet()) {
                assertThat(given().baseUri(redline.url()).contentType("application/json").body(waha)
                        .header("X-Webhook-Hmac-Algorithm", "sha512").header("X-Webhook-Timestamp", "1784500000480")
                        .header("X-Webhook-Hmac", Waha.hmac(key.getKey(), waha)).post("/webhooks/waha/shop")
                        .statusCode())
                        .isEqualTo(key.getValue());
            }
            assertThat(given().baseUri(redline.url()).header("Authorization", "Bearer a-token")
                    .body(Files.readAllBytes(Path.of("src/test/resources/aitu/message-text.json")))
                    .post("/webhooks/aitu/bot").asString()).isEqualTo("{\"updates\":[]}");

            await().atMost(Duration.ofSeconds(30)).until(() -> receiver.requests().size() == 3);
            for (var request : receiver.requests()) {
                new Webhook(SECRET).verify(request.getBodyAsString(), request.getHeaders().all().stream()
                        .collect(Collectors.toMap(HttpHeader::key, HttpHeader::values)));
                assertThat(JsonPath.from(request.getBodyAsString()).getString("type")).isEqualTo(
                        "redline.message.posted");
            }
            await().atMost(Duration.ofSeconds(30)).until(() -> "[]".equals(redline.get("/api/deliveries?state=owed")
                    .body()));
            try (var store = DriverManager.getConnection(crm);
                    var statement = store.createStatement();
                    var rows = statement
                            .executeQuery("select account || ': ' || text from redline_message order by 1")) {
                List<String> copied = new ArrayList<>();
                while (rows.next()) {
                    copied.add(rows.getString(1));
                }
                assertThat(copied).containsExactly("bot: test1", "sales: Hello 1", "shop: Hi there!");
            }

            // Pages, what they need, and contracts.
            var page = redline.get("/console/flow").body();
            assertThat(page).contains("id=\"flow\"", "green-api", "waha", "aitu");
            var links = Pattern.compile("(?:src|href)=\"(/(?:webjars|console/assets)/[^\"]+)\"").matcher(page).results()
                    .map(found -> found.group(1)).toList();
            assertThat(links).hasSizeGreaterThan(3);
            for (var link : links) {
                assertThat(redline.get(link).statusCode()).as(link).isEqualTo(200);
            }
            try (var schemas = Files.list(Path.of("src/main/resources/META-INF/resources/schemas"))) {
                for (var schema : schemas.toList()) {
                    assertThat(redline.get("/schemas/" + schema.getFileName()).body()).isEqualTo(Files.readString(
                            schema));
                }
            }
            assertThat(redline.management("/observe/metrics").body()).contains("redline_deliveries_total");

            expectRouteOfOnesOwn(routes);
        }
    }

    /** A file that comes while the service runs, with a kamelet and what its expressions call. */
    private void expectRouteOfOnesOwn(Path routes) throws Exception {
        Files.writeString(routes.resolve("own.camel.yaml"), """
                - route:
                    id: own
                    description: Say what notifications in a folder mean
                    from:
                      id: own-from
                      uri: file
                      parameters:
                        directoryName: "%s"
                      steps:
                        - convertBodyTo:
                            id: own-text
                            type: java.lang.String
                        - to:
                            id: own-events
                            description: What happened
                            uri: kamelet:chat-event-transform-action
                            parameters:
                              gateway: green-api
                        - setBody:
                            id: own-answer
                            expression:
                              simple:
                                expression: "${body.length()} ${body}"
                        - to:
                            id: own-out
                            description: Beside it
                            uri: file
                            parameters:
                              directoryName: "%s"
                """.formatted(folder.resolve("in"), folder.resolve("out")));
        await().atMost(Duration.ofSeconds(60)).until(() -> redline.get("/api/routes").body().contains("\"own\""));
        var written = folder.resolve("in").resolve("notification.part");
        Files.writeString(written, BlackBox.sampleText("incoming-edited"));
        Files.move(written, written.resolveSibling("notification.json"));
        var events = folder.resolve("out").resolve("notification.json");
        await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(events) && Files.size(events) > 0);
        assertThat(Files.readString(events)).matches("(?s)\\d+ \\[\\{.*").contains("\"kind\":\"edited\"");
    }

    @Test
    void changedAndKilledUnderLoad_losesNothingOnSqlite() throws Exception {
        expectNothingLost("redline.database.url=jdbc:sqlite:" + folder.resolve("redline.db"));
    }

    @Test
    void changedAndKilledUnderLoad_losesNothingOnPostgresql() throws Exception {
        try (var server = OnPostgresql.startServer()) {
            expectNothingLost("redline.database.url=" + server.getJdbcUrl("postgres", "postgres")
                    + "\nredline.database.username=postgres");
        }
    }

    private void expectNothingLost(String store) throws Exception {
        var routes = folder.resolve("routes");
        PackagedService.copyRoutes(routes);
        redline.configure(routes, store);
        Queue<Integer> acknowledged = new ConcurrentLinkedQueue<>();
        var number = new AtomicInteger();
        for (int kill = 0; kill < KILLS; kill++) {
            var service = redline.startAndAwait();
            var enough = acknowledged.size() + 200;
            var senders = send(acknowledged, number, service);
            await().atMost(Duration.ofSeconds(30)).until(() -> acknowledged.size() >= enough);
            if (kill == 0) {
                var edited = List.of("gateways/green-api.camel.yaml", "channels.camel.yaml",
                        "endpoints/log.camel.yaml");
                for (var file : edited) {
                    Files.writeString(routes.resolve(file), "# edited\n", StandardOpenOption.APPEND);
                }
                await().atMost(Duration.ofMinutes(1)).until(() -> redline.list("/api/routes").stream()
                        .filter(route -> edited.contains(String.valueOf(route.get("file")).replace("routes/", "")))
                        .allMatch(route -> (int) route.get("generation") > 1));
            }
            service.destroyForcibly();
            assertThat(service.waitFor(10, TimeUnit.SECONDS)).isTrue();
            for (var sender : senders) {
                sender.join();
            }
        }
        redline.startAndAwait();

        assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(KILLS * 200);
        Map<Object, Object> texts = new HashMap<>();
        for (int chat = 0; chat < CHATS; chat++) {
            redline.all("/api/accounts/sales/chats/" + chat(chat) + "/messages?limit=500")
                    .forEach(message -> texts.put(message.get("messageId"), message.get("text")));
        }
        for (int id : acknowledged) {
            assertThat(texts).as("ID%d was acknowledged", id).containsEntry("ID" + id, "Hello " + id);
        }
        // What was owed to the endpoint log is delivered, what was in flight when it was killed as well.
        await().atMost(Duration.ofMinutes(2))
                .until(() -> "[]".equals(redline.get("/api/deliveries?state=owed").body()));
        assertThat(redline.get("/api/deliveries?state=parked").body()).isEqualTo("[]");
        var told = redline.all("/api/deliveries?limit=500&state=done").stream()
                .collect(Collectors.groupingBy(delivery -> delivery.get("messageId"), Collectors.counting()));
        for (int id : acknowledged) {
            assertThat(told).as("deliveries of ID%d", id).containsEntry("ID" + id, 1L);
        }
        // A repeat after all that is still one.
        var known = acknowledged.element();
        assertThat(post(known)).isEqualTo(200);
        assertThat(
                JsonPath.from(redline.get("/api/accounts/sales/chats/" + chat(known) + "/messages/ID" + known).body())
                        .getInt("revision"))
                .isEqualTo(1);
    }

    @Test
    void openAddressWithoutCredentials_refusesToStartWithASentence() throws Exception {
        redline.configure("redline.database.url=jdbc:sqlite:" + folder.resolve("redline.db")
                + "\nquarkus.http.host=0.0.0.0");
        var service = redline.start();
        assertThat(service.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(service.exitValue()).isEqualTo(78);
        assertThat(redline.log()).contains("quarkus.http.host is 0.0.0.0",
                "set redline.api.token");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "redline.route.failures=log, mail|redline.endpoint.mail.host and redline.endpoint.mail.from and redline.endpoint.mail.to: set them",
            "redline.outbox.retry.attempts=many|redline.outbox.retry.attempts is 'many', but has to be a whole number from 1",
            "redline.inbox=topic|redline.inbox is 'topic', but has to be database or kafka.",
            "redline.accounts.other.gateway=grean-api|redline.accounts.other.gateway is 'grean-api', but has to be one of",
            "redline.outbox.max-wait=soon|Put it right in application.properties",
            "redline.endpoint.database.url=jdbc:mysql://db/crm|redline.endpoint.database.url is no address that a driver",
            "redline.endpoint.database.url=postgres://db/crm|redline.endpoint.database.url has to begin with jdbc:"})
    void whatCannotWork_refusesToStartWithASentence(String setting, String sentence) throws Exception {
        redline.configure("redline.database.url=jdbc:sqlite:" + folder.resolve("redline.db") + "\n" + setting);
        var service = redline.start();
        assertThat(service.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(service.exitValue()).isEqualTo(78);
        assertThat(redline.log()).contains(sentence).doesNotContain("\tat ");
    }

    @Test
    void databaseOfAnEndpointThatIsAway_doesNotKeepTheServiceFromStarting() throws Exception {
        redline.configure("redline.database.url=jdbc:sqlite:" + folder.resolve("redline.db") + "\n"
                + "redline.route.messages=database\nredline.endpoint.database.url=jdbc:postgresql://127.0.0.1:1/crm");
        redline.startAndAwait();
        assertThat(post(1)).isEqualTo(200);
        await().atMost(Duration.ofSeconds(30)).until(() -> redline.get("/api/deliveries?state=owed").body()
                .contains("\"lastError\":\""));
    }

    @Test
    void secondServiceOnTheSameFile_refusesToStartWithASentence() throws Exception {
        redline.configure("redline.database.url=jdbc:sqlite:" + folder.resolve("redline.db"));
        redline.startAndAwait();
        try (var other = new PackagedService(folder)) {
            var second = other.configure("redline.database.url=jdbc:sqlite:" + folder.resolve("redline.db")).start();
            assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(second.exitValue()).isEqualTo(78);
        }
        assertThat(redline.log()).contains("Another Redline uses the database");
    }

    /** Post for as long as the service lives; note what it acknowledged. */
    private List<Thread> send(Queue<Integer> acknowledged, AtomicInteger number, Process service) {
        List<Thread> senders = new ArrayList<>();
        for (int i = 0; i < SENDERS; i++) {
            var sender = new Thread(() -> {
                while (service.isAlive()) {
                    var id = number.incrementAndGet();
                    try {
                        if (post(id) == 200) {
                            acknowledged.add(id);
                        }
                    } catch (IOException e) {
                        // It was killed while this one was on its way: not acknowledged, so the gateway would repeat it.
                    } catch (InterruptedException e) {
                        return;
                    }
                }
            });
            sender.start();
            senders.add(sender);
        }
        return senders;
    }

    private int post(int id) throws IOException, InterruptedException {
        return post("""
                {"typeWebhook":"incomingMessageReceived","instanceData":{"idInstance":1101000001},
                 "timestamp":1738566656,"idMessage":"ID%d","senderData":{"chatId":"%s"},
                 "messageData":{"typeMessage":"textMessage","textMessageData":{"textMessage":"Hello %d"}}}"""
                .formatted(id, chat(id), id));
    }

    private int post(String notification) throws IOException, InterruptedException {
        return redline.post("sales", notification).statusCode();
    }

    private static String chat(int id) {
        return "7" + id % CHATS + "@c.us";
    }
}
