package io.redline;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;

import io.redline.gateway.greenapi.GreenApiDouble;
import io.redline.gateway.greenapi.GreenApiInstance;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/** Three replicas on one PostgreSQL: one stands still for half a minute, one is killed and comes again. */
class ReplicasIT {

    private static final Logger LOG = Logger.getLogger(ReplicasIT.class);
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final String INSTANCE = "1101000777";
    private static final String CHAT = "79990000000@c.us";
    /** How many deliveries a replica makes at once: these it cannot call back. */
    private static final int AT_ONCE = 8;

    private final Path folder = OnSqlite.newFolder();

    @Test
    void whoeverDiesOrStandsStill_nothingIsLostDoneTwiceOrOutOfOrder() throws Exception {
        try (var server = OnPostgresql.startServer();
                var gateway = new GreenApiDouble().pollingAtMost(Duration.ofSeconds(1));
                var receiver = new Receiver();
                var first = replica(1, server, gateway, receiver);
                var second = replica(2, server, gateway, receiver);
                var third = replica(3, server, gateway, receiver)) {
            var instance = gateway.instance(INSTANCE, GreenApi.TOKEN, "whatsapp");
            // The first does what one alone may do.
            first.startAndAwait();
            await().atMost(LONG).until(() -> fetches(first) && first.log().contains("its journals are read"));
            var others = List.of(second.start(), third.start());
            second.awaitReady(others.get(0));
            third.awaitReady(others.get(1));
            expectShownByAnother(second, third);

            // So slow that it always has more in hand than it sends at once.
            receiver.answers(any(urlPathEqualTo("/hook/1")), aResponse().withStatus(200).withFixedDelay(300));
            Load load;
            try (var senders = new Load(first, second, third)) {
                load = senders;
                await().atMost(LONG).until(() -> Set.of("/hook/1", "/hook/2", "/hook/3").equals(paths(receiver))
                        && load.acknowledged().size() > 300);
                first.signal("STOP");
                var still = System.nanoTime();
                var arrived = receiver.arrivals().size();
                expectRelieved("stands still", instance, second);
                var before = load.acknowledged().size();
                await().atMost(LONG).until(() -> System.nanoTime() - still > TimeUnit.SECONDS.toNanos(30)
                        && load.acknowledged().size() > before + 100);
                var meanwhile = delivered(receiver, arrived, Set.of("/hook/2", "/hook/3"));
                arrived = receiver.arrivals().size();
                first.signal("CONT");
                await().atMost(LONG).until(() -> first.health("").statusCode() == 200);
                var then = load.acknowledgedBy(first);
                await().atMost(LONG).until(() -> load.acknowledgedBy(first) > then + 50);
                var late = delivered(receiver, arrived, Set.of("/hook/1"));
                late.retainAll(meanwhile);
                LOG.infof("%d deliveries had been made by others when the one that stood still made them.",
                        late.size());
                assertThat(late).as("what it had in hand and others delivered meanwhile")
                        .hasSizeLessThanOrEqualTo(AT_ONCE);

                var fetching = fetches(second) ? second : third;
                assertThat(fetches(fetching)).isTrue();
                fetching.kill();
                expectRelieved("is killed", instance, first);
                fetching.startAndAwait();
                var again = load.acknowledgedBy(fetching);
                await().atMost(LONG).until(() -> load.acknowledgedBy(fetching) > again + 20);
            }
            receiver.isWell();
            expectAllOf(load, receiver, second);
            assertThat(gateway.mostAsking(INSTANCE)).as("questions to one queue at once").isOne();
        }
    }

    /** What one takes changes the pages that another serves. */
    private static void expectShownByAnother(PackagedService page, PackagedService door) throws Exception {
        var told = page.live("/console/live?account=sales&chat=70000000000%40c.us&after=0");
        await().atMost(LONG).until(() -> told.stream().anyMatch(line -> line.startsWith("id: ")));
        assertThat(door.post("sales", """
                {"typeWebhook":"incomingMessageReceived","instanceData":{"idInstance":1101000001},
                 "timestamp":1738566600,"idMessage":"SHOWN","senderData":{"chatId":"70000000000@c.us"},
                 "messageData":{"typeMessage":"textMessage","textMessageData":{"textMessage":"told elsewhere"}}}""")
                .statusCode()).isEqualTo(200);
        await().atMost(LONG).until(() -> told.stream().anyMatch(line -> line.startsWith("data: ")
                && line.contains("told elsewhere")));
    }

    private PackagedService replica(int number, EmbeddedPostgres server, GreenApiDouble gateway, Receiver receiver)
            throws IOException {
        var own = folder.resolve("replica-" + number);
        return new PackagedService(own).waitingAtMost(Duration.ofSeconds(4)).configure(
                StoreFaultsIT.routesWithLeasesOf("6s", own.resolve("routes")), StoreFaultsIT.store(server),
                "redline.route.messages=http", "redline.route.edits=http",
                "redline.endpoint.http.url=" + receiver.url() + "/" + number, "redline.queue.wait=1s",
                "redline.journal.period=2s", "redline.accounts.polled.gateway=green-api",
                "redline.accounts.polled.instance=" + INSTANCE, "redline.accounts.polled.url=" + gateway.url(),
                "redline.accounts.polled.token=" + GreenApi.TOKEN, "redline.accounts.polled.intake=queue");
    }

    private static boolean fetches(PackagedService service) throws IOException {
        return service.log().contains("Account polled: notifications are fetched from the gateway's queue.");
    }

    private static Set<String> paths(Receiver receiver) {
        var paths = new HashSet<String>();
        receiver.arrivals().forEach(arrival -> paths.add(arrival.path()));
        return paths;
    }

