package io.redline.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import jakarta.inject.Inject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.BlackBox;
import io.redline.OnSqlite;
import io.redline.database.Rows;
import io.redline.operation.Retention.Deleted;

/** What is kept long enough goes, and nothing that anybody still waits for. */
@QuarkusTest
@TestProfile(RetentionTest.WithPeriods.class)
class RetentionTest extends BlackBox {

    @Inject
    Retention retention;

    /** Messages, too, are forgotten one day. */
    public static class WithPeriods extends OnSqlite {
        @Override
        public Map<String, String> getConfigOverrides() {
            var settings = new HashMap<>(super.getConfigOverrides());
            settings.put("redline.retention.raw", "30d");
            settings.put("redline.retention.done", "7d");
            settings.put("redline.retention.parked", "90d");
            settings.put("redline.retention.messages", "365d");
            settings.put("redline.ledger.on-delete", "erase");
            settings.put("redline.route.messages", "log");
            settings.put("redline.route.edits", "log");
            settings.put("redline.route.reactions", "log");
            settings.put("redline.route.statuses", "gone");
            return settings;
        }
    }

    @Test
    void deliveriesGoSomeTimeAfterTheyEnded() throws Exception {
        take("sales", posted("1@c.us", "M1", ""));
        take("sales", status("1@c.us", "M1"));
        take("sales", "not JSON");
        awaitDone();
        later(Duration.ofDays(6));
        assertThat(run()).isEqualTo(new Deleted(0, 0, 0));
        later(Duration.ofDays(2));
        var done = count("delivery where state = 'done'");

        assertThat(run()).isEqualTo(new Deleted(done, 0, 0));

        assertThat(states()).containsOnly("owed", "parked");
        later(Duration.ofDays(83));
        assertThat(run().deliveries()).isEqualTo(1);
        assertThat(states()).containsOnly("owed");
    }

    @Test
    void notificationsGoUnlessSomebodyWaitsForThem() throws Exception {
        take("sales", posted("1@c.us", "M1", ""));
        take("sales", "not JSON");
        awaitDone();
        later(Duration.ofDays(40));
        // One was delivered yesterday, and would be delivered again.
        update("update delivery set ended_at = " + Instant.now().minus(Duration.ofDays(1)).toEpochMilli()
                + " where state = 'done' and change_id is null");
        assertThat(notifications()).hasSize(2);

        assertThat(run().notifications()).isEqualTo(1);

        assertThat(notifications()).singleElement().isEqualTo("not JSON".getBytes());
        assertThat(parked()).hasSize(1);
        // The message itself is there still.
        assertThat(message("sales", "1@c.us", "M1")).containsEntry("text", "Hello");
    }

    @Test
    void aMessageGoesWithAllThatBelongsToIt() throws Exception {
        take("sales", posted("1@c.us", "M1", ""));
        take("sales", edited("1@c.us", "E1", "M1"));
        take("sales", edited("1@c.us", "E2", "E1"));
        take("sales", reaction("1@c.us", "R1", "M1"));
        take("sales", posted("1@c.us", "M2", "M1"));
        take("sales", edited("1@c.us", "E3", "NEVER-SEEN"));
        awaitDone();
        later(Duration.ofDays(366));

        run();

        for (var table : List.of("event", "change", "message", "notification", "delivery")) {
            assertThat(count(table)).as(table).isZero();
        }
        // What is told again is new.
        take("sales", posted("1@c.us", "M1", ""));
        assertThat(message("sales", "1@c.us", "M1")).containsEntry("revision", 1);
    }

    @Test
    void aMessageStaysWhileAnythingOfItIsYoung() throws Exception {
        take("sales", posted("1@c.us", "M1", ""));
        take("sales", posted("2@c.us", "M1", ""));
        take("sales", posted("1@c.us", "M2", ""));
        take("sales", posted("1@c.us", "M3", "M2"));
        awaitDone();
        later(Duration.ofDays(366));
        take("sales", edited("1@c.us", "E1", "M1"));
        awaitDone();

        run();

        var kept = message("sales", "1@c.us", "M1");
        assertThat(kept).containsEntry("text", "Edited").containsEntry("original", "known").containsEntry("revision",
                2);
        assertThat(versions(kept)).hasSize(2);
        assertThat(api().get(pathOf("sales", "1@c.us", "M2")).statusCode()).isEqualTo(404);
        assertThat(api().get(pathOf("sales", "1@c.us", "M3")).statusCode()).isEqualTo(404);
        assertThat(list("/api/accounts/sales/chats/1@c.us/messages")).hasSize(1);
    }

