import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sends as GREEN-API does: each account one notification after the other, and the same again until it is answered 200. Writes
 * down what was, at once, until a file "stop" stands beside it. Usage: java Load.java ports accounts token file
 */
class Load {

    private static final int CHATS = 8;
    private static final AtomicInteger REFUSED = new AtomicInteger();
    private static final AtomicInteger FAILED = new AtomicInteger();
    private static final AtomicInteger GIVEN_UP = new AtomicInteger();

    private record Posted(String chat, String id) {
    }

    public static void main(String... arguments) throws Exception {
        var stop = Path.of(arguments[3]).resolveSibling("stop");
        var ports = arguments[0].split(",");
        var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(5))
                .build();
        var threads = new ArrayList<Thread>();
        try (var file = new PrintStream(new FileOutputStream(arguments[3], true), true, StandardCharsets.UTF_8)) {
            for (int i = 1; i <= Integer.parseInt(arguments[1]); i++) {
                var account = i;
                threads.add(new Thread(() -> send(account, stop, client, ports, arguments[2], file)));
            }
            threads.forEach(Thread::start);
            for (var thread : threads) {
                thread.join();
            }
        }
        System.out.printf("%d refused, %d without an answer, %d never answered 200%n", REFUSED.get(), FAILED.get(),
                GIVEN_UP.get());
    }

    private static void send(int account, Path stop, HttpClient client, String[] ports, String token, PrintStream file) {
        var random = new Random();
        List<Posted> known = new ArrayList<>();
        for (int number = 0; !Files.exists(stop); number++) {
            var bytes = new byte[10];
            random.nextBytes(bytes);
            var id = HexFormat.of().withUpperCase().formatHex(bytes);
            var dice = known.isEmpty() ? 0 : random.nextInt(100);
            var of = dice < 65
                    ? new Posted("7%03d%07d@c.us".formatted(account, random.nextInt(CHATS)), id)
                    : dice < 95 ? known.get(random.nextInt(known.size()))
                            : known.remove(random.nextInt(known.size()));
            var kind = dice < 65 ? "posted" : dice < 95 ? "edited" : "deleted";
            if (dice < 65) {
                known.add(of);
            }
            var data = switch (kind) {
                case "posted" -> "\"textMessage\",\"textMessageData\":{\"textMessage\":\"Hello %d\"}".formatted(number);
                case "edited" -> "\"editedMessage\",\"editedMessageData\":{\"textMessage\":\"Hello %d\",\"stanzaId\":\"%s\"}"
                        .formatted(number, of.id());
                default -> "\"deletedMessage\",\"deletedMessageData\":{\"stanzaId\":\"%s\"}".formatted(of.id());
            };
            var body = """
                    {"typeWebhook":"incomingMessageReceived","instanceData":{"idInstance":%d,"wid":"79876543210@c.us",
                    "typeInstance":"whatsapp"},"timestamp":%d,"idMessage":"%s","senderData":{"chatId":"%s","chatName":"John",
                    "sender":"%s","senderName":"John"},"messageData":{"typeMessage":%s}}""".formatted(1101000000 + account,
                    System.currentTimeMillis() / 1000, id, of.chat(), of.chat(), data);
            if (!isAcknowledged(account, client, ports, token, body)) {
                GIVEN_UP.incrementAndGet();
                return;
            }
            file.printf("a%02d\t%s\t%s\t%s%n", account, of.chat(), kind, id);
        }
    }

    /** The same notification again and again, at another replica if there is one, for three minutes at most. */
    private static boolean isAcknowledged(int account, HttpClient client, String[] ports, String token,
            String body) {
        var end = System.nanoTime() + Duration.ofMinutes(3).toNanos();
        for (int attempt = 0; System.nanoTime() < end; attempt++) {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%s/webhooks/green-api/a%02d"
                    .formatted(ports[(account + attempt) % ports.length], account)))
                    .header("Authorization", "Bearer " + token).header("Content-Type", "application/json")
                    .timeout(Duration.ofSeconds(30)).POST(HttpRequest.BodyPublishers.ofString(body)).build();
            try {
                if (client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
                    return true;
                }
                REFUSED.incrementAndGet();
            } catch (IOException e) {
                FAILED.incrementAndGet();
            } catch (InterruptedException e) {
                return false;
            }
            try {
                Thread.sleep(200);
            } catch (InterruptedException e) {
                return false;
            }
        }
        return false;
    }
}