    /** The queue and the journals are read again: how soon is said, and not asserted. */
    private static void expectRelieved(String what, GreenApiInstance instance, PackagedService witness) {
        var begun = System.nanoTime();
        var passes = instance.calls("lastIncomingMessages");
        var id = instance.receive(CHAT, "while one " + what);
        Callable<Boolean> read = () -> instance.calls("lastIncomingMessages") > passes + 1;
        await().atMost(LONG).until(() -> isKnown(witness, id));
        var queue = System.nanoTime() - begun;
        await().atMost(LONG).until(read);
        LOG.infof("When one %s: its queue is read again after %.1f s, its journals by %.1f s.", what, queue / 1e9,
                (System.nanoTime() - begun) / 1e9);
    }

    private static boolean isKnown(PackagedService service, String id) throws Exception {
        return service.get("/api/accounts/polled/chats/" + CHAT.replace("@", "%40") + "/messages/" + id)
                .statusCode() == 200;
    }

    /** Messages at their revisions that arrived at some paths, but for the first arrivals. */
    private static Set<String> delivered(Receiver receiver, int from, Set<String> paths) {
        var delivered = new HashSet<String>();
        var all = receiver.arrivals();
        all.subList(from, all.size()).stream().filter(arrival -> paths.contains(arrival.path()))
                .forEach(arrival -> delivered.add(arrival.chat() + " " + arrival.message() + " " + arrival.revision()));
        return delivered;
    }

    private static void expectAllOf(Load load, Receiver receiver, PackagedService service) throws Exception {
        await().atMost(LONG).until(() -> service.list("/api/deliveries?state=owed").isEmpty());
        assertThat(service.list("/api/deliveries?state=parked")).isEmpty();
        List<String> events = new ArrayList<>();
        for (var event : service.events("posted")) {
            events.add((String) event.get("target"));
        }
        for (var event : service.events("edited")) {
            events.add((String) event.get("eventId"));
        }
        assertThat(events).doesNotHaveDuplicates().containsAll(load.acknowledged());
        // Who keeps of each message the highest revision has what was said last.
        Map<String, Receiver.Arrival> copy = new HashMap<>();
        receiver.arrivals().forEach(arrival -> copy.merge(arrival.message(), arrival,
                (one, other) -> other.revision() > one.revision() ? other : one));
        load.texts().forEach((message, text) -> assertThat(copy.get(message)).as(message).isNotNull()
                .extracting(Receiver.Arrival::text).isEqualTo(text));
    }

    /** Messages, some of them edited, sent to the replicas in turn; what is not answered 200 is sent to the next one. */
    private static final class Load implements AutoCloseable {

        private static final int SENDERS = 6;
        private static final int CHATS = 30;

        private final List<PackagedService> services;
        private final Map<String, PackagedService> acknowledged = new ConcurrentHashMap<>();
        private final Map<String, String> texts = new ConcurrentHashMap<>();
        private final CountDownLatch stop = new CountDownLatch(1);
        private final List<Thread> threads = new ArrayList<>();

        Load(PackagedService... services) {
            this.services = List.of(services);
            for (int i = 0; i < SENDERS; i++) {
                var sender = i;
                var thread = new Thread(() -> run(sender), "load-" + i);
                threads.add(thread);
                thread.start();
            }
        }

        private void run(int sender) {
            try {
                for (int number = 0; stop.getCount() > 0; number++) {
                    var id = sender + "-" + number;
                    var at = 1738566656 + number;
                    if (isKept(sender, id, message(sender, number, at, id, "\"typeMessage\":\"textMessage\","
                            + "\"textMessageData\":{\"textMessage\":\"" + id + "\"}"))) {
                        texts.put(id, id);
                    }
                    var edit = id + "-edit";
                    // An edit without an answer may be kept or not.
                    if (number % 3 == 0 && texts.remove(id) != null
                            && isKept(sender, edit, message(sender, number, at + 1, edit,
                                    "\"typeMessage\":\"editedMessage\",\"editedMessageData\":{\"textMessage\":\""
                                            + edit + "\",\"stanzaId\":\"" + id + "\"}"))) {
                        texts.put(id, edit);
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private static String message(int sender, int number, int at, String id, String data) {
            return """
                    {"typeWebhook":"incomingMessageReceived","instanceData":{"idInstance":1101000001},"timestamp":%d,
                     "idMessage":"%s","senderData":{"chatId":"%s"},"messageData":{%s}}"""
                    .formatted(at, id, 71000000000L + (number * SENDERS + sender) % CHATS + "@c.us", data);
        }

        /** Until it is, or the test is over. */
        private boolean isKept(int sender, String id, String notification) throws InterruptedException {
            for (int turn = sender + id.hashCode() % 3 + 3; stop.getCount() > 0; turn++) {
                var service = services.get(turn % services.size());
                try {
                    if (service.post("sales", notification).statusCode() == 200) {
                        acknowledged.put(id, service);
                        stop.await(40, TimeUnit.MILLISECONDS);
                        return true;
                    }
                } catch (IOException e) {
                    // It is away: the next one.
                }
                stop.await(20, TimeUnit.MILLISECONDS);
            }
            return false;
        }

        Set<String> acknowledged() {
            return Set.copyOf(acknowledged.keySet());
        }

        long acknowledgedBy(PackagedService service) {
            return acknowledged.values().stream().filter(service::equals).count();
        }

        Map<String, String> texts() {
            return Map.copyOf(texts);
        }

        @Override
        public void close() throws InterruptedException {
            stop.countDown();
            for (var thread : threads) {
                thread.join();
            }
        }
    }
}
