package io.redline.door;

import static io.redline.endpoint.Notifications.posted;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import jakarta.inject.Inject;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.BlackBox;
import io.redline.OnSqlite;
import io.redline.RawHttp;
import io.redline.Waha;
import io.redline.database.Rows;
import io.redline.event.EventJson;
import io.restassured.RestAssured;

/**
 * Thousands of malformed bodies at all doors, several at once: each is answered as promise 2 says, each is kept or known, none
 * leaves a trace of what it said in the log, and the accounts take what comes after.
 *
 * {@code -Dredline.malformed=100000} for more of them, {@code -Dredline.malformed.seed=} for others.
 */
@QuarkusTest
@TestProfile(OnSqlite.class)
class MalformedInputTest extends BlackBox {

    private static final int NUMBER = Integer.getInteger("redline.malformed", 1_500);
    private static final long SEED = Long.getLong("redline.malformed.seed", 11);
    private static final int SENDERS = 8;
    /** What the service may hold on to, however much comes: far less than all of it. */
    private static final long HELD = 64L << 20;

    private final MalformedBodies bodies = new MalformedBodies(SEED);
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicInteger brought = new AtomicInteger();
    private final AtomicLong longest = new AtomicLong();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();

    @Inject
    MeterRegistry metrics;

    @ConfigProperty(name = "quarkus.log.file.path")
    Path log;

    @Test
    void whateverComes_isAnsweredAndKept_andHoldsUpNobody() throws Exception {
        var said = Files.size(log);
        var repeats = repeats();
        var heap = heap();
        var begun = System.nanoTime();
        postAll(NUMBER);

        assertThat(heap() - heap).as("bytes held on to").isLessThan(HELD);
        report((System.nanoTime() - begun) / 1_000_000, heap);
        assertThat(wrong).as("seed " + SEED).isEmpty();
        var kept = keptDigests();
        var changed = new HashSet<>(kept);
        changed.removeAll(new HashSet<>(digestsOfSent()));
        assertThat(changed).as("seed " + SEED).isEmpty();
        // What is not kept as it came is what the ledger knew: told twice, or once more without an id of its own, as what is
        // cut out of a list may be.
        assertThat(brought.get() - kept.size()).as("seed " + SEED).isEqualTo((int) (repeats() - repeats))
                .isLessThan(brought.get() / 8);
        expectGoodOnesToBeTaken();
        expectNothingOfItInTheLog(said);
    }

    @Test
    void whatComesAgain_isKnown() throws Exception {
        postAll(60);
        var kept = keptDigests();
        postAll(60);

        assertThat(wrong).as("seed " + SEED).isEmpty();
        assertThat(keptDigests()).isEqualTo(kept).hasSizeGreaterThan(50);
    }

    /** What is in use when all garbage is gone. */
    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** For docs/reliability.md. */
    private void report(long millis, long heap) throws IOException {
        var peak = ManagementFactory.getMemoryPoolMXBeans().stream().filter(pool -> pool.getType() == MemoryType.HEAP)
                .mapToLong(pool -> pool.getPeakUsage().getUsed()).sum();
        var process = Path.of("/proc/self/status");
        var resident = Files.exists(process)
                ? Files.readAllLines(process).stream().filter(line -> line.startsWith("VmHWM")).findFirst().orElse("")
                : "";
        System.out.printf(
                "%,d malformed bodies, seed %d, in %,d ms, the slowest answer after %,d ms; heap in use before"
                        + " %d MiB, after %d MiB, at most %d MiB; %s%n",
                NUMBER, SEED, millis, longest.get() / 1_000_000,
                heap >> 20, heap() >> 20, peak >> 20, resident.replaceAll("\\s+", " "));
    }

    private void postAll(int number) throws InterruptedException {
        var senders = Executors.newFixedThreadPool(SENDERS);
        try {
            for (int i = 0; i < number; i++) {
                var next = i;
                senders.execute(() -> post(bodies.body(next)));
            }
        } finally {
            senders.shutdown();
        }
        assertThat(senders.awaitTermination(NUMBER, TimeUnit.SECONDS)).as("answered").isTrue();
    }

