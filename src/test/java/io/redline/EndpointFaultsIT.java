package io.redline;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;

import io.redline.endpoint.Notifications;

/** The shipped endpoints, packaged, while what is behind them is down, hangs, is choosy or slow. */
class EndpointFaultsIT {

    private static final Duration LONG = Duration.ofMinutes(2);
    private static final Pattern MESSAGE = Pattern.compile("Message: {2}(\\w+),");
    private static final int CHATS = 6;
    /** What the endpoint http may have claimed: 8 chats at once, and 8 deliveries ahead for each. */
    private static final int WINDOW = 64;

    private final Path folder = OnSqlite.newFolder();
    private final PackagedService service = new PackagedService(folder);

    @AfterEach
    void stop() {
        service.close();
    }

    @Test
    void mailsWaitWhileTheirServerIsDown_andNobodyElseDoes() throws Exception {
        var port = FreePort.find();
        var server = mailServer(port);
        try (var receiver = new Receiver()) {
            start(receiver, "redline.route.messages=none", "redline.route.deletes=http,mail",
                    "redline.endpoint.mail.host=127.0.0.1",
                    "redline.endpoint.mail.port=" + port, "redline.endpoint.mail.starttls=false",
                    "redline.endpoint.mail.from=redline@example.org", "redline.endpoint.mail.to=sales@example.org");
            delete(0, 6);
            await().atMost(LONG).until(() -> service.list("/api/deliveries?state=owed").isEmpty());
            assertThat(mailed(server)).hasSize(6);

            server.stop();
            delete(6, 36);
            await().atMost(LONG).until(() -> receiver.messages().size() == 36);
            await().atMost(LONG).untilAsserted(() -> assertThat(owedTo("mail")).hasSize(30)
                    .anySatisfy(one -> assertThat(one.get("lastError")).isNotNull()));
            assertThat(service.list("/api/deliveries?state=parked")).isEmpty();

            server = mailServer(port);
            await().atMost(LONG).until(() -> service.list("/api/deliveries?state=owed").isEmpty());
            var mailed = mailed(server);
            assertThat(mailed).containsExactlyInAnyOrderElementsOf(ids(6, 36));
            for (int chat = 0; chat < CHATS; chat++) {
                var own = idsOfChat(chat, 6, 36);
                assertThat(mailed.stream().filter(own::contains)).isEqualTo(own);
            }
        } finally {
            server.stop();
        }
    }

    @Test
    void receiverThatHangs_isAskedAgain_andNobodyElseWaits() throws Exception {
        try (var receiver = new Receiver()) {
            start(receiver, "redline.route.messages=http,log", "redline.http.response-timeout=1s");
            receiver.answers(aResponse().withStatus(202).withFixedDelay(600_000));
            post(0, 60);
            await().atMost(LONG).until(() -> doneBy("log") == 60);
            // Long enough for attempts to be given up and made again.
            await().atMost(LONG).until(() -> receiver.arrivals().size() > receiver.messages().size() + 3);
            post(60, 90);
            await().atMost(LONG).until(() -> doneBy("log") == 90);
            assertThat(doneBy("http")).isZero();
            assertThat(service.list("/api/deliveries?state=parked")).isEmpty();

            receiver.isWell();
            receiver.expectAllOf(service, ids(0, 90));
        }
    }

    @Test
    void receiverThatFailsForOneChat_getsTheOthers_andThatOneInItsOrder() throws Exception {
        try (var receiver = new Receiver()) {
            start(receiver, "redline.route.messages=http", "redline.endpoint.http.retry.attempts=1000");
            receiver.answers(any(anyUrl()).withRequestBody(matchingJsonPath("$.data.chatId", equalTo(chat(2)))),
                    aResponse().withStatus(500));
            post(0, 60);
            await().atMost(LONG).until(() -> receiver.messages().containsAll(ids(0, 60).stream()
                    .filter(id -> !idsOfChat(2, 0, 60).contains(id)).toList()));
            await().atMost(LONG).until(() -> failuresOf(receiver, "M2") > 4);
            await().atMost(LONG).until(() -> owedTo("http").size() == 10);
            assertThat(receiver.messages()).hasSize(51);

            receiver.isWell();
            receiver.expectAllOf(service, ids(0, 60));
            assertThat(receiver.arrivals().stream().filter(arrival -> arrival.status() == 200)
                    .map(Receiver.Arrival::message)).doesNotHaveDuplicates()
                    .filteredOn(idsOfChat(2, 0, 60)::contains).isEqualTo(idsOfChat(2, 0, 60));
        }
    }

