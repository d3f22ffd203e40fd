package io.redline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import com.github.tomakehurst.wiremock.client.WireMock;

import io.redline.endpoint.Notifications;

/** Many notifications as large as they may be, with the heap that is recommended: it has room for a few of them. */
class LargeBodiesIT {

    private static final Duration LONG = Duration.ofMinutes(2);
    private static final int SENDERS = 6;
    private static final int OF_EACH = 3;
    /** In UTF-8 a little less than the 4 MiB that are the most. */
    private static final String TEXT = "ж".repeat(2_000_000);

    private final Path folder = OnSqlite.newFolder();
    private final PackagedService service = new PackagedService(folder).withHeapOf("80m")
            .waitingAtMost(Duration.ofMinutes(1));
    private final Receiver receiver = new Receiver();

    @AfterEach
    void stop() {
        service.close();
        receiver.close();
    }

    @Test
    void allThatComeAtOnceAreTaken_andDeliveredWhenTheReceiverIsWellAgain() throws Exception {
        receiver.answers(WireMock.aResponse().withStatus(503));
        service.configure("redline.database.url=jdbc:sqlite:" + folder.resolve("redline.db"),
                "redline.route.messages=log,http", "redline.endpoint.http.url=" + receiver.url(),
                "redline.outbox.retry.delay=50ms", "redline.outbox.retry.max-delay=500ms").startAndAwait();
        var ids = new LinkedHashSet<String>();
        var sending = new ArrayList<Callable<Void>>();
        for (int sender = 0; sender < SENDERS; sender++) {
            var chat = "7100000000" + sender + "@c.us";
            for (int i = 0; i < OF_EACH; i++) {
                ids.add("LARGE" + sender + i);
            }
            var own = ids.stream().skip((long) sender * OF_EACH).toList();
            sending.add(() -> {
                for (var id : own) {
                    assertThat(service.post("sales", Notifications.posted(chat, id, TEXT)).statusCode()).isEqualTo(200);
                }
                return null;
            });
        }
        var threads = Executors.newFixedThreadPool(SENDERS);
        for (var sent : threads.invokeAll(sending)) {
            sent.get();
        }
        threads.shutdown();
        await().atMost(LONG).until(() -> !receiver.requests().isEmpty());
        // Small ones wait for none of them.
        assertThat(service.post("sales", Notifications.posted("71000000009@c.us", "SMALL", "Hello")).statusCode())
                .isEqualTo(200);
        ids.add("SMALL");

        receiver.forget();
        receiver.isWell();
        await().atMost(LONG).until(() -> receiver.messages().equals(ids));
        assertThat(service.list("/api/deliveries?state=parked")).isEmpty();
        assertThat(service.log()).doesNotContain("OutOfMemory");
    }
}
