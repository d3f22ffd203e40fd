package io.redline.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.micrometer.core.instrument.Metrics;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.BlackBox;
import io.redline.OnSqlite;
import io.redline.database.Dialect;
import io.redline.database.Rows;
import io.restassured.RestAssured;

/** Notifications that the store itself refuses, among others that share their commit. */
@QuarkusTest
@TestProfile(OnSqlite.class)
class PoisonTest extends BlackBox {

    private static final int AT_ONCE = 64;
    private static final Set<Integer> POISON = Set.of(7, 31, 32);

    @BeforeEach
    void poisonTheStore() throws SQLException {
        var sqlite = database.dialect() == Dialect.SQLITE;
        database.write(connection -> {
            if (sqlite) {
                Rows.update(connection, "create trigger poison before insert on event when new.target like 'POISON%'"
                        + " begin select raise(abort, 'poison'); end");
            } else {
                Rows.update(connection, "create function poison() returns trigger as 'begin raise exception ''poison'';"
                        + " end' language plpgsql");
                Rows.update(connection, "create trigger poison before insert on event for each row"
                        + " when (new.target like 'POISON%') execute function poison()");
            }
            return null;
        });
    }

    @AfterEach
    void cleanTheStore() throws SQLException {
        var sqlite = database.dialect() == Dialect.SQLITE;
        database.write(connection -> {
            Rows.update(connection, "drop trigger poison" + (sqlite ? "" : " on event"));
            return sqlite ? null : Rows.update(connection, "drop function poison()");
        });
    }

    @Test
    void threePoisonOf64InOneCommit_areParkedAndTheOthersKept() throws Exception {
        var locked = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        // While somebody else writes, all of them come to wait for the same commit.
        var holder = CompletableFuture.runAsync(() -> holdTheStore(locked, release));
        locked.await();
        var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        try {
            for (int i = 0; i < AT_ONCE; i++) {
                answers.add(client.sendAsync(HttpRequest.newBuilder(URI.create("http://localhost:" + RestAssured.port
                        + "/webhooks/green-api/sales")).POST(HttpRequest.BodyPublishers.ofString(notification(i)))
                        .build(), HttpResponse.BodyHandlers.ofString()));
            }
            await().atMost(Duration.ofSeconds(15)).until(() -> waitingForACommit() == AT_ONCE);
        } finally {
            release.countDown();
        }
        holder.join();

        assertThat(answers).allSatisfy(answer -> assertThat(answer.join().statusCode()).isEqualTo(200));
        assertThat(list("/api/events?limit=500&kind=posted")).hasSize(AT_ONCE - POISON.size());
        for (int i = 0; i < AT_ONCE; i++) {
            assertThat(api().get(pathOf("sales", "7" + i % 8 + "@c.us", id(i))).statusCode()).as(id(i))
                    .isEqualTo(POISON.contains(i) ? 404 : 200);
        }
        assertThat(parked()).hasSize(POISON.size()).allSatisfy(one -> assertThat(one)
                .containsEntry("kind", "unrecognised").containsEntry("endpoint", "translator"));
        assertThat(owedBy("messages")).hasSize(AT_ONCE - POISON.size());
        assertThat(notifications()).extracting(String::new).containsExactlyInAnyOrderElementsOf(
                java.util.stream.IntStream.range(0, AT_ONCE).mapToObj(PoisonTest::notification).toList());
    }

    private void holdTheStore(CountDownLatch locked, CountDownLatch release) {
        try {
            database.write(connection -> {
                if (database.dialect() == Dialect.POSTGRESQL) {
                    Rows.update(connection, "lock table event in exclusive mode");
                }
                locked.countDown();
                try {
                    return release.await(30, java.util.concurrent.TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long waitingForACommit() {
        return Math.round(Metrics.globalRegistry.get("redline.commit.waiting").gauge().value());
    }

    private static String id(int i) {
        return (POISON.contains(i) ? "POISON" : "GOOD") + i;
    }

    private static String notification(int i) {
        return """
                {"typeWebhook":"incomingMessageReceived","instanceData":{"idInstance":1101000001},"timestamp":1738566656,
                 "idMessage":"%s","senderData":{"chatId":"7%d@c.us"},
                 "messageData":{"typeMessage":"textMessage","textMessageData":{"textMessage":"Hello"}}}"""
                .formatted(id(i), i % 8);
    }
}
