package io.redline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.redline.endpoint.Notifications;

/**
 * What every shipped endpoint has to stand, at a real receiver: the same for each, in one service that has them all. Whatever
 * becomes of one, all others, {@code log} among them, have everything before it is well again; then it has everything too, in
 * the order of each chat.
 *
 * {@code log} has no receiver that could fail, and so is only ever one of the others.
 *
 * {@code -Dredline.conformance.volume=} is how many messages a receiver that does not acknowledge is left with, and
 * {@code -Dredline.conformance.outage=} how many seconds one is away.
 */
class EndpointConformanceIT {

    private static final int VOLUME = Integer.getInteger("redline.conformance.volume", 100);
    private static final int OUTAGE_SECONDS = Integer.getInteger("redline.conformance.outage", 0);
    private static final Duration LONG = Duration.ofMinutes(1).plusSeconds(VOLUME / 10);
    private static final int CHATS = 6;
    /** What an endpoint may have claimed: 8 chats at once, and 8 deliveries ahead for each. */
    private static final int WINDOW = 64;
    /** After so many attempts a delivery is parked that alone fails. */
    private static final int ATTEMPTS = 12;
    private static final Pattern LOGGED = Pattern.compile("sales: posted, event (\\d+), revision 1");

    private static final Path FOLDER = OnSqlite.newFolder();
    private static final PackagedService SERVICE = new PackagedService(FOLDER);
    private static final Map<String, Target> TARGETS = new LinkedHashMap<>();
    private static int posted;

    private int before;
    private List<Object> parkedBefore = List.of();

    @BeforeAll
    static void start() throws Exception {
        // A mail server's thread ends with one when its client has gone, which is what is tried here.
        Awaitility.doNotCatchUncaughtExceptionsByDefault();
        for (var target : List.of(new Target.Database(OnPostgresql.startServer()),
                new Target.Mail(Target.Mail.server()), new Target.Web("http", new Receiver()),
                new Target.Web("forward", new Receiver()), new Target.Topic(FOLDER, FreePort.find()))) {
            TARGETS.put(target.endpoint(), target);
        }
        var settings = new LinkedHashSet<>(List.of("redline.database.url=jdbc:sqlite:" + FOLDER.resolve("redline.db"),
                "redline.route.messages=log,database,mail,http,kafka", "redline.route.notifications=forward",
                "redline.outbox.retry.delay=50ms", "redline.outbox.retry.max-delay=500ms",
                "redline.outbox.retry.attempts=" + ATTEMPTS));
        for (var target : TARGETS.values()) {
            settings.addAll(target.settings());
            if (target.refusesForGood()) {
                // However often it fails otherwise, it is not for what is delivered.
                settings.add("redline.endpoint." + target.endpoint() + ".retry.attempts=1000");
            }
        }
        SERVICE.configure(settings.toArray(String[]::new)).startAndAwait();
    }

    @AfterAll
    static void stop() throws Exception {
        SERVICE.close();
        for (var target : TARGETS.values()) {
            target.close();
        }
    }

    static Stream<Target> targets() {
        return TARGETS.values().stream();
    }

    @BeforeEach
    void forget() throws Exception {
        before = posted;
        parkedBefore = SERVICE.list("/api/deliveries?state=parked").stream().map(one -> one.get("id")).toList();
        for (var target : TARGETS.values()) {
            target.forget();
        }
    }

    /** What a test that failed leaves behind would fail the next. */
    @AfterEach
    void heal() {
        TARGETS.values().forEach(target -> target.breaker().heal());
    }

    @Test
    void whereNothingBreaks_everyEndpointHasEverythingOnce_inTheOrderOfEachChat() throws Exception {
        var ids = post(60);
        for (var target : TARGETS.values()) {
            expect(target, ids);
            assertThat(arrivals(target)).as(target.endpoint()).hasSize(60);
        }
        expectLogged(ids);
    }

    @ParameterizedTest(name = "{0}", autoCloseArguments = false)
    @MethodSource("targets")
    void receiverWhoseAnswersGetLost_isToldAgain_andKnowsIt(Target target) throws Exception {
        var lost = IntStream.range(posted, posted + 30).filter(i -> i % 4 == 0)
                .mapToObj(EndpointConformanceIT::id).toList();
        target.breaker().loseAnswersTo(lost);
        var ids = post(30);
        expectWhole(target, ids);

        assertThat(target.breaker().stillToLose()).isEmpty();
        // Each of those had been taken: where repeats are not known, they are there twice, under the same id.
        var arrivals = arrivals(target);
        assertThat(lost).allSatisfy(id -> assertThat(arrivals.stream().filter(id::equals)).as(id)
                .hasSizeBetween(target.knowsRepeats() ? 1 : 2, target.knowsRepeats() ? 1 : Integer.MAX_VALUE));
    }

