package io.redline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTestProfile;

/**
 * The service as the black-box tests run it: the shipped routes, a SQLite file of its own, an account for each instance that
 * occurs in the samples, and for each channel an endpoint that nobody serves, so that what went through it stays to be seen.
 */
public class OnSqlite implements QuarkusTestProfile {

    /** The channels of routes/channels.camel.yaml. */
    public static final List<String> CHANNELS = List.of("edits", "deletes", "statuses", "failures", "messages",
            "reactions", "calls", "chats", "accounts", "unrecognised");

    private static final Map<String, String> INSTANCES = Map.of("sales", "1101000001", "support", "7103000000", "old",
            "1234", "max", "3100000000", "telegram", "4100000000", "group", "7105000000", "first", "1", "locked",
            "5500000001", "filed", "5500000002");
    private static final Map<String, String> SESSIONS = Map.of("waha", "default", "waha-mine", "mysession_waha",
            "waha-old", "381446", "waha-signed", "signed", "waha-filed", "filed", "waha-carried", "carried");

    @Override
    public Map<String, String> getConfigOverrides() {
        Map<String, String> settings = new HashMap<>();
        INSTANCES.forEach((name, instance) -> {
            settings.put("redline.accounts." + name + ".gateway", "green-api");
            settings.put("redline.accounts." + name + ".instance", instance);
        });
        SESSIONS.forEach((name, session) -> {
            settings.put("redline.accounts." + name + ".gateway", "waha");
            settings.put("redline.accounts." + name + ".instance", session);
        });
        for (var name : List.of("aitu", "aitu-locked")) {
            settings.put("redline.accounts." + name + ".gateway", "aitu");
            settings.put("redline.accounts." + name + ".instance", "804d1bbd-901f-470a-b1b8-1859277a7803"
                    .replace("8", name.equals("aitu") ? "8" : "9"));
        }
        settings.put("redline.accounts.aitu-locked.webhook-token", "this-months-token, last-months-token");
        settings.put("redline.accounts.waha-signed.webhook-secret", "your-secret-key, my-secret-key");
        settings.put("redline.accounts.waha-carried.webhook-token", "this-months-token, last-months-token");
        settings.put("redline.accounts.locked.webhook-token", "this-months-token, last-months-token");
        CHANNELS.forEach(channel -> settings.put("redline.route." + channel, "see-" + channel));
        // The endpoint that is shipped is served.
        settings.put("redline.route.messages", "see-messages,log");
        // What ran in another test is no good copy of what runs in this one.
        settings.put("redline.routes.good", newFolder().toString());
        settings.put("quarkus.http.test-port", "0");
        settings.put("quarkus.management.test-port", "0");
        settings.put("quarkus.log.file.enable", "true");
        // One for each time it starts, which all are searched in the end.
        settings.put("quarkus.log.file.rotation.max-backup-index", "200");
        return settings;
    }

    @Override
    public List<TestResourceEntry> testResources() {
        return List.of(new TestResourceEntry(TestFolder.class), new TestResourceEntry(SqliteFile.class));
    }

    /** A folder of this run, which holds its log, a secret in a file, and good copies of its routes. */
    public static final class TestFolder implements QuarkusTestResourceLifecycleManager {

        @Override
        public Map<String, String> start() {
            var folder = newFolder();
            var token = folder.resolve("webhook-token");
            var secret = folder.resolve("webhook-secret");
            try {
                Files.writeString(token, "token-of-a-file\n");
                Files.writeString(secret, "secret-of-a-file\n");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return Map.of("redline.accounts.filed.webhook-token", "file:" + token,
                    "redline.accounts.waha-filed.webhook-secret", "file:" + secret, "quarkus.log.file.path",
                    folder.resolve("redline.log").toString());
        }

        @Override
        public void stop() {
            // Below target/, so that a failed run can be looked into.
        }
    }

    /** A SQLite file that nobody used before. */
    public static final class SqliteFile implements QuarkusTestResourceLifecycleManager {

        @Override
        public Map<String, String> start() {
            return Map.of("redline.database.url", "jdbc:sqlite:" + newFolder().resolve("redline.db"));
        }

        @Override
        public void stop() {
            // As above.
        }
    }

    /** A new folder below target/. */
    public static Path newFolder() {
        try {
            return Files.createTempDirectory(Files.createDirectories(Path.of("target", "test-data")), "redline")
                    .toAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
