package io.redline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;

/** The packaged program checks a bundle beside a service, or without one: it ends with 0 or 78, and leaves nothing behind. */
class CheckIT {

    private static final Path PAYLOADS = Path.of("routes", "tests", "payloads", "green-api").toAbsolutePath();

    private final Path folder = OnSqlite.newFolder();
    private final PackagedService redline = new PackagedService(folder);

    @AfterEach
    void stop() {
        redline.close();
    }

    private String check(int expected, String... arguments) throws Exception {
        return run(expected, Stream.concat(Stream.of("check"), Stream.of(arguments)).toArray(String[]::new));
    }

    private String run(int expected, String... arguments) throws Exception {
        var out = folder.resolve("command.log");
        Files.deleteIfExists(out);
        var command = redline.run(out, arguments);
        assertThat(command.waitFor(180, TimeUnit.SECONDS)).isTrue();
        var text = Files.readString(out);
        assertThat(command.exitValue()).as(text).isEqualTo(expected);
        return text;
    }

    private Path copiedRoutes() throws IOException {
        var copy = folder.resolve("routes");
        PackagedService.copyRoutes(copy);
        return copy;
    }

    @Test
    void whatIsSoundEndsWith0_whatIsNotWith78AndALineEach() throws Exception {
        redline.configure("redline.database.url=jdbc:sqlite:" + folder.resolve("redline.db"));
        assertThat(check(0)).endsWith(" files of routes are sound.\n");

        var routes = copiedRoutes();
        redline.configure("redline.rout.edits=log", "redline.accounts.sales.tokn=x",
                "redline.database.url=jdbc:sqlite:" + folder.resolve("redline.db"));
        var channels = routes.resolve("channels.camel.yaml");
        Files.writeString(channels, Files.readString(channels).replace("redline.route.edits", "redline.route.editz"));
        assertThat(check(78, "routes").lines()).satisfiesExactly(
                line -> assertThat(line).isEqualTo("application.properties:1:1: There is no setting redline.rout.edits."
                        + " Did you mean 'redline.route.edits'?"),
                line -> assertThat(line).startsWith("application.properties:2:1: There is no setting "
                        + "redline.accounts.sales.tokn."),
                line -> assertThat(line)
                        .matches("routes/channels\\.camel\\.yaml:\\d+:18: \\{\\{redline\\.route\\.editz}}"
                                + " is not set.*Did you mean 'redline\\.route\\.edits'\\?"),
                line -> assertThat(line).isEqualTo("3 things have to be put right."));
        var findings = new ObjectMapper().readValue(check(78, "routes", "--json"),
                new TypeReference<List<Map<String, Object>>>() {
                });
        assertThat(findings).hasSize(3).first().satisfies(finding -> assertThat(finding).containsEntry("line", 1)
                .containsEntry("column", 1).containsEntry("file", "application.properties").containsKey("sentence"));

        assertThat(check(78, "nowhere")).contains("nowhere: There are no routes here");
        assertThat(folder.resolve("redline.db")).as("the store is left alone").doesNotExist();
    }

    @Test
    void theTestsOfTheShippedRoutesPassAndVisitEveryBranch() throws Exception {
        Files.createDirectories(folder);
        redline.configure("redline.database.url=jdbc:sqlite:" + folder.resolve("redline.db"));
        var said = run(0, "test", "--deny-warnings");
        assertThat(said).matches("(?s)\\d+ tests, 0 findings; (\\d+) of \\1 branches visited\\.\n");

        var tests = Files.createDirectories(folder.resolve("tests"));
        Files.copy(PAYLOADS.resolve("incoming-edited.json"), tests.resolve("edit.json"));
        Files.writeString(tests.resolve("own.test.yaml"), """
                - name: an edit
                  given: edit.json
                  visits: [when-deleted]
                  chanel: edits
                  channel: deletes
                  sends:
                    - to: log
                      bodyHas: {$.text: Other}
                    - mail
                  doesNotSend: [log]
                """);
        assertThat(run(78, "test", tests.toString())).contains(
                "own.test.yaml:3:12: 'an edit': when-deleted was not visited",
                "own.test.yaml:4:3: There is no 'chanel' in a test. Did you mean 'channel'?",
                "own.test.yaml:5:12: 'an edit': it did not come to the channel deletes, but to edits.",
                "own.test.yaml:8:25: 'an edit': $.text is \"Edited message\".",
                "own.test.yaml:9:7: 'an edit': mail is owed nothing",
                "own.test.yaml:10:17: 'an edit': log is owed something", "1 tests, 6 findings;");
        assertThat(folder.resolve("redline.db")).as("the store is left alone").doesNotExist();
    }

    @Test
    void theWayOfANotificationIsExplainedByWhatTheStoreKnows_whichIsCopiedAndPutBack() throws Exception {
        var store = folder.resolve("redline.db");
        redline.configure("redline.database.url=jdbc:sqlite:" + store, "redline.route.edits=log,database",
                "redline.endpoint.database.url=jdbc:sqlite:" + folder.resolve("crm.db"));
        redline.startAndAwait();
        assertThat(explainedBesideTheService()).contains("rows, read and left alone",
                "when-edited > translate-edited > edited-out",
                "Channel: edits", "text: \"Message\" -> \"Edited message\"", "revision: 1 -> 2",
                "insert into redline_message", ":?messageId = 3PEAD8EDB7A9D438FF5E", ":?text = Edited message");
        assertThat(folder.resolve("crm.db")).doesNotExist();

        var copy = folder.resolve("copy.db");
        assertThat(run(0, "backup", copy.toString())).contains("The store is copied to");
        assertThat(run(78, "backup", copy.toString())).contains("exists already");
        assertThat(redline.post("sales", Files.readString(PAYLOADS.resolve("incoming-edited.json"))).statusCode())
                .isEqualTo(200);
        assertThat(run(78, "restore", copy.toString())).contains("The service uses", "stop it first");
        redline.stop();
        assertThat(run(78, "restore", PAYLOADS.resolve("incoming-text.json").toString())).contains("no SQLite file");
        assertThat(run(0, "restore", copy.toString())).contains("is the store now. The one before is");
        redline.startAndAwait();
        assertThat(redline.get("/api/accounts/sales/chats/71234567890%40c.us/messages").body())
                .as("as it was when it was copied").contains("\"revision\":1").doesNotContain("Edited message");
        try (var files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString())).anyMatch(
                    name -> name.startsWith("redline.db.before-restore-"));
        }
    }

    @Test
    void theWayOfANotificationIsExplainedByWhatAPostgresqlKnows() throws Exception {
        try (var server = OnPostgresql.startServer()) {
            redline.configure("redline.database.url=" + server.getJdbcUrl("postgres", "postgres"),
                    "redline.database.username=postgres", "redline.route.edits=log");
            redline.startAndAwait();
            assertThat(explainedBesideTheService()).contains("rows, read and left alone",
                    "text: \"Message\" -> \"Edited message\"", "revision: 1 -> 2", "Endpoints owed:", "log");
        }
    }

    /** The way of an edit, explained while the service runs that knows the message. */
    private String explainedBesideTheService() throws Exception {
        assertThat(redline.post("sales", Files.readString(PAYLOADS.resolve("incoming-text.json"))).statusCode())
                .isEqualTo(200);
        var explained = run(0, "explain", PAYLOADS.resolve("incoming-edited.json").toString(), "--gateway",
                "green-api", "--account", "sales");
        assertThat(redline.get("/api/accounts/sales/chats/71234567890%40c.us/messages").body())
                .as("nothing was touched").contains("\"revision\":1").doesNotContain("Edited message");
        return explained;
    }
}
