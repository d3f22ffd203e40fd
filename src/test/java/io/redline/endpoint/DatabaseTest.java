package io.redline.endpoint;

import static io.redline.endpoint.Notifications.deleted;
import static io.redline.endpoint.Notifications.edited;
import static io.redline.endpoint.Notifications.posted;
import static io.redline.endpoint.Notifications.sent;
import static io.redline.endpoint.Notifications.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.BlackBox;
import io.redline.OnSqlite;

/** The shipped endpoint database, with the shipped schema, in a database of the operator's. */
@QuarkusTest
@TestProfile(DatabaseTest.WithDatabase.class)
class DatabaseTest extends BlackBox {

    private static final String CHAT = "71234567890@c.us";

    /** What an operator sets to have all channels in a table. */
    static Map<String, String> toDatabase(Map<String, String> settings) {
        var all = new HashMap<>(settings);
        OnSqlite.CHANNELS.forEach(channel -> all.put("redline.route." + channel, "database"));
        all.put("redline.outbox.retry.delay", "10ms");
        return all;
    }

    public static class WithDatabase extends OnSqlite {
        @Override
        public Map<String, String> getConfigOverrides() {
            return toDatabase(super.getConfigOverrides());
        }

        @Override
        public List<TestResourceEntry> testResources() {
            var resources = new ArrayList<>(super.testResources());
            resources.add(new TestResourceEntry(CrmFile.class));
            return resources;
        }
    }

    public static final class CrmFile implements QuarkusTestResourceLifecycleManager {
        @Override
        public Map<String, String> start() {
            return Map.of("redline.endpoint.database.url", "jdbc:sqlite:" + OnSqlite.newFolder().resolve("crm.db"));
        }

        @Override
        public void stop() {
            // Below target/, so that a failed run can be looked into.
        }
    }

    @BeforeEach
    void applyTheSchema() throws SQLException, IOException {
        try (var connection = connect(); var statement = connection.createStatement()) {
            statement.execute("drop view if exists redline_conversation");
            statement.execute("drop table if exists redline_message");
            for (var sql : Files.readString(Path.of("routes/endpoints/database.sql")).replaceAll("--.*", "")
                    .split(";")) {
                if (!sql.isBlank()) {
                    statement.execute(sql);
                }
            }
        }
    }

    @Test
    void aMessageIsARow_thatFollowsItsEditsAndItsDelete() {
        take("sales", posted(CHAT, "M1", "It's 100% \\\"done\\\"; -- 'x' :?text 👍"));
        expectRows(row -> assertThat(row).containsEntry("account", "sales").containsEntry("chat_id", CHAT)
                .containsEntry("message_id", "M1").containsEntry("chat_name", "John")
                .containsEntry("sender_name", "John").containsEntry("direction", "incoming")
                .containsEntry("text", "It's 100% \"done\"; -- 'x' :?text 👍").containsEntry("type", "text")
                .containsEntry("sent_at", "2025-02-03T07:10:56Z").containsEntry("revision", "1")
                .containsEntry("edited", "false").containsEntry("deleted", "false"));

        take("sales", edited(CHAT, "E1", "M1", "after"));
        expectRows(row -> assertThat(row).containsEntry("text", "after").containsEntry("edited", "true")
                .containsEntry("revision", "2").containsEntry("sender_name", "John"));

        take("sales", deleted(CHAT, "D1", "M1"));
        expectRows(row -> assertThat(row).containsEntry("deleted", "true").containsEntry("revision", "3"));
        assertThat(query("select * from redline_conversation")).isEmpty();
    }

    @Test
    void whatPeopleWriteIsNoSqlAndNoExpression() {
        var hostile = "x'); drop table redline_message; -- :?account :name ? $1 ${body[account]} {{redline.api.token}}";
        take("sales", posted(hostile, hostile, hostile));
        expectRows(row -> assertThat(row).containsEntry("account", "sales").containsEntry("chat_id", hostile)
                .containsEntry("message_id", hostile).containsEntry("text", hostile)
                .containsEntry("sender_id", hostile));

        take("sales", edited(hostile, "E'1", hostile, "'; delete from redline_message; --"));
        expectRows(row -> assertThat(row).containsEntry("text", "'; delete from redline_message; --")
                .containsEntry("revision", "2"));
    }