    @Test
    void aMessageStaysWhileAnythingOfItIsOwedOrParked() throws Exception {
        take("sales", posted("1@c.us", "M1", ""));
        take("sales", status("1@c.us", "M1"));
        take("sales", posted("1@c.us", "M2", ""));
        take("sales", "not JSON");
        awaitDone();
        later(Duration.ofDays(366));
        update("update delivery set ended_at = " + Instant.now().toEpochMilli() + " where state = 'parked'");

        run();

        assertThat(message("sales", "1@c.us", "M1")).containsEntry("status", "read").containsEntry("text", "Hello");
        assertThat(api().get(pathOf("sales", "1@c.us", "M2")).statusCode()).isEqualTo(404);
        assertThat(states()).containsOnly("owed", "parked");
        assertThat(notifications()).singleElement().isEqualTo("not JSON".getBytes());
    }

    @Test
    void eventsAboutNoMessageGoByTheirAge() throws Exception {
        take("sales", sample("incoming-block"));
        var known = count("event");
        later(Duration.ofDays(366));
        take("sales", posted("1@c.us", "M1", ""));
        update("delete from delivery where endpoint like 'see-%'");
        awaitDone();

        assertThat(run().events()).isEqualTo(known);

        assertThat(events()).singleElement().satisfies(event -> assertThat(event).containsEntry("kind", "posted"));
    }

    @Test
    void manyChunksAreAsGoodAsOne() throws Exception {
        for (int i = 0; i < 130; i++) {
            take("sales", posted(i % 7 + "@c.us", "M" + i, ""));
        }
        awaitDone();
        later(Duration.ofDays(366));
        take("sales", posted("1@c.us", "YOUNG", ""));
        awaitDone();

        assertThat(run().events()).isEqualTo(130);

        assertThat(count("event")).isEqualTo(1);
        assertThat(count("message")).isEqualTo(1);
    }

    @Test
    void whatIsErasedIsNotKeptForWhoGotItAsItCame() throws Exception {
        take("sales", posted("1@c.us", "M1", ""));
        take("sales", posted("1@c.us", "M2", "M1"));
        awaitDone();
        assertThat(count("delivery where endpoint = 'forwarded'")).isEqualTo(2);

        take("sales", notification("1@c.us", "D1", """
                {"typeMessage":"deletedMessage","deletedMessageData":{"stanzaId":"M1"}}"""));

        assertThat(message("sales", "1@c.us", "M1")).containsEntry("deleted", true).containsEntry("text", null);
        assertThat(parked()).isEmpty();
        assertThat(count("delivery where endpoint = 'forwarded'")).isZero();
        assertThat(notifications()).extracting(String::new).noneMatch(text -> text.contains("Hello"));
    }

    @Test
    void theTextOfACommandGoesWithTheMessage_andTheCommandInTime() throws Exception {
        take("sales", posted("1@c.us", "M1", ""));
        // It is kept with its text, and over: somebody else wrote the message.
        var answer = api().contentType("application/json").header("X-Operator", "anna")
                .body(Map.of("text", "Hello, edited")).put(pathOf("sales", "1@c.us", "M1"));
        expectProblem(answer, 422);
        var command = "/api/commands/" + answer.jsonPath().getString("commandId");
        assertThat(api().get(command).jsonPath().getString("text")).isEqualTo("Hello, edited");

        take("sales", notification("1@c.us", "D1", """
                {"typeMessage":"deletedMessage","deletedMessageData":{"stanzaId":"M1"}}"""));

        assertThat(api().get(command).jsonPath().getMap("$")).containsEntry("text", null)
                .containsEntry("state", "refused").containsEntry("operator", "anna");
        later(Duration.ofDays(364));
        run();
        assertThat(api().get(command).statusCode()).isEqualTo(200);
        // Somebody is still to be told of it.
        update("update command set told = not told");
        later(Duration.ofDays(2));
        run();
        assertThat(api().get(command).statusCode()).isEqualTo(200);
        update("update command set told = not told");
        run();
        expectProblem(api().get(command), 404);
    }

