package io.redline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.redline.event.EventJson;

/**
 * What the first release left: a store that it wrote, what it answered about it, and the routes that were written for it
 * (src/test/resources/first-release, made by that very release). Today's goes on where it stopped.
 */
class UpgradeIT {

    private static final Path FIRST = Path.of("src/test/resources/first-release");

    /** In the order in which they name each other. */
    private static final List<String> TABLES = List.of("account", "event", "notification", "message", "change",
            "delivery");

    private final Path folder = OnSqlite.newFolder();
    private final PackagedService redline = new PackagedService(folder);

    @AfterEach
    void stop() {
        redline.close();
    }

    @Test
    void storeAndRoutesOfTheFirstRelease_goOn() throws Exception {
        var url = "jdbc:sqlite:" + folder.resolve("redline.db") + "?busy_timeout=20000";
        writeTheStore(url);
        redline.configure(FIRST.resolve("routes"), "redline.database.url=jdbc:sqlite:" + folder.resolve("redline.db"));
        var said = folder.resolve("check.log");
        assertThat(redline.run(said, "check").waitFor()).as("%s", said).isZero();
        expectGoesOn(url);

        // And back: today's on what a later one made of the schema, which only added to it.
        redline.stop();
        migrateTo(url, "1.999");
        redline.startAndAwait();
        assertThat(redline.post("sales", edited("E4", 1_738_567_000, "told after going back", "OLD")).statusCode())
                .isEqualTo(200);
        redline.stop();
        migrateTo(url, "2.0");
        var refused = redline.start();
        assertThat(refused.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(refused.exitValue()).isEqualTo(78);
        assertThat(redline.log())
                .contains("The store was made by a newer release of Redline (schema 2, this one knows 1)");
    }

    private static void migrateTo(String url, String version) throws SQLException {
        try (var store = DriverManager.getConnection(url); var statement = store.createStatement()) {
            statement.executeUpdate("alter table event add column \"of " + version + "\" text");
            statement.executeUpdate(
                    "insert into flyway_schema_history (installed_rank, version, description, type, script,"
                            + " checksum, installed_by, execution_time, success) select max(installed_rank) + 1, '"
                            + version
                            + "', 'later', 'SQL', 'V" + version
                            + "__later.sql', 1, '', 0, 1 from flyway_schema_history");
        }
    }

    @Test
    void onPostgresql_too() throws Exception {
        try (var server = OnPostgresql.startServer()) {
            var url = server.getJdbcUrl("postgres", "postgres");
            writeTheStore("jdbc:sqlite:" + folder.resolve("first.db"));
            copy(DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("first.db")), url);
            redline.configure(FIRST.resolve("routes"), StoreFaultsIT.store(server));
            expectGoesOn(url);
        }
    }

