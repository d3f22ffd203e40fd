package io.redline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.cloudevents.jackson.JsonFormat;
import io.redline.endpoint.Notifications;
import io.restassured.path.json.JsonPath;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/**
 * The inbox kafka and the endpoint kafka, packaged, at a real broker that asks for TLS and a login: whoever dies, nothing
 * acknowledged is lost.
 */
class KafkaIT {

    private static final Duration LONG = Duration.ofMinutes(2);
    private static final String INBOX = "redline-inbox";
    private static final String OUT = "conversations";

    private final Path folder = OnSqlite.newFolder();
    private final KafkaBroker broker = new KafkaBroker(folder.resolve("kafka"));

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void brokerAndServiceThatAreKilled_loseNothing_andWhatNobodyCanReadHoldsUpNobody() throws Exception {
        broker.start().with(INBOX).with(OUT);
        try (var service = new PackagedService(folder.resolve("service"))) {
            service.configure(settings("redline.database.url=jdbc:sqlite:" + folder.resolve("redline.db")))
                    .startAndAwait();
            // Whoever has written it: of no account, and of one that is not configured any more.
            broker.write(new ProducerRecord<>(INBOX, 0, null, "{}".getBytes(UTF_8)));
            var former = new ProducerRecord<byte[], byte[]>(INBOX, 0, null, "[1".getBytes(UTF_8));
            former.headers().add("redline-account", "former".getBytes(UTF_8))
                    .add("redline-gateway", "green-api".getBytes(UTF_8))
                    .add("redline-instance", "1".getBytes(UTF_8));
            broker.write(former);
            assertThat(service.post("sales", "not JSON").statusCode()).isEqualTo(200);
            assertThat(service.post("sales", Notifications.posted("1@c.us", "LARGE", "x".repeat(2 << 20)))
                    .statusCode()).isEqualTo(200);
            assertThat(service.post("sales", Notifications.posted("1/2@c.us", "SMALL", "Hi")).statusCode())
                    .isEqualTo(200);

            List<String> acknowledged;
            try (var senders = new Senders("", service)) {
                await().atMost(LONG).until(() -> senders.acknowledged().size() > 100);

                broker.kill();
                await().atMost(LONG).until(() -> senders.refused().size() >= Senders.NUMBER);
                senders.expectRefusedAsPromised();
                assertThat(service.health("/live").statusCode()).isEqualTo(200);
                await().atMost(LONG).until(() -> service.health("/ready").body().contains("do not answer"));
                broker.start();
                acknowledgedMore(senders);

                service.kill();
                service.startAndAwait();
                acknowledgedMore(senders);
                senders.close();
                acknowledged = new ArrayList<>(senders.acknowledged());
            }
            acknowledged.addAll(List.of("LARGE", "SMALL"));
            expectInLedger(service, acknowledged);
            expectParked(service, "translator", "former (1)", "not configured any more");
            expectParked(service, "translator", "sales", "failed on it");

            // The endpoint: what its brokers never take is parked, and all else is told.
            await().atMost(LONG).until(() -> service.list("/api/deliveries?state=owed").isEmpty());
            expectParked(service, "kafka", "sales", "larger than the brokers take");
            acknowledged.remove("LARGE");
            var told = broker.read(OUT);
            assertThat(told.stream().map(KafkaIT::message)).containsAll(acknowledged);
            expectCloudEvent(told.stream().filter(one -> message(one).equals("SMALL")).findFirst().orElseThrow());
            assertThat(service.log()).doesNotContain("71000000000", "Hello ", "what-brokers-ask-for");
            assertThat(service.management("/observe/metrics").body()).contains("redline_inbox_lag");
        }
    }

    private static void expectParked(PackagedService service, String endpoint, String account, String sentence)
            throws Exception {
        assertThat(service.list("/api/deliveries?state=parked&endpoint=" + endpoint)).anySatisfy(one -> {
            assertThat(one).containsEntry("account", account);
            assertThat((String) one.get("lastError")).contains(sentence);
        });
    }