    @ParameterizedTest(name = "{0}", autoCloseArguments = false)
    @MethodSource("targets")
    void receiverThatDoesNotAcknowledge_isAskedAgain_andNoMoreIsClaimedThanTheWindow(Target target) throws Exception {
        target.breaker().holdAnswers();
        var ids = post(VOLUME);
        expectAllOthersHave(target, ids);
        await().atMost(LONG).until(() -> failed(target) > 2);
        assertThat(claimed(target)).isLessThanOrEqualTo(WINDOW);

        target.breaker().heal();
        expectWhole(target, ids);
    }

    @ParameterizedTest(name = "{0}", autoCloseArguments = false)
    @MethodSource("targets")
    void receiverWhoseConnectionsBreak_isConnectedAnew(Target target) throws Exception {
        var ids = new ArrayList<>(post(12));
        expect(target, ids);
        target.breaker().cut();
        ids.addAll(post(12));
        target.breaker().cut();
        ids.addAll(post(12));
        expectWhole(target, ids);
    }

    @ParameterizedTest(name = "{0}", autoCloseArguments = false)
    @MethodSource("targets")
    void whatTheReceiverNeverTakes_isParked_andAllElseArrives(Target target) throws Exception {
        var refused = id(posted + 14);
        var text = target.refuse(refused);
        var ids = new ArrayList<>(post(14));
        assertThat(post(text)).isEqualTo(refused);
        ids.addAll(post(15));
        var all = new ArrayList<>(ids);
        all.add(14, refused);
        expectAllOthersHave(target, all);
        expect(target, ids);
        await().atMost(LONG).until(() -> owed(target).isEmpty());
        var parked = parked(target);
        assertThat(parked).singleElement().satisfies(one -> {
            assertThat((String) one.get("lastError")).isNotBlank();
            assertThat(one.get("attempts")).isEqualTo(target.refusesForGood() ? 1 : ATTEMPTS);
        });

        if (text.equals(Target.TEXT)) {
            // A person sends it again, once the receiver takes it.
            target.forget();
            SERVICE.replay(parked.get(0).get("id"));
            expect(target, List.of(refused));
            await().atMost(LONG).until(() -> parked(target).isEmpty());
        }
    }

    @ParameterizedTest(name = "{0}", autoCloseArguments = false)
    @MethodSource("targets")
    void receiverThatIsSlow_slowsNobodyElse_andGetsEverything(Target target) throws Exception {
        target.breaker().slow(Duration.ofMillis(200));
        var ids = post(48);
        expectAllOthersHave(target, ids);
        assertThat(claimed(target)).isLessThanOrEqualTo(WINDOW);
        await().atMost(LONG).until(() -> !arrivals(target).isEmpty());

        target.breaker().heal();
        expectWhole(target, ids);
    }

    @ParameterizedTest(name = "{0}", autoCloseArguments = false)
    @MethodSource("targets")
    void receiverThatComesAndGoes_getsEverything(Target target) throws Exception {
        var ids = new ArrayList<String>();
        for (int i = 0; i < 4; i++) {
            target.breaker().drop();
            ids.addAll(post(6));
            TimeUnit.MILLISECONDS.sleep(150);
            target.breaker().heal();
            ids.addAll(post(3));
            TimeUnit.MILLISECONDS.sleep(150);
        }
        expectAllOthersHave(target, ids);
        expectWhole(target, ids);
    }

    @ParameterizedTest(name = "{0}", autoCloseArguments = false)
    @MethodSource("targets")
    void receiverThatIsAwayForLong_isTriedByOneAtATime_andNothingIsParked(Target target) throws Exception {
        target.breaker().refuse();
        var ids = post(60);
        expectAllOthersHave(target, ids);
        var counted = failed(target);
        // More than that it is away, and less than what is owed has been tried: by probes, that count for no delivery.
        await().atMost(LONG).until(() -> failed(target) > counted + 3);
        TimeUnit.SECONDS.sleep(OUTAGE_SECONDS);
        assertThat(owed(target)).hasSize(60);
        assertThat(owed(target).stream().mapToInt(one -> (Integer) one.get("attempts")).sum()).isLessThan(20);
        assertThat(owed(target)).anySatisfy(one -> assertThat(one.get("lastError")).isNotNull());

        target.breaker().heal();
        expectWhole(target, ids);
    }

