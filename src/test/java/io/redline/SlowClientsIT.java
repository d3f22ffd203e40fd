package io.redline;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.redline.endpoint.Notifications;

/** Clients that say their request byte by byte, hundreds at once, or hear no answer: nobody else waits for them, nor are they borne for ever. */
class SlowClientsIT {

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final int EACH = Integer.getInteger("redline.slow.clients", 300);
    /** Far more than sockets hold. */
    private static final long MOST_UNREAD = 64 * 1024 * 1024;
    private static final String HEAD = "POST /webhooks/green-api/sales HTTP/1.1\r\nHost: localhost\r\n"
            + "Content-Type: application/json\r\nContent-Length: 10000\r\n";

    private final Path folder = OnSqlite.newFolder();
    private final PackagedService service = new PackagedService(folder);
    private final List<Client> clients = new ArrayList<>();
    private final CountDownLatch stop = new CountDownLatch(1);

    /** One that sends what it begins with, and then now and then a byte, or nothing. */
    private static final class Client {

        private final SocketChannel channel;
        private final boolean drips;
        private final StringBuilder answer = new StringBuilder();
        private boolean closed;

        Client(int port, String beginning, boolean drips) throws IOException {
            channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
            channel.configureBlocking(false);
            channel.write(ByteBuffer.wrap(beginning.getBytes(ISO_8859_1)));
            this.drips = drips;
        }

        /** Say a byte, and hear whether there is an answer or an end. */
        void goOn() {
            if (closed) {
                return;
            }
            try {
                if (drips) {
                    channel.write(ByteBuffer.wrap(new byte[]{'x'}));
                }
                var buffer = ByteBuffer.allocate(4096);
                var read = channel.read(buffer);
                closed = read < 0;
                answer.append(new String(buffer.array(), 0, Math.max(0, read), ISO_8859_1));
            } catch (IOException e) {
                closed = true;
            }
        }
    }

    @AfterEach
    void stop() throws IOException {
        stop.countDown();
        service.close();
        for (var client : clients) {
            client.channel.close();
        }
    }

    @Test
    void slowOnes_slowNobody_andAreNotBorneForEver() throws Exception {
        service.configure("redline.database.url=jdbc:sqlite:" + folder.resolve("redline.db"),
                "redline.max-body-time=3s", "quarkus.http.idle-timeout=6S").startAndAwait();
        var bodies = open(HEAD + "\r\n{", true);
        var silentBodies = open(HEAD + "\r\n{", false);
        var silentHeads = open(HEAD, false);
        var heads = open(HEAD + "X-Slow: ", true);
        var all = Stream.of(bodies, silentBodies, silentHeads, heads).flatMap(List::stream).toList();
        var dripping = new Thread(() -> drip(all), "dripping");
        dripping.start();

        for (int i = 0; i < 50; i++) {
            assertThat(
                    service.post("sales", Notifications.posted("71000000001@c.us", "GOOD" + i, "Hello")).statusCode())
                    .isEqualTo(200);
        }
        await().atMost(LONG).until(() -> Stream.of(bodies, silentBodies, silentHeads).flatMap(List::stream)
                .allMatch(SlowClientsIT::isClosed));
        assertThat(service.post("sales", Notifications.posted("71000000001@c.us", "AFTER", "Hello")).statusCode())
                .isEqualTo(200);
        stop.countDown();
        dripping.join();

        // Those that go on talking may lose the answer to the reset of their connection.
        assertThat(silentBodies).allSatisfy(client -> assertThat(client.answer.toString()).contains("HTTP/1.1 408 ",
                "application/problem+json", "redline.max-body-time").doesNotContain("Exception"));
        // Nothing of them was taken, and nobody complains of them at length.
        assertThat(service.events("posted")).hasSize(51);
        assertThat(service.list("/api/deliveries?state=parked")).isEmpty();
        assertThat(service.log()).doesNotContain("Exception", "\tat ");
    }

    @Test
    void whoSendsRequestsAndReadsNoAnswers_isHeardNoLonger() throws Exception {
        service.configure("redline.database.url=jdbc:sqlite:" + folder.resolve("redline.db")).startAndAwait();
        var requests = "GET /console/login HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(1_000).getBytes(ISO_8859_1);
        var client = new Client(service.port(), "", false);
        clients.add(client);

        // What it has not taken after some seconds waits in the client; without that there would be no end.
        var sent = new AtomicLong();
        var taken = new AtomicLong(-1);
        var rest = ByteBuffer.wrap(requests);
        await().atMost(LONG).pollInterval(Duration.ofSeconds(2)).until(() -> {
            while (sent.get() < MOST_UNREAD) {
                var count = client.channel.write(rest.hasRemaining() ? rest : rest.rewind());
                if (count == 0) {
                    break;
                }
                sent.addAndGet(count);
            }
            return taken.getAndSet(sent.get()) == sent.get();
        });

        assertThat(sent.get()).isLessThan(MOST_UNREAD);
        assertThat(service.post("sales", Notifications.posted("71000000001@c.us", "AFTER", "Hello")).statusCode())
                .isEqualTo(200);
    }

    private List<Client> open(String beginning, boolean drips) {
        return Stream.generate(() -> {
            try {
                var client = new Client(service.port(), beginning, drips);
                clients.add(client);
                return client;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }).limit(EACH).toList();
    }

    private void drip(List<Client> all) {
        try {
            do {
                for (var client : all) {
                    synchronized (client) {
                        client.goOn();
                    }
                }
            } while (!stop.await(500, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isClosed(Client client) {
        synchronized (client) {
            return client.closed;
        }
    }
}