    @ParameterizedTest
    @CsvSource({"30d, P30D", "36h, PT36H", "5m, PT5M", "10s, PT10S", "0s, PT0S"})
    void periodsAreANumberAndAUnit(String text, Duration period) {
        assertThat(Retention.period("raw", text, Duration.ZERO)).isEqualTo(period);
        assertThat(Retention.period("raw", "forever", Duration.ZERO)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "30", "d", "30 days", "-1d", "1.5d", "P30D", "never"})
    void badPeriodsAreToldInASentence(String text) {
        assertThatThrownBy(() -> Retention.period("raw", text, Duration.ZERO))
                .hasMessageContaining("redline.retention.raw").hasMessageContaining("forever")
                .hasMessageEndingWith(".");
    }

    @Test
    void whatGatewaysRepeatIsKnownLongEnough() {
        assertThatThrownBy(() -> Retention.period("done", "47h", Duration.ofDays(2)))
                .hasMessageContaining("redline.retention.done").hasMessageContaining("2d");
    }

    private Deleted run() throws SQLException {
        return retention.run(Instant.now());
    }

    /** Everything there is becomes older. */
    private void later(Duration by) throws SQLException {
        update("update delivery set created_at = created_at - ?, ended_at = ended_at - ?", by, by);
        update("update notification set received_at = received_at - ?", by);
        update("update change set created_at = created_at - ?", by);
        update("update command set created_at = created_at - ?", by);
        record Told(long id, long at, String tellings) {
        }
        database.write(connection -> {
            for (var one : Rows.query(connection, "select id, received_at, tellings from event",
                    row -> new Told(row.getLong(1), row.getLong(2), row.getString(3)))) {
                var then = one.at() - by.toMillis();
                Rows.update(connection, "update event set received_at = ?, tellings = ? where id = ?", then,
                        one.tellings().replace("\"receivedAt\":" + one.at(), "\"receivedAt\":" + then), one.id());
            }
            return null;
        });
    }

    private void update(String sql, Duration... by) throws SQLException {
        database.write(connection -> Rows.update(connection, sql,
                List.of(by).stream().map(Duration::toMillis).toArray()));
    }

    /** Everything was delivered to the log, and to somebody else as it came. */
    private void awaitDone() throws SQLException {
        assertThat(count("notification")).isPositive();
        await().untilAsserted(() -> assertThat(count("delivery where endpoint = 'log' and state = 'owed'")).isZero());
        update("insert into delivery (id, endpoint, notification_id, account_id, chat, state, next_at, created_at,"
                + " ended_at) select 1000000000 + n.id, 'forwarded', n.id, e.account_id, '', 'done', 0, n.received_at,"
                + " n.received_at from notification n join event e on e.id = n.event_id where true"
                + " on conflict do nothing");
    }

    private long count(String rows) {
        return database.read(connection -> Rows.query(connection, "select count(*) from " + rows,
                row -> row.getLong(1)).get(0));
    }

    private List<String> states() {
        return database.read(
                connection -> Rows.query(connection, "select distinct state from delivery", row -> row.getString(1)));
    }

    private static String posted(String chat, String id, String replyTo) {
        return notification(chat, id, replyTo.isEmpty() ? """
                {"typeMessage":"textMessage","textMessageData":{"textMessage":"Hello"}}""" : """
                {"typeMessage":"quotedMessage","extendedTextMessageData":{"text":"Hello","stanzaId":"%s"},
                "quotedMessage":{"stanzaId":"%s"}}""".formatted(replyTo, replyTo));
    }

    private static String edited(String chat, String id, String original) {
        return notification(chat, id, """
                {"typeMessage":"editedMessage","editedMessageData":{"textMessage":"Edited","stanzaId":"%s"}}"""
                .formatted(original));
    }

    private static String reaction(String chat, String id, String original) {
        return notification(chat, id, """
                {"typeMessage":"reactionMessage","extendedTextMessageData":{"text":"!"},
                "quotedMessage":{"stanzaId":"%s"}}""".formatted(original));
    }

    private static String notification(String chat, String id, String data) {
        return """
                {"typeWebhook":"incomingMessageReceived","instanceData":{"idInstance":1101000001,"wid":"79876543210@c.us",
                "typeInstance":"whatsapp"},"timestamp":1738566656,"idMessage":"%s","senderData":{"chatId":"%s",
                "sender":"%s"},"messageData":%s}""".formatted(id, chat, chat, data);
    }

    private static String status(String chat, String id) {
        return """
                {"typeWebhook":"outgoingMessageStatus","chatId":"%s","instanceData":{"idInstance":1101000001,
                "wid":"79876543210@c.us","typeInstance":"whatsapp"},"timestamp":1738566656,"idMessage":"%s",
                "status":"read"}""".formatted(chat, id);
    }
}
