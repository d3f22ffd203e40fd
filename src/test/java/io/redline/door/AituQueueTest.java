package io.redline.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import jakarta.inject.Inject;

import org.apache.camel.CamelContext;
import org.awaitility.core.ConditionFactory;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.Aitu;
import io.redline.BlackBox;
import io.redline.GreenApi;
import io.redline.account.Accounts;
import io.redline.database.Dialect;
import io.redline.database.Rows;
import io.redline.gateway.aitu.AituBot;
import io.restassured.RestAssured;

/** Updates are fetched from Aitu: once, in order, and none is lost or in the way. */
@QuarkusTest
@TestProfile(GreenApi.OnSqliteToo.class)
class AituQueueTest extends BlackBox {

    private static final String CHAT = "USER:" + AituBot.USER;

    @Inject
    Accounts accounts;
    @Inject
    Cursors cursors;
    @Inject
    CamelContext camel;
    @ConfigProperty(name = "quarkus.log.file.path")
    String log;

    private AituBot bot;

    @BeforeEach
    void newBot() {
        bot = Aitu.bot("polled");
    }

    @AfterEach
    void nothingMoreIsFetched() {
        bot.behave();
    }

    /** After failures it rests for up to half a minute. */
    private static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(60));
    }

    private static Map<String, Object> soon(String message) {
        soon().until(() -> api().get(pathOf("polled", CHAT, message)).statusCode() == 200);
        return message("polled", CHAT, message);
    }

    private void untilTextIs(String message, String text) {
        soon().until(() -> text.equals(soon(message).get("text")));
    }

    private String cursor() {
        return cursors.of(accounts.find("polled").orElseThrow()).orElse(null);
    }

    @Test
    void whatThereIsIsKeptAndTheGatewayToldHowFarWeAre() {
        var id = bot.receive("old");
        bot.edit(id, "newer");
        bot.edit(id, "newest");
        untilTextIs(id, "newest");

        assertThat(versions(message("polled", CHAT, id))).extracting(version -> version.get("text"))
                .containsExactly("old", "newer", "newest");
        assertThat(versions(message("polled", CHAT, id))).extracting(version -> version.get("source"))
                .containsOnly("queue");
        assertThat(owedBy("messages")).hasSize(1);
        assertThat(owedBy("edits")).hasSize(2);
        soon().until(() -> bot.cursors().contains(cursor()));
    }

    @Test
    void poisonIsParkedAndPassed() {
        bot.announce("MessagePinned", Map.of());
        bot.put("00000000-0000-4000-8000-000000000001",
                "{\"updateId\":\"00000000-0000-4000-8000-000000000001\",\"type\":\"MessageEdited\"}");
        var id = bot.receive("after");
        soon(id);
        assertThat(parked()).hasSize(2);
        soon().until(() -> cursor() != null && bot.cursors().contains(cursor()));

        // What cannot even be taken apart is kept whole, and passed by the last id in it.
        var broken = "{\"updateId\":\"00000000-0000-4000-8000-000000000002\",\"type\":\\x}";
        bot.put("00000000-0000-4000-8000-000000000002", broken);
        soon().until(() -> parked().size() == 3);
        soon(bot.receive("at last"));
        assertThat(notifications()).extracting(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .contains("{\"updates\":[" + broken + "]}");
        assertThat(parked()).as("each was kept once").hasSize(3);
    }

    @Test
    void aLostCursorBringsEverythingAgainAndChangesNothing() throws SQLException {
        var id = bot.receive("1");
        for (var text : List.of("2", "3", "2", "4")) {
            bot.edit(id, text);
        }
        untilTextIs(id, "4");
        var before = message("polled", CHAT, id);
        var known = events().size();
        soon().until(() -> bot.cursors().contains(cursor()));

        bot.forgetCursors();
        var again = bot.receive("another");
        soon(again);
        assertThat(events()).hasSize(known + 1);
        assertThat(message("polled", CHAT, id)).isEqualTo(before);
        assertThat(versions(before)).extracting(version -> version.get("text")).containsExactly("1", "2", "3", "2",
                "4");
    }

    @Test
    void nothingIsPassedThatCouldNotBeStored() throws SQLException {
        soon(bot.receive("before"));
        soon().until(() -> bot.cursors().contains(cursor()));
        var passed = cursor();
        var id = database.write(connection -> {
            // The store is ours: nobody can write until this ends.
            if (database.dialect() == Dialect.POSTGRESQL) {
                Rows.update(connection, "lock table event");
            }
            var asked = bot.calls("GET updates");
            var posted = bot.receive("text");
            soon().until(() -> bot.calls("GET updates") >= asked + 2);
            assertThat(bot.cursors()).last().isEqualTo(passed);
            return posted;
        });
        soon(id);
        soon().until(() -> !Objects.equals(cursor(), passed));
    }

    @Test
    void aSecondWhoAsksIsWaitedFor() {
        bot.refuse("GET updates", 409, "Duplicate request not allowed in long polling");
        soon().until(() -> bot.calls("GET updates") >= 2);
        var asked = bot.calls("GET updates");
        await().during(Duration.ofSeconds(2)).atMost(Duration.ofSeconds(5))
                .until(() -> bot.calls("GET updates") <= asked + 2);
        bot.behave();
        soon(bot.receive("after"));
    }

    @Test
    void aGatewayThatDoesNotHoldIsNotAskedAllTheTime() {
        bot.doNotHold();
        soon().until(() -> bot.calls("GET updates") >= 1);
        var asked = bot.calls("GET updates");
        await().during(Duration.ofSeconds(2)).atMost(Duration.ofSeconds(5))
                .until(() -> bot.calls("GET updates") <= asked + 4);
    }

    @Test
    void aGatewayThatRepeatsItselfIsNotAskedAllTheTime() {
        var id = "00000000-0000-4000-8000-000000000003";
        bot.misbehave("GET updates", 200, "{\"updates\":[{\"updateId\":\"" + id
                + "\",\"type\":\"InvitedToGroup\",\"groupId\":\"g\"},{\"type\":\"InvitedToGroup\",\"groupId\":\"h\"}]}");
        // Of what another test's bot had, something may still have been on its way.
        soon().until(() -> events().stream().filter(event -> "chat".equals(event.get("kind"))).count() == 2);
        var known = events().size();
        var asked = bot.calls("GET updates");
        await().during(Duration.ofSeconds(2)).atMost(Duration.ofSeconds(5))
                .until(() -> bot.calls("GET updates") <= asked + 4);
        assertThat(events()).hasSize(known);
    }

    @Test
    void theTokenIsNowhere() throws Exception {
        bot.refuse("GET updates", 500, "X-BOT-TOKEN " + Aitu.TOKEN + "12");
        soon().until(() -> bot.calls("GET updates") >= 1);
        bot.behave();
        soon(bot.receive("text"));

        assertThat(camel.getEndpoints()).extracting(endpoint -> endpoint.getEndpointUri())
                .noneMatch(uri -> uri.contains(Aitu.TOKEN));
        assertThat(java.nio.file.Files.readString(java.nio.file.Path.of(log))).doesNotContain(Aitu.TOKEN);
        assertThat(RestAssured.get("/api/accounts").asString()).contains("polled").doesNotContain(Aitu.TOKEN);
    }
}
