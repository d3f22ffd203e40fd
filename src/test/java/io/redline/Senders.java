package io.redline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Send as gateways do, several at once into the same chats: each one notification after the other, and the same again until it
 * is answered 200, at each service in turn.
 */
final class Senders implements AutoCloseable {

    /** How many send. */
    static final int NUMBER = 6;
    private static final List<String> ACCOUNTS = List.of("sales", "support");
    private static final List<String> INSTANCES = List.of("1101000001", "7103000000");
    private static final int CHATS = 3;
    /** So that a test does not have to read tens of thousands again. */
    private static final long PAUSE_MILLIS = 50;

    private final List<PackagedService> services;
    private final String filler;
    private final Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
    private final Queue<HttpResponse<String>> refused = new ConcurrentLinkedQueue<>();
    private final Queue<IOException> failed = new ConcurrentLinkedQueue<>();
    private final CountDownLatch stop = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();

    /** @param filler what each text ends in */
    Senders(String filler, PackagedService... services) {
        this.services = List.of(services);
        this.filler = filler;
        for (int i = 0; i < NUMBER; i++) {
            var sender = i;
            var thread = new Thread(() -> run(sender), "sender-" + i);
            threads.add(thread);
            thread.start();
        }
    }

    private void run(int sender) {
        try {
            var attempt = sender;
            for (int number = 0; stop.getCount() > 0; number++) {
                while (!isAcknowledged(services.get(attempt++ % services.size()), sender, number)
                        && !stop.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
                    // The same once more.
                }
                stop.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isAcknowledged(PackagedService service, int sender, int number) throws InterruptedException {
        var id = sender + "-" + number;
        var account = sender % ACCOUNTS.size();
        var chat = 71000000000L + number % CHATS + "@c.us";
        try {
            var answer = service.post(ACCOUNTS.get(account), """
                    {"typeWebhook":"incomingMessageReceived","instanceData":{"idInstance":%s},"timestamp":1738566656,
                     "idMessage":"%s","senderData":{"chatId":"%s"},"messageData":{"typeMessage":"textMessage",
                     "textMessageData":{"textMessage":"Hello %s%s"}}}"""
                    .formatted(INSTANCES.get(account), id, chat, id, filler));
            if (answer.statusCode() == 200) {
                acknowledged.add(id);
                return true;
            }
            refused.add(answer);
        } catch (IOException e) {
            failed.add(e);
        }
        return false;
    }

    /** The ids of what was answered 200. */
    List<String> acknowledged() {
        return List.copyOf(acknowledged);
    }

    /** The answers that were something else. */
    List<HttpResponse<String>> refused() {
        return List.copyOf(refused);
    }

    /** Where there was no answer, or none in time. */
    List<IOException> failed() {
        return List.copyOf(failed);
    }

    @Override
    public void close() throws InterruptedException {
        stop.countDown();
        for (var thread : threads) {
            thread.join();
        }
    }

    /** Each refusal was as promise 2 has it. */
    void expectRefusedAsPromised() {
        assertThat(refused).isNotEmpty().allSatisfy(answer -> {
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After").orElse("")).matches("\\d+");
            assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("application/problem+json");
            assertThat(answer.body()).contains("\"status\":503").doesNotContain("Exception", "\tat ", "sql", "SQL");
        });
    }
}