    @Test
    void statusesAndFailuresAreWritten() {
        take("sales", sent(CHAT, "M1", "Hello"));
        take("sales", status(CHAT, "M1", "read", ""));
        expectRows(row -> assertThat(row).containsEntry("status", "read").containsEntry("direction", "outgoing")
                .containsEntry("text", "Hello"));

        take("sales", sent(CHAT, "M2", "Hello again"));
        take("sales", status(CHAT, "M2", "failed", "not on WhatsApp"));
        await().untilAsserted(() -> assertThat(query("select * from redline_message where message_id = 'M2'"))
                .singleElement().satisfies(row -> assertThat(row).containsEntry("status", "failed")
                        .containsEntry("status_description", "not on WhatsApp")));
    }

    @Test
    void anOlderRevisionDoesNotOverwriteANewerOne() {
        take("sales", posted(CHAT, "M1", "before"));
        expectDelivered(1);
        execute("update redline_message set revision = 99, text = 'newer'");

        take("sales", edited(CHAT, "E1", "M1", "after"));

        expectDelivered(2);
        expectRows(row -> assertThat(row).containsEntry("text", "newer").containsEntry("revision", "99"));
    }

    @Test
    void whatTurnedOutToBeAnotherMessageIsNoMessageAnyMore() {
        take("sales", edited(CHAT, "E2", "E1", "third"));
        take("sales", edited(CHAT, "E1", "M1", "second"));
        take("sales", posted(CHAT, "M1", "first"));

        await().untilAsserted(() -> assertThat(query("select * from redline_conversation")).singleElement()
                .satisfies(row -> assertThat(row).containsEntry("message_id", "M1").containsEntry("text", "third")));
        assertThat(query("select * from redline_message where message_id = 'E1'")).singleElement()
                .satisfies(row -> assertThat(row).containsEntry("alias_of", "M1").containsEntry("text", null));
    }

    @Test
    void whatIsAboutNoMessageIsDeliveredWithoutARow() {
        take("sales", sample("quota-exceeded"));
        take("sales", sample("state-not-authorized"));

        await().untilAsserted(() -> assertThat(list("/api/deliveries?state=owed&endpoint=database")).isEmpty());
        expectDelivered(2);
        assertThat(query("select * from redline_message")).isEmpty();
    }

    @Test
    void whatAColumnCannotHoldIsReplaced() {
        take("sales", posted(CHAT, "M1", "a\\u0000b\\ud83dc"));

        expectRows(row -> assertThat(row).containsEntry("text", "a\uFFFDb\uFFFDc"));
    }

    @Test
    void whileTheTableIsMissingDeliveriesWait() {
        execute("alter table redline_message rename to hidden");
        take("sales", posted(CHAT, "M1", "kept"));
        await().untilAsserted(() -> assertThat(list("/api/deliveries?state=owed&endpoint=database")).singleElement()
                .satisfies(one -> assertThat((String) one.get("lastError")).contains("redline_message")));

        execute("alter table hidden rename to redline_message");

        expectRows(row -> assertThat(row).containsEntry("text", "kept"));
    }

    static void expectDelivered(int number) {
        await().untilAsserted(() -> assertThat(list("/api/deliveries?state=done&endpoint=database")).hasSize(number));
    }

    private static void expectRows(org.assertj.core.api.ThrowingConsumer<Map<String, String>> one) {
        await().untilAsserted(() -> assertThat(query("select * from redline_message")).singleElement().satisfies(one));
    }

    static Connection connect() throws SQLException {
        var config = ConfigProvider.getConfig();
        return DriverManager.getConnection(config.getValue("redline.endpoint.database.url", String.class),
                config.getOptionalValue("redline.endpoint.database.username", String.class).orElse(null),
                config.getOptionalValue("redline.endpoint.database.password", String.class).orElse(null));
    }

    private static void execute(String sql) {
        try (var connection = connect(); var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Rows as text, which SQLite and PostgreSQL write differently only for booleans. */
    static List<Map<String, String>> query(String sql) {
        try (var connection = connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            var all = new ArrayList<Map<String, String>>();
            while (rows.next()) {
                Map<String, String> row = new LinkedHashMap<>();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    var name = rows.getMetaData().getColumnName(i);
                    var truth = List.of("edited", "deleted").contains(name) && rows.getObject(i) != null;
                    row.put(name, truth ? String.valueOf(rows.getBoolean(i)) : rows.getString(i));
                }
                all.add(row);
            }
            return all;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
