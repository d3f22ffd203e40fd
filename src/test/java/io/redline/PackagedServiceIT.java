package io.redline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.restassured.path.json.JsonPath;

/**
 * The packaged service as a process of its own: as a jar, or as the native executable where only that was built. It does its
 * main job, refuses to start where it should, and is killed in the middle of its work.
 */
class PackagedServiceIT {

    private static final Path JAR = Path.of("target", "quarkus-app", "quarkus-run.jar").toAbsolutePath();
    private static final Path EXECUTABLE = Path.of(System.getProperty("native.image.path", "target/none"))
            .toAbsolutePath();
    private static final int SENDERS = 8;
    private static final int KILLS = 3;

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Path folder = OnSqlite.newFolder();
    private final List<Process> started = new ArrayList<>();
    private int port;
    private int managementPort;

    @BeforeEach
    void choosePorts() throws IOException {
        try (var one = new ServerSocket(0); var other = new ServerSocket(0)) {
            port = one.getLocalPort();
            managementPort = other.getLocalPort();
        }
    }

    @AfterEach
    void stop() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void eachKindOfNotification_isReadKeptAndTold() throws Exception {
        configure("redline.database.url=jdbc:sqlite:" + folder.resolve("redline.db"));
        startAndAwait();
        for (var sample : List.of("incoming-edited", "incoming-deleted", "incoming-reaction", "incoming-poll-update",
                "incoming-image", "outgoing-api-edited", "status-failed-edit-window-expired", "quota-exceeded",
                "incoming-call-without-status", "incoming-text-enveloped")) {
            assertThat(post(BlackBox.sampleText(sample))).as(sample).isEqualTo(200);
        }
        assertThat(post("not JSON")).isEqualTo(200);

        var edited = JsonPath.from(get("/api/accounts/sales/chats/71234567890%40c.us/messages/3PEAD8EDB7A9D438FF5E")
                .body());
        assertThat(edited.getString("text")).isEqualTo("Edited message");
        assertThat(edited.getList("versions.kind")).containsExactly("edited");
        var kinds = JsonPath.from(get("/api/events").body()).<String>getList("kind");
        assertThat(kinds).contains("edited", "deleted", "reaction", "status", "account", "unrecognised");
        await().atMost(Duration.ofSeconds(30)).until(() -> "[]".equals(get("/api/deliveries?state=owed").body()));
        assertThat(get("/api/openapi").body()).contains("/api/accounts");
    }

    @Test
    void killedUnderLoad_losesNothingOnSqlite() throws Exception {
        expectNothingLost("redline.database.url=jdbc:sqlite:" + folder.resolve("redline.db"));
    }

    @Test
    void killedUnderLoad_losesNothingOnPostgresql() throws Exception {
        try (var server = OnPostgresql.startServer()) {
            expectNothingLost("redline.database.url=" + server.getJdbcUrl("postgres", "postgres")
                    + "\nredline.database.username=postgres");
        }
    }

    private void expectNothingLost(String store) throws Exception {
        configure(store);
        Queue<Integer> acknowledged = new ConcurrentLinkedQueue<>();
        var number = new AtomicInteger();
        for (int kill = 0; kill < KILLS; kill++) {
            var service = startAndAwait();
            var enough = acknowledged.size() + 200;
            var senders = send(acknowledged, number, service);
            await().atMost(Duration.ofSeconds(30)).until(() -> acknowledged.size() >= enough);
            service.destroyForcibly();
            assertThat(service.waitFor(10, TimeUnit.SECONDS)).isTrue();
            for (var sender : senders) {
                sender.join();
            }
        }
        startAndAwait();

        assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(KILLS * 200);
        for (int id : acknowledged) {
            var message = get("/api/accounts/sales/chats/" + chat(id) + "/messages/ID" + id);
            assertThat(message.statusCode()).as("ID%d was acknowledged", id).isEqualTo(200);
            assertThat(JsonPath.from(message.body()).getString("text")).isEqualTo("Hello " + id);
        }
        // What was owed to the endpoint log is delivered, what was in flight when it was killed as well.
        await().atMost(Duration.ofMinutes(2)).until(() -> "[]".equals(get("/api/deliveries?state=owed").body()));
        assertThat(get("/api/deliveries?state=parked").body()).isEqualTo("[]");
        for (int id : acknowledged) {
            var deliveries = JsonPath.from(get("/api/accounts/sales/chats/" + chat(id) + "/messages/ID" + id
                    + "/deliveries").body());
            assertThat(deliveries.getList("state")).containsExactly("done");
        }
        // A repeat after all that is still one.
        var known = acknowledged.element();
        assertThat(post(known)).isEqualTo(200);
        assertThat(JsonPath.from(get("/api/accounts/sales/chats/" + chat(known) + "/messages/ID" + known).body())
                .getInt("revision")).isEqualTo(1);
    }

