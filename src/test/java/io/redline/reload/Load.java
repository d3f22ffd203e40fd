package io.redline.reload;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.awaitility.Awaitility;

import io.redline.endpoint.Notifications;

/** Sixty-four senders that post one message after the other, each into a chat of its own, until they are closed. */
final class Load implements AutoCloseable {

    static final int SENDERS = 64;

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI door;
    private final String prefix;
    private final Queue<String> taken = new ConcurrentLinkedQueue<>();
    private final Queue<String> failed = new ConcurrentLinkedQueue<>();
    private final List<Thread> senders = new ArrayList<>();
    private volatile boolean stops;

    /** @param prefix of the ids of its messages, which are {@code prefix-sender-number} */
    Load(int port, String prefix) {
        this.door = URI.create("http://127.0.0.1:" + port + "/webhooks/green-api/sales");
        this.prefix = prefix;
        for (int i = 0; i < SENDERS; i++) {
            var sender = i;
            var thread = new Thread(() -> send(sender), "sender-" + i);
            senders.add(thread);
            thread.start();
        }
    }

    private void send(int sender) {
        for (int number = 0; !stops; number++) {
            var id = prefix + "-" + sender + "-" + number;
            var request = HttpRequest.newBuilder(door).timeout(Duration.ofSeconds(60))
                    .POST(HttpRequest.BodyPublishers.ofString(Notifications.posted(chat(sender), id, "Hello")))
                    .build();
            try {
                var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
                (answer.statusCode() == 200 ? taken : failed).add(answer.statusCode() == 200
                        ? id
                        : id + ": " + answer.statusCode() + " " + answer.body());
                // Enough to have always some on their way, and not to starve the rest of the test.
                Thread.sleep(20);
            } catch (IOException e) {
                failed.add(id + ": " + e);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    String chat(int sender) {
        return "7999" + (1000000 + sender) + "@c.us";
    }

    List<String> taken() {
        return List.copyOf(taken);
    }

    List<String> failed() {
        return List.copyOf(failed);
    }

    /** So many more were taken. */
    void awaitMore(int many) {
        var enough = taken.size() + many;
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> taken.size() >= enough);
    }

    @Override
    public void close() throws InterruptedException {
        stops = true;
        for (var sender : senders) {
            sender.join();
        }
    }
}