    @Test
    void receiverThatIsSlow_slowsNobody_andNoMoreIsClaimedThanItsWindow() throws Exception {
        try (var receiver = new Receiver()) {
            start(receiver, "redline.route.messages=http,log");
            receiver.answers(aResponse().withStatus(200).withFixedDelay(5_000));
            post(0, 300);
            await().atMost(LONG).until(() -> doneBy("log") == 300);
            assertThat(receiver.messages()).hasSizeBetween(1, 150);
            assertThat(claimedBy("http")).isBetween(1, WINDOW);

            receiver.isWell();
            receiver.expectAllOf(service, ids(0, 300));
        }
    }

    private void start(Receiver receiver, String... settings) throws IOException {
        service.configure(Stream.concat(Stream.of("redline.database.url=jdbc:sqlite:" + folder.resolve("redline.db"),
                "redline.endpoint.http.url=" + receiver.url(),
                "redline.outbox.retry.delay=50ms", "redline.outbox.retry.max-delay=500ms"), Stream.of(settings))
                .toArray(String[]::new)).startAndAwait();
    }

    /** Messages, each in the chat next to that of the one before. */
    private void post(int from, int to) throws IOException, InterruptedException {
        for (int i = from; i < to; i++) {
            assertThat(service.post("sales", Notifications.posted(chat(i), "M" + i, "Hello " + i)).statusCode())
                    .isEqualTo(200);
        }
    }

    private void delete(int from, int to) throws IOException, InterruptedException {
        post(from, to);
        for (int i = from; i < to; i++) {
            assertThat(service.post("sales", Notifications.deleted(chat(i), "D" + i, "M" + i)).statusCode())
                    .isEqualTo(200);
        }
    }

    private static String chat(int number) {
        return "7100000000" + number % CHATS + "@c.us";
    }

    private static List<String> ids(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "M" + i).toList();
    }

    private static List<String> idsOfChat(int chat, int from, int to) {
        return IntStream.range(from, to).filter(i -> i % CHATS == chat).mapToObj(i -> "M" + i).toList();
    }

    private List<Map<String, Object>> owedTo(String endpoint) throws IOException, InterruptedException {
        return service.list("/api/deliveries?state=owed&limit=500&endpoint=" + endpoint);
    }

    private int doneBy(String endpoint) throws IOException, InterruptedException {
        return service.list("/api/deliveries?state=done&limit=500&endpoint=" + endpoint).size();
    }

    private int claimedBy(String endpoint) throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("redline.db"));
                var query = connection.prepareStatement("select count(*) from delivery where endpoint = ?"
                        + " and state = 'owed' and lease is not null")) {
            query.setString(1, endpoint);
            try (var answer = query.executeQuery()) {
                answer.next();
                return answer.getInt(1);
            }
        }
    }

    private static long failuresOf(Receiver receiver, String message) {
        return receiver.arrivals().stream().filter(arrival -> arrival.message().equals(message)
                && arrival.status() == 500).count();
    }

    private static GreenMail mailServer(int port) {
        var server = new GreenMail(new ServerSetup(port, "127.0.0.1", "smtp"));
        server.start();
        return server;
    }

    /** The messages of which there are mails, in the order of the mailbox. */
    private static List<String> mailed(GreenMail server) throws Exception {
        List<String> messages = new ArrayList<>();
        for (var mail : server.getReceivedMessages()) {
            var message = MESSAGE.matcher((String) mail.getContent());
            assertThat(message.find()).isTrue();
            messages.add(message.group(1));
        }
        return messages;
    }
}
