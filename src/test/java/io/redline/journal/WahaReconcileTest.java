package io.redline.journal;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Random;

import jakarta.inject.Inject;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.BlackBox;
import io.redline.database.Rows;
import io.redline.gateway.waha.WahaSession;

/** What an operator sees of WAHA's messages and sessions, through the shipped routes. */
@QuarkusTest
@TestProfile(JournalGateway.OnSqliteWhenAsked.class)
class WahaReconcileTest extends BlackBox {

    private static final String CHAT = "15551230001@c.us";

    @Inject
    Sessions sessions;
    @ConfigProperty(name = "redline.accounts.shop.url")
    URI url;
    @ConfigProperty(name = "redline.accounts.deaf.url")
    URI deaf;
    @ConfigProperty(name = "quarkus.log.file.path")
    Path log;
    @TestHTTPResource(value = "/", management = true)
    URI management;

    private final WahaSession session = new WahaSession("shop", "WEBJS", Clock.systemUTC(), new Random(7));
    private WahaServer server;

    @BeforeEach
    void listen() {
        server = new WahaServer(url.getPort(), session);
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void whatWasLost_isFoundAndTold() throws Exception {
        var sent = session.post(CHAT, "hello", true);
        session.come(sent);
        session.come(sent);
        var received = session.post(CHAT, "bye", false);
        session.revoke(received);

        var answer = given().post("/api/accounts/shop/reconcile");
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        assertThat(answer.jsonPath().getInt("repaired")).isEqualTo(2);
        assertThat(message("shop", CHAT, sent.id)).containsEntry("text", "hello").containsEntry("status", "delivered")
                .containsEntry("direction", "outgoing");
        assertThat(message("shop", CHAT, received.id)).containsEntry("deleted", true);
        List<String> changes = database
                .read(connection -> Rows.query(connection, "select data from change where message_id is not null",
                        row -> row.getString(1)));
        assertThat(changes).isNotEmpty().allSatisfy(change -> assertThat(change).contains("\"backfill\":true"));

        session.edit(sent, "hello, edited");
        // Its chat changed, so it is read at once.
        session.post(CHAT, "again", false);
        assertThat(given().post("/api/accounts/shop/reconcile").jsonPath().getInt("drift")).isEqualTo(2);
        assertThat(message("shop", CHAT, "true_" + CHAT + "_" + sent.id)).containsEntry("text", "hello, edited")
                .containsEntry("edited", true);
        assertThat(given().post("/api/accounts/shop/reconcile").jsonPath().getInt("drift")).isZero();

        assertThat(server.paths).contains("/api/sessions/shop", "/api/shop/chats/overview",
                "/api/shop/chats/15551230001%40c.us/messages");
        assertThat(Files.readString(log)).doesNotContain(WahaServer.KEY, "hello");
    }

    @Test
    void sessionThatStoppedSilently_isAStateAndAHealthEntry() {
        look();
        assertThat(events()).singleElement().satisfies(event -> assertThat(event).containsEntry("kind", "account")
                .containsEntry("state", "WORKING").containsEntry("source", "journal"));
        look();
        assertThat(events()).hasSize(1);
        session.status = "FAILED";
        look();
        assertThat(events()).hasSize(2);
        assertThat(owedBy("accounts")).hasSize(2);
        assertThat(list("/api/accounts")).filteredOn("name", "shop").singleElement()
                .satisfies(account -> assertThat(account).containsEntry("state", "FAILED"));
        assertThat(health()).contains("problem.shop", "The session is FAILED");

        var answer = given().post("/api/accounts/shop/reconcile");
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.asString()).contains("The session is FAILED");

        session.status = "WORKING";
        look();
        assertThat(health()).doesNotContain("problem.shop");
        server.close();
        look();
        assertThat(health()).contains("problem.shop");
        listen();
        look();
        assertThat(health()).doesNotContain("problem.shop");
        assertThat(events()).hasSize(3);
    }

    @Test
    void sessionThatDoesNotAnswer_delaysNoOther() throws Exception {
        // It accepts, and never answers.
        try (var mute = new ServerSocket(deaf.getPort(), 1, InetAddress.getLoopbackAddress())) {
            assertThat(mute.isBound()).isTrue();
            var looks = sessions.begin();
            looks.get("shop").join();
            assertThat(looks.get("deaf")).isNotDone();
            assertThat(events()).singleElement()
                    .satisfies(event -> assertThat(event).containsEntry("state", "WORKING"));
            assertThat(sessions.begin()).doesNotContainKey("deaf");
            looks.get("deaf").join();
            assertThat(health()).contains("problem.deaf").doesNotContain("problem.shop");
        }
    }

    private void look() {
        sessions.begin().get("shop").join();
    }

    private String health() {
        var health = given().get(management.resolve("/observe/health"));
        return health.jsonPath().getList("checks").stream().filter(one -> one.toString().contains("name=sessions"))
                .findFirst().orElseThrow().toString();
    }
}
