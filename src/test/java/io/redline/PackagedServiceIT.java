package io.redline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.restassured.path.json.JsonPath;

/**
 * The packaged service as a process of its own: as a jar, or as the native executable where only that was built. It does its
 * main job, refuses to start where it should, and is killed in the middle of its work.
 */
class PackagedServiceIT {

    private static final int SENDERS = 8;
    private static final int KILLS = 3;

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
        redline.configure(store);
        Queue<Integer> acknowledged = new ConcurrentLinkedQueue<>();
        var number = new AtomicInteger();
        for (int kill = 0; kill < KILLS; kill++) {
            var service = redline.startAndAwait();
            var enough = acknowledged.size() + 200;
            var senders = send(acknowledged, number, service);
            await().atMost(Duration.ofSeconds(30)).until(() -> acknowledged.size() >= enough);
            service.destroyForcibly();
            assertThat(service.waitFor(10, TimeUnit.SECONDS)).isTrue();
            for (var sender : senders) {
                sender.join();
            }
        }
        redline.startAndAwait();

        assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(KILLS * 200);
        for (int id : acknowledged) {
            var message = redline.get("/api/accounts/sales/chats/" + chat(id) + "/messages/ID" + id);
            assertThat(message.statusCode()).as("ID%d was acknowledged", id).isEqualTo(200);
            assertThat(JsonPath.from(message.body()).getString("text")).isEqualTo("Hello " + id);
        }
        // What was owed to the endpoint log is delivered, what was in flight when it was killed as well.
        await().atMost(Duration.ofMinutes(2))
                .until(() -> "[]".equals(redline.get("/api/deliveries?state=owed").body()));
        assertThat(redline.get("/api/deliveries?state=parked").body()).isEqualTo("[]");
        for (int id : acknowledged) {
            var deliveries = JsonPath.from(redline.get("/api/accounts/sales/chats/" + chat(id) + "/messages/ID" + id
                    + "/deliveries").body());
            assertThat(deliveries.getList("state")).containsExactly("done");
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
        return "7" + id % 20 + "@c.us";
    }
}