    private static void expectCloudEvent(ConsumerRecord<String, byte[]> record) {
        assertThat(record.key()).isEqualTo("sales/1%2F2@c.us");
        assertThat(new String(record.headers().lastHeader("content-type").value(), UTF_8))
                .isEqualTo("application/cloudevents+json; charset=UTF-8");
        assertThat(record.headers()).allMatch(header -> !header.key().startsWith("Redline")
                && !header.key().startsWith("Camel"));
        var event = new JsonFormat().deserialize(record.value());
        assertThat(event.getType()).isEqualTo("redline.message.posted");
        assertThat(event.getSubject()).isEqualTo("sales/1%2F2@c.us/SMALL");
    }

    @Test
    void storeThatIsAway_isWaitedFor_andReplicasTakeOver() throws Exception {
        broker.start().with(INBOX).with(OUT);
        var server = OnPostgresql.startServer(folder.resolve("postgresql"), FreePort.find());
        try (var first = replica(1, server); var second = replica(2, server)) {
            first.startAndAwait();
            second.startAndAwait();
            List<String> acknowledged;
            try (var senders = new Senders("", first, second)) {
                await().atMost(LONG).until(() -> senders.acknowledged().size() > 100);

                stopAtOnce(server);
                // What is on its way ends, and then nothing moves any more, whatever comes in.
                acknowledgedMore(senders);
                var taken = KafkaBroker.taken(broker.brokers(), "redline");
                acknowledgedMore(senders);
                assertThat(KafkaBroker.taken(broker.brokers(), "redline")).isEqualTo(taken);
                assertThat(senders.refused()).isEmpty();

                server = OnPostgresql.startServer(folder.resolve("postgresql"), server.getPort());
                first.kill();
                acknowledgedMore(senders);
                // Also of the partitions that the dead one had.
                var written = KafkaBroker.written(broker.brokers(), INBOX);
                await().atMost(LONG).until(() -> KafkaBroker.isTaken(broker.brokers(), "redline", written));
                senders.close();
                acknowledged = senders.acknowledged();
            }
            expectInLedger(second, acknowledged);
        } finally {
            server.close();
        }
    }

    private String[] settings(String... more) throws IOException {
        var file = Files.createDirectories(folder).resolve("client.properties");
        Files.writeString(file, broker.login() + "reconnect.backoff.max.ms=500\n");
        return new String[]{String.join("\n", more), "redline.outbox.max-wait=3s", "redline.inbox=kafka",
                "redline.inbox.kafka.brokers=" + broker.guarded(), "redline.inbox.kafka.properties=" + file,
                "redline.route.messages=kafka", "redline.endpoint.kafka.brokers=" + broker.guarded(),
                "redline.endpoint.kafka.topic=" + OUT, "redline.endpoint.kafka.properties=" + file,
                "redline.endpoint.kafka.retry.max-delay=2s"};
    }

    private PackagedService replica(int number, EmbeddedPostgres server) throws IOException {
        return new PackagedService(folder.resolve("replica-" + number)).configure(settings(
                "redline.database.url=" + server.getJdbcUrl("postgres", "postgres"),
                "redline.database.username=postgres"));
    }

    /** As {@code pg_ctl -m immediate}. */
    private void stopAtOnce(EmbeddedPostgres server) throws Exception {
        var pid = Files.readAllLines(folder.resolve("postgresql/postmaster.pid")).get(0).strip();
        assertThat(new ProcessBuilder("kill", "-QUIT", pid).inheritIO().start().waitFor()).isZero();
        await().atMost(LONG).until(() -> Files.notExists(folder.resolve("postgresql/postmaster.pid")));
        server.close();
    }

    private static void acknowledgedMore(Senders senders) {
        var before = senders.acknowledged().size();
        await().atMost(LONG).until(() -> senders.acknowledged().size() > before + 100);
    }

    private static void expectInLedger(PackagedService service, List<String> acknowledged) {
        await().atMost(LONG).pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> {
            Set<Object> known = service.events("posted").stream().map(event -> event.get("target"))
                    .collect(Collectors.toSet());
            assertThat(known).containsAll(acknowledged);
        });
    }

    private static String message(ConsumerRecord<String, byte[]> record) {
        return JsonPath.from(new String(record.value(), UTF_8)).getString("data.messageId");
    }
}
