package io.redline;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/** The store goes away, hangs or is full, or one of those who share it dies: nothing acknowledged is lost. */
class StoreFaultsIT {

    private static final Duration LONG = Duration.ofMinutes(2);

    private final Path folder = OnSqlite.newFolder();

    @Test
    void postgresqlThatCrashes_isWaitedFor() throws Exception {
        expectNothingLostWhile(new Outage() {
            @Override
            public void begin(EmbeddedPostgres server) throws Exception {
                var postmaster = postmaster();
                // As pg_ctl -m immediate.
                signal("QUIT", List.of(postmaster));
                await().atMost(LONG).until(() -> Files.notExists(folder.resolve("postgresql/postmaster.pid")));
                server.close();
            }

            @Override
            public EmbeddedPostgres end(EmbeddedPostgres server) {
                return OnPostgresql.startServer(folder.resolve("postgresql"), server.getPort());
            }
        });
    }

    @Test
    void postgresqlThatHangs_isWaitedFor() throws Exception {
        expectNothingLostWhile(new Outage() {
            @Override
            public void begin(EmbeddedPostgres server) throws Exception {
                signal("STOP", withChildren());
            }

            @Override
            public EmbeddedPostgres end(EmbeddedPostgres server) throws Exception {
                signal("CONT", withChildren());
                return server;
            }

            private List<ProcessHandle> withChildren() throws IOException {
                return Stream.concat(Stream.of(postmaster()), postmaster().descendants()).toList();
            }
        });
    }

    /** Something that happens to the server, and ends. */
    private interface Outage {
        void begin(EmbeddedPostgres server) throws Exception;

        EmbeddedPostgres end(EmbeddedPostgres server) throws Exception;
    }

    private void expectNothingLostWhile(Outage outage) throws Exception {
        var server = OnPostgresql.startServer(folder.resolve("postgresql"), FreePort.find());
        var away = false;
        try (var receiver = new Receiver(); var service = new PackagedService(folder.resolve("service"))) {
            var process = service.configure(routesWithShortLeases(folder.resolve("routes")), store(server),
                    "redline.route.messages=http", "redline.outbox.max-wait=3s",
                    "redline.endpoint.http.url=" + receiver.url()).startAndAwait();
            List<String> acknowledged;
            try (var senders = new Senders("", service)) {
                await().atMost(LONG).until(() -> senders.acknowledged().size() > 100);
                away = true;
                outage.begin(server);
                await().atMost(LONG).until(() -> senders.refused().size() >= 2 * Senders.NUMBER);
                assertThat(service.health("/live").statusCode()).isEqualTo(200);

                server = outage.end(server);
                away = false;
                var before = senders.acknowledged().size();
                await().atMost(LONG).until(() -> senders.acknowledged().size() > before + 100);
                senders.close();
                acknowledged = senders.acknowledged();
                senders.expectRefusedAsPromised();
                assertThat(senders.failed()).isEmpty();
            }
            assertThat(process.isAlive()).isTrue();
            assertThat(service.log()).contains("Notifications are taken again.");
            receiver.expectAllOf(service, acknowledged);
        } finally {
            if (away) {
                server = outage.end(server);
            }
            server.close();
        }
    }

    @Test
    void fullStore_refuses_andGoesOnOnceThereIsRoom() throws Exception {
        var url = "redline.database.url=jdbc:sqlite:" + folder.resolve("redline.db");
        try (var receiver = new Receiver(); var service = new PackagedService(folder)) {
            var others = new String[]{"redline.route.messages=http", "redline.endpoint.http.url=" + receiver.url()};
            // What SQLite says of a full disk, it says of a full file as well.
            service.configure(url + "?max_page_count=600", others[0], others[1]);
            service.startAndAwait();
            List<String> acknowledged;
            try (var senders = new Senders(" and so on".repeat(200), service)) {
                await().atMost(LONG).until(() -> senders.refused().size() >= 5 * Senders.NUMBER);
                assertThat(senders.acknowledged()).isNotEmpty();
                senders.expectRefusedAsPromised();
                assertThat(service.log()).contains("Notifications are refused until they can be stored:", "error 13");
                assertThat(service.health("/live").statusCode()).isEqualTo(200);
                assertThat(service.events("posted")).extracting(event -> event.get("target"))
                        .containsAll(senders.acknowledged());

                service.stop();
                service.configure(url, others[0], others[1]).startAndAwait();
                var before = senders.acknowledged().size();
                await().atMost(LONG).until(() -> senders.acknowledged().size() > before + 100);
                senders.close();
                acknowledged = senders.acknowledged();
            }
            receiver.expectAllOf(service, acknowledged);
        }
    }