    /** Messages, each in the chat next to that of the one before; their ids. */
    private static List<String> post(int number) throws Exception {
        var ids = new ArrayList<String>();
        for (int i = 0; i < number; i++) {
            ids.add(post("Hello"));
        }
        return ids;
    }

    private static String post(String text) throws Exception {
        var id = id(posted);
        assertThat(SERVICE.post("sales", Notifications.posted(chat(posted), id, text)).statusCode()).isEqualTo(200);
        posted++;
        return id;
    }

    /** All of one length, so that none is the beginning of another. */
    private static String id(int number) {
        return "MSG%06d".formatted(number);
    }

    private static String chat(int number) {
        return "7100000000" + number % CHATS + "@c.us";
    }

    /** While one is broken: what arrives there is not their concern. */
    private void expectAllOthersHave(Target broken, List<String> ids) throws Exception {
        for (var other : TARGETS.values()) {
            if (other != broken) {
                expect(other, ids);
            }
        }
        expectLogged(ids);
    }

    /** It has all of it, nothing is owed any more, and nothing was given up. */
    private void expectWhole(Target target, List<String> ids) throws Exception {
        expect(target, ids);
        await().atMost(LONG).until(() -> owed(target).isEmpty());
        assertThat(parked(target)).isEmpty();
        expect(target, ids);
    }

    private void expect(Target target, List<String> ids) {
        await().atMost(LONG).pollInterval(Duration.ofMillis(200)).untilAsserted(() -> assertThat(byChat(arrivals(
                target))).as(target.endpoint()).isEqualTo(byChat(ids)));
    }

    /** Since this test began. What was on its way in the one before may come again, and late. */
    private List<String> arrivals(Target target) throws Exception {
        return target.arrivals().stream().filter(id -> id.compareTo(id(before)) >= 0).toList();
    }

    private void expectLogged(List<String> ids) {
        await().atMost(LONG).untilAsserted(() -> {
            var known = new HashMap<String, String>();
            for (var event : SERVICE.events("posted")) {
                known.put(String.valueOf(event.get("id")), (String) event.get("target"));
            }
            var logged = LOGGED.matcher(SERVICE.log()).results().map(line -> known.get(line.group(1)))
                    .filter(id -> id != null && id.compareTo(id(before)) >= 0).toList();
            assertThat(byChat(logged)).as("log").isEqualTo(byChat(ids));
        });
    }

    /** What came first of each message, by chat. */
    private static Map<String, List<String>> byChat(List<String> ids) {
        var chats = new HashMap<String, Set<String>>();
        ids.forEach(id -> chats.computeIfAbsent(chat(Integer.parseInt(id.substring(3))),
                chat -> new LinkedHashSet<>()).add(id));
        var ordered = new HashMap<String, List<String>>();
        chats.forEach((chat, messages) -> ordered.put(chat, List.copyOf(messages)));
        return ordered;
    }

    private static List<Map<String, Object>> owed(Target target) throws IOException, InterruptedException {
        return SERVICE.list("/api/deliveries?state=owed&limit=500&endpoint=" + target.endpoint());
    }

    private List<Map<String, Object>> parked(Target target) throws IOException, InterruptedException {
        return SERVICE.list("/api/deliveries?state=parked&endpoint=" + target.endpoint()).stream()
                .filter(one -> !parkedBefore.contains(one.get("id"))).toList();
    }

    /** How many attempts there were that did not deliver. */
    private static double failed(Target target) throws IOException, InterruptedException {
        return SERVICE.management("/observe/metrics").body().lines()
                .filter(line -> line.startsWith("redline_deliveries_total{")
                        && line.contains("endpoint=\"" + target.endpoint() + "\"")
                        && !line.contains("outcome=\"delivered\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ')))).sum();
    }

    private static int claimed(Target target) throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + FOLDER.resolve("redline.db"));
                var query = connection.prepareStatement("select count(*) from delivery where endpoint = ?"
                        + " and state = 'owed' and lease is not null")) {
            query.setString(1, target.endpoint());
            try (var answer = query.executeQuery()) {
                answer.next();
                return answer.getInt(1);
            }
        }
    }
}
