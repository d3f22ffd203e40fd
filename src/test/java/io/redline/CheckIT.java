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

    private final Path folder = OnSqlite.newFolder();
    private final PackagedService redline = new PackagedService(folder);

    @AfterEach
    void stop() {
        redline.close();
    }

    private String check(int expected, String... arguments) throws Exception {
        var out = folder.resolve("check.log");
        Files.deleteIfExists(out);
        var command = redline.run(out,
                Stream.concat(Stream.of("check"), Stream.of(arguments)).toArray(String[]::new));
        assertThat(command.waitFor(90, TimeUnit.SECONDS)).isTrue();
        var text = Files.readString(out);
        assertThat(command.exitValue()).as(text).isEqualTo(expected);
        return text;
    }

    private Path copiedRoutes() throws IOException {
        var copy = folder.resolve("routes");
        try (var files = Files.walk(Path.of("routes"))) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var to = copy.resolve(Path.of("routes").relativize(file).toString());
                Files.createDirectories(to.getParent());
                Files.copy(file, to);
            }
        }
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
}