    @Test
    void replicaThatIsKilled_isRelievedByTheOther() throws Exception {
        try (var server = OnPostgresql.startServer();
                var receiver = new Receiver();
                var first = replica(1, server, receiver);
                var second = replica(2, server, receiver)) {
            first.startAndAwait();
            second.startAndAwait();
            List<String> acknowledged;
            try (var senders = new Senders("", first, second)) {
                await().atMost(LONG).until(() -> from(receiver, "/1", 200).size() > 30
                        && from(receiver, "/2", 200).size() > 30);
                // What the first has claimed it cannot get rid of any more.
                receiver.answers(any(urlPathEqualTo("/hook/1")), aResponse().withStatus(202).withFixedDelay(600_000));
                await().atMost(LONG).until(() -> !from(receiver, "/1", 202).isEmpty());
                first.kill();
                var left = from(receiver, "/1", 202);

                await().atMost(LONG).until(() -> from(receiver, "/2", 200).containsAll(left));
                var then = senders.acknowledged().size();
                await().atMost(LONG).until(() -> senders.acknowledged().size() > then + 50);
                senders.close();
                acknowledged = senders.acknowledged();
            }
            receiver.expectAllOf(second, acknowledged);
        }
    }

    private PackagedService replica(int number, EmbeddedPostgres server, Receiver receiver) throws IOException {
        var own = folder.resolve("replica-" + number);
        return new PackagedService(own).configure(routesWithShortLeases(own.resolve("routes")), store(server),
                "redline.route.messages=http", "redline.endpoint.http.url=" + receiver.url() + "/" + number);
    }

    private static Path routesWithShortLeases(Path routes) throws IOException {
        return routesWithLeasesOf("3s", routes);
    }

    /** The shipped routes, but for how long a claim holds. */
    static Path routesWithLeasesOf(String time, Path routes) throws IOException {
        var shipped = Path.of("routes");
        List<Path> files;
        try (var all = Files.walk(shipped)) {
            files = all.filter(Files::isRegularFile).toList();
        }
        for (var file : files) {
            var copy = routes.resolve(shipped.relativize(file));
            Files.createDirectories(copy.getParent());
            Files.writeString(copy,
                    Files.readString(file).replace("uri: outbox:http", "uri: outbox:http?lease=" + time));
        }
        assertThat(routes.resolve("endpoints/http.camel.yaml")).content().contains("?lease=" + time);
        return routes;
    }

    /** What a replica sent and was answered so, or is to be. */
    private static Set<String> from(Receiver receiver, String replica, int status) {
        return receiver.arrivals().stream()
                .filter(arrival -> arrival.path().endsWith(replica) && arrival.status() == status)
                .map(Receiver.Arrival::message).collect(Collectors.toSet());
    }

    static String store(EmbeddedPostgres server) {
        return "redline.database.url=" + server.getJdbcUrl("postgres", "postgres")
                + "\nredline.database.username=postgres";
    }

    private ProcessHandle postmaster() throws IOException {
        var pid = Files.readAllLines(folder.resolve("postgresql/postmaster.pid")).get(0).strip();
        return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    }

    private static void signal(String name, List<ProcessHandle> processes) throws IOException, InterruptedException {
        var command = Stream.concat(Stream.of("kill", "-" + name), processes.stream().map(ProcessHandle::pid)
                .map(String::valueOf)).toList();
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }
}