    private void post(MalformedBodies.Body body) {
        try {
            var path = "/webhooks/" + body.gateway() + "/" + body.account();
            var begun = System.nanoTime();
            if (body.isTooLarge()) {
                var answer = RawHttp.send(RestAssured.port,
                        "POST " + path + " HTTP/1.1\nHost: localhost\nContent-Length: "
                                + body.bytes().length,
                        body.bytes());
                expect(413, answer.status(), answer.body(), body);
                return;
            }
            var answer = client.send(HttpRequest.newBuilder(URI.create("http://localhost:" + RestAssured.port + path))
                    .timeout(Duration.ofMinutes(1)).POST(BodyPublishers.ofByteArray(body.bytes())).build(),
                    BodyHandlers.ofString());
            longest.accumulateAndGet(System.nanoTime() - begun, Math::max);
            expect(200, answer.statusCode(), answer.body(), body);
            if (!answer.body().equals(body.gateway().equals("aitu") ? "{\"updates\":[]}" : "")) {
                wrong.add("answered '" + answer.body() + "': " + body);
            }
            brought.addAndGet(notificationsIn(body).size());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            wrong.add(e + ": " + body);
        }
    }

    private void expect(int status, int answered, String answer, MalformedBodies.Body body) {
        if (answered != status) {
            wrong.add("answered " + answered + " " + answer + ": " + body);
        }
    }

    private static List<byte[]> notificationsIn(MalformedBodies.Body body) {
        return body.gateway().equals("aitu") ? Updates.of(body.bytes()).notifications() : List.of(body.bytes());
    }

    private List<String> digestsOfSent() {
        return IntStream.range(0, NUMBER).mapToObj(bodies::body).filter(body -> !body.isTooLarge())
                .flatMap(body -> notificationsIn(body).stream()).map(EventJson::digest).toList();
    }

    private List<String> keptDigests() {
        return database.read(connection -> Rows.query(connection, "select body from notification order by id",
                row -> EventJson.digest(row.getBytes(1))));
    }

    /** Of notifications: that two chats are one is told beside a message, many times. */
    private double repeats() {
        return metrics.find("redline.events").tag("novelty", "repeat").counters().stream()
                .filter(counter -> !"chat-alias".equals(counter.getId().getTag("kind"))).mapToDouble(Counter::count)
                .sum();
    }

    private void expectGoodOnesToBeTaken() {
        take("sales", posted("79990000001@c.us", "GOOD", "Hello"));
        assertThat(message("sales", "79990000001@c.us", "GOOD")).containsEntry("text", "Hello");

        expectTaken(given().contentType("application/json").body(Waha.sample("message-webjs-text"))
                .post("/webhooks/waha/waha"));
        assertThat(message("waha", "15551230001@c.us", "3EB0A1B2C3D4E5F60001")).containsEntry("text", "Hi there!");

        assertThat(given().contentType("application/json").body(aitu()).post("/webhooks/aitu/aitu").statusCode())
                .isEqualTo(200);
        assertThat(message("aitu", "USER:ba017bae-e3e8-11e8-b418-7a609eaf8200", "18600f06-0448-11ea-ab3f-d6e38872fb41"))
                .containsEntry("text", "test1");
    }

    private static byte[] aitu() {
        try (var file = MalformedInputTest.class.getResourceAsStream("/aitu/message-text.json")) {
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void expectNothingOfItInTheLog(long from) throws IOException {
        try (var file = Files.newInputStream(log)) {
            // One that has grown too large begins anew.
            file.skipNBytes(from <= Files.size(log) ? from : 0);
            var lines = new String(file.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
            assertThat(lines).isNotEmpty().allSatisfy(line -> assertThat(line).doesNotContain("\tat ",
                    MalformedBodies.TEXT, MalformedBodies.NUMBER, "Exception in thread", "OutOfMemory"));
        }
    }
}