    private void expectGoesOn(String url) throws Exception {
        redline.startAndAwait();

        Map<String, Object> answers = EventJson.readObject(Files.readString(FIRST.resolve("answers.json")));
        var messages = objects(answers.get("messages"));
        assertThat(messages).hasSizeGreaterThan(4);
        for (var before : messages) {
            assertThat(message(before)).as("nothing that was told is gone").containsAllEntriesOf(before);
        }
        var events = redline.list("/api/events?limit=500");
        assertThat(events).extracting(event -> event.get("id") + " " + event.get("kind")).containsExactlyElementsOf(
                objects(answers.get("events")).stream().map(event -> event.get("id") + " " + event.get("kind"))
                        .toList());
        assertThat(redline.list("/api/deliveries?state=parked")).as("what nobody could read").hasSize(7);
        assertThat(redline.list("/api/deliveries?state=orphaned&endpoint=crm"))
                .as("what was owed to an endpoint that was not there").isNotEmpty();

        // Its routes take what comes now, and it meets what was known.
        assertThat(redline.post("sales", edited("E2", 1_738_566_720, "four tickets")).statusCode()).isEqualTo(200);
        var after = message(messages.stream().filter(one -> "M1".equals(one.get("messageId"))).findFirst()
                .orElseThrow());
        assertThat(after).containsEntry("text", "four tickets").containsEntry("revision", 3);
        assertThat(objects(after.get("versions"))).extracting(version -> version.get("text"))
                .containsExactly("two tickets", "three tickets", "four tickets");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> redline.list("/api/deliveries?state=done&endpoint=log&limit=500").stream()
                        .anyMatch(one -> "M1".equals(one.get("messageId")) && Integer.valueOf(3).equals(one.get(
                                "revision"))));
        // The same edit once more is still the same edit.
        assertThat(redline.post("sales", edited("E1", 1_738_566_660, "three tickets")).statusCode()).isEqualTo(200);
        assertThat(redline.list("/api/events?limit=500")).hasSize(events.size() + 1);
        assertThat(redline.list("/api/routes")).extracting(route -> route.get("id")).contains("green-api", "edits",
                "endpoint-log");
        expectTheFirstReleaseWorksBeside(url);
    }

    /** While replicas are replaced one by one, and after one went back: it writes and reads as ever, and today's understands. */
    private void expectTheFirstReleaseWorksBeside(String url) throws Exception {
        try (var store = DriverManager.getConnection(url)) {
            store.setAutoCommit(false);
            var sqlite = url.startsWith("jdbc:sqlite:");
            var statements = Files.readString(FIRST.resolve("statements.sql")).replaceAll("(?m)^--.*\n", "")
                    .replace("${bytes}", sqlite ? "blob" : "bytea")
                    .replace("${skipLocked}", sqlite ? "" : " for update skip locked")
                    .replace("${now}", sqlite
                            ? "cast(unixepoch('subsec') * 1000 as integer)"
                            : "cast(extract(epoch from clock_timestamp()) * 1000 as bigint)");
            for (var name : List.of("event", "notification", "change", "log", "crm")) {
                statements = statements.replace("${" + name + "}", String.valueOf(number(store, sqlite
                        ? "update position set value = value + 1 returning value"
                        : "select nextval('position')")));
            }
            for (var sql : statements.split(";\n")) {
                try (var statement = store.createStatement()) {
                    assertThat(statement.execute(sql) ? statement.getResultSet().next() : true).as(sql).isTrue();
                }
            }
            store.commit();
            assertThat(number(store, "select revision from change where account_id = 1 and message_id = 'M1'"
                    + " order by id desc limit 1")).as("it finds what today's wrote").isEqualTo(3);
        }
        Map<String, Object> place = Map.of("chatId", "71234567890@c.us", "messageId", "OLD");
        assertThat(message(place)).containsEntry("text", "told to the old one").containsEntry("revision", 1);
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(redline.list("/api/accounts/sales/chats/"
                + "71234567890%40c.us/messages/OLD/deliveries")).extracting(one -> one.get("endpoint") + " "
                        + one.get(
                                "state"))
                .containsExactlyInAnyOrder("log done", "crm done"));
        assertThat(redline.post("sales", edited("E3", 1_738_566_900, "told to the new one", "OLD")).statusCode())
                .isEqualTo(200);
        assertThat(message(place)).containsEntry("text", "told to the new one").containsEntry("revision", 2);
    }

    private static long number(Connection store, String sql) throws SQLException {
        try (var statement = store.createStatement(); var row = statement.executeQuery(sql)) {
            assertThat(row.next()).as(sql).isTrue();
            return row.getLong(1);
        }
    }

    /** The same on PostgreSQL, by the migrations that the first release had: Flyway knows them by their checksums. */
    private static void copy(Connection first, String url) throws Exception {
        Flyway.configure().dataSource(url, "postgres", null)
                .locations("filesystem:src/main/resources/db/migration/common",
                        "filesystem:src/main/resources/db/migration/postgresql")
                .placeholders(Map.of("bytes", "bytea")).target("1.1").load().migrate();
        try (first; var store = DriverManager.getConnection(url, "postgres", null)) {
            assertThat(number(store, "select checksum from flyway_schema_history where version = '1.0'"))
                    .isEqualTo(number(first, "select checksum from flyway_schema_history where version = '1.0'"));
            for (var table : TABLES) {
                copy(first, store, table);
            }
            number(store, "select setval('position', " + number(first, "select value from position") + ")");
        }
    }

    private static void copy(Connection from, Connection to, String table) throws SQLException {
        try (var read = from.createStatement(); var rows = read.executeQuery("select * from " + table)) {
            var columns = IntStream.rangeClosed(1, rows.getMetaData().getColumnCount()).boxed().toList();
            try (var typed = to.createStatement();
                    var types = typed.executeQuery("select * from " + table + " where false");
                    var write = to.prepareStatement("insert into " + table + " values (" + columns.stream().map(
                            column -> "?").collect(Collectors.joining(", ")) + ")")) {
                while (rows.next()) {
                    for (int column : columns) {
                        assertThat(rows.getMetaData().getColumnName(column))
                                .isEqualTo(types.getMetaData().getColumnName(
                                        column));
                        write.setObject(column, types.getMetaData().getColumnType(column) == Types.BIT
                                ? Boolean.valueOf(rows.getBoolean(column))
                                : rows.getObject(column));
                    }
                    write.executeUpdate();
                }
            }
        }
    }

    private static void writeTheStore(String url) throws Exception {
        try (var connection = DriverManager.getConnection(url);
                var statement = connection.createStatement()) {
            // As text, so that one sees what it is.
            statement.executeUpdate(Files.readString(FIRST.resolve("store.sql")));
        }
    }

    private static String edited(String id, long at, String text) {
        return edited(id, at, text, "M1");
    }

    private static String edited(String id, long at, String text, String message) {
        return """
                {"typeWebhook":"incomingMessageReceived","instanceData":{"idInstance":1101000001,
                 "wid":"79876543210@c.us","typeInstance":"whatsapp"},"timestamp":%d,"idMessage":"%s",
                 "senderData":{"chatId":"71234567890@c.us","chatName":"John","sender":"71234567890@c.us",
                 "senderName":"John","senderContactName":""},"messageData":{"typeMessage":"editedMessage",
                 "editedMessageData":{"textMessage":"%s","stanzaId":"%s"}}}""".formatted(at, id, text, message);
    }

    private Map<String, Object> message(Map<String, Object> of) throws Exception {
        var answer = redline.get("/api/accounts/sales/chats/" + encoded(of.get("chatId")) + "/messages/" + encoded(of
                .get("messageId")));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return EventJson.readObject(answer.body());
    }

    private static String encoded(Object id) {
        return URLEncoder.encode(String.valueOf(id), StandardCharsets.UTF_8);
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> objects(Object list) {
        return (List<Map<String, Object>>) list;
    }
}