    @Test
    void openAddressWithoutCredentials_refusesToStartWithASentence() throws Exception {
        configure("redline.database.url=jdbc:sqlite:" + folder.resolve("redline.db")
                + "\nquarkus.http.host=0.0.0.0");
        var service = start();
        assertThat(service.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(service.exitValue()).isEqualTo(78);
        assertThat(Files.readString(folder.resolve("out.log"))).contains("quarkus.http.host is 0.0.0.0",
                "set redline.api.token");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "redline.route.failures=log, mail|redline.endpoint.mail.host and redline.endpoint.mail.from and redline.endpoint.mail.to: set them",
            "redline.endpoint.database.url=jdbc:mysql://db/crm|redline.endpoint.database.url is no address that a driver",
            "redline.endpoint.database.url=postgres://db/crm|redline.endpoint.database.url has to begin with jdbc:"})
    void endpointThatCannotWork_refusesToStartWithASentence(String setting, String sentence) throws Exception {
        configure("redline.database.url=jdbc:sqlite:" + folder.resolve("redline.db") + "\n" + setting);
        var service = start();
        assertThat(service.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(service.exitValue()).isEqualTo(78);
        assertThat(Files.readString(folder.resolve("out.log"))).contains(sentence).doesNotContain("\tat ");
    }

    @Test
    void databaseOfAnEndpointThatIsAway_doesNotKeepTheServiceFromStarting() throws Exception {
        configure("redline.database.url=jdbc:sqlite:" + folder.resolve("redline.db") + "\n"
                + "redline.route.messages=database\nredline.endpoint.database.url=jdbc:postgresql://127.0.0.1:1/crm");
        startAndAwait();
        assertThat(post(1)).isEqualTo(200);
        await().atMost(Duration.ofSeconds(30)).until(() -> get("/api/deliveries?state=owed").body()
                .contains("\"lastError\":\""));
    }

    @Test
    void secondServiceOnTheSameFile_refusesToStartWithASentence() throws Exception {
        configure("redline.database.url=jdbc:sqlite:" + folder.resolve("redline.db"));
        startAndAwait();
        choosePorts();
        configure("redline.database.url=jdbc:sqlite:" + folder.resolve("redline.db"));
        var second = start();
        assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(second.exitValue()).isEqualTo(78);
        assertThat(Files.readString(folder.resolve("out.log"))).contains("Another Redline uses the database");
    }

    /** The service reads ./application.properties of the folder that it is started in. */
    private void configure(String store) throws IOException {
        Files.writeString(folder.resolve("application.properties"), """
                %s
                quarkus.http.port=%d
                quarkus.management.port=%d
                redline.routes=%s
                redline.accounts.sales.gateway=green-api
                redline.accounts.sales.instance=1101000001
                """.formatted(store, port, managementPort, Path.of("routes").toAbsolutePath()));
    }

    private Process start() throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var command = Files.exists(JAR) ? List.of(java, "-jar", JAR.toString()) : List.of(EXECUTABLE.toString());
        var process = new ProcessBuilder(command).directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("out.log").toFile())).start();
        started.add(process);
        return process;
    }

    private Process startAndAwait() throws IOException {
        var process = start();
        await().atMost(Duration.ofSeconds(60)).ignoreExceptionsInstanceOf(IOException.class).until(() -> {
            assertThat(process.isAlive()).as("the service, whose log is in %s", folder).isTrue();
            return client.send(HttpRequest.newBuilder(URI.create("http://localhost:" + managementPort
                    + "/observe/health")).build(), HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        });
        return process;
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
        return client.send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/webhooks/green-api/sales"))
                .POST(HttpRequest.BodyPublishers.ofString(notification))
                .timeout(Duration.ofSeconds(25)).build(), HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    private static String chat(int id) {
        return "7" + id % 20 + "@c.us";
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
