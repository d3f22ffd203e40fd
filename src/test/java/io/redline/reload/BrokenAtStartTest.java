package io.redline.reload;

import static io.redline.endpoint.Notifications.posted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.BlackBox;
import io.redline.OnSqlite;
import io.restassured.RestAssured;

/** The service starts, whatever is broken: with the last good copy of a file, or without its routes. */
@QuarkusTest
@TestProfile(BrokenAtStartTest.Broken.class)
class BrokenAtStartTest extends BlackBox {

    private static final String GATEWAY = "gateways/green-api.camel.yaml";
    private static final String CHANNELS = "channels.camel.yaml";
    private static final String KAMELET = "kamelets/marked-action.kamelet.yaml";
    private static final String USER = "endpoints/marked.camel.yaml";

    public static final class Broken extends OnSqlite {

        @Override
        public Map<String, String> getConfigOverrides() {
            var settings = new HashMap<>(super.getConfigOverrides());
            settings.remove("redline.routes.good");
            return settings;
        }

        @Override
        public List<TestResourceEntry> testResources() {
            var resources = new ArrayList<>(super.testResources());
            resources.add(new TestResourceEntry(Folder.class));
            return resources;
        }
    }

    public static final class Folder implements QuarkusTestResourceLifecycleManager {

        @Override
        public Map<String, String> start() {
            var copy = RoutesCopy.create();
            try {
                var good = copy.good().resolve("routes").resolve(GATEWAY);
                Files.createDirectories(good.getParent());
                Files.writeString(good, copy.text(GATEWAY));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            copy.edit(GATEWAY, text -> text.substring(0, text.indexOf("otherwise:") + 5));
            copy.edit(CHANNELS, text -> text + "- rout: {}\n");
            copy.save(KAMELET, kamelet("seen"));
            try {
                var good = copy.good().resolve("routes").resolve(KAMELET);
                Files.createDirectories(good.getParent());
                Files.move(copy.file(KAMELET), good);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            copy.save(KAMELET, kamelet("nobody"));
            copy.save(USER, """
                    - route:
                        id: endpoint-marked
                        from:
                          uri: outbox:marked
                          steps:
                            - to: kamelet:marked-action
                    """);
            return Map.of("redline.routes", copy.routes().toString(), "redline.routes.good", copy.good().toString());
        }

        @Override
        public void stop() {
            // Below target/, so that a failed run can be looked into.
        }
    }

    private static String kamelet(String processor) {
        return RoutesCopy.kamelet("""
                - process:
                    ref: %s
                """.formatted(processor));
    }

    @Test
    void kameletThatNothingCanBeBuiltWith_runsAsItWasGood() {
        assertThat(list("/api/routes")).filteredOn(route -> ("routes/" + USER).equals(route.get("file")))
                .singleElement().satisfies(route -> {
                    assertThat(route).containsEntry("started", true);
                    assertThat(route.get("lastError")).isNull();
                });
        assertThat(RestAssured.get(management.resolve("/observe/health/ready")).asString())
                .contains("routes/" + KAMELET + ":14", "There is no bean 'nobody'");
    }

    @TestHTTPResource(value = "/", management = true)
    URI management;

    @Test
    void runsTheLastGoodCopy_andWithoutWhatHasNone() {
        var files = RoutesCopy.at(Path.of(ConfigProvider.getConfig().getValue("redline.routes", String.class)));
        assertThat(list("/api/routes")).filteredOn(route -> ("routes/" + GATEWAY).equals(route.get("file")))
                .hasSize(2).allSatisfy(route -> {
                    assertThat(route).containsEntry("started", true);
                    assertThat(route.get("lastError")).isNotNull();
                });
        assertThat(list("/api/routes")).filteredOn(route -> ("routes/" + CHANNELS).equals(route.get("file")))
                .singleElement().satisfies(route -> assertThat(route.get("id")).isNull());
        var ready = RestAssured.get(management.resolve("/observe/health/ready"));
        assertThat(ready.statusCode()).isEqualTo(200);
        assertThat(ready.asString()).contains("routes/" + GATEWAY, "routes/" + CHANNELS,
                "It sends to direct:", "and no route begins with that.");
        // The gateway's route knows what it is, but there is no channel to keep it: the door does.
        take("sales", posted("71234567890@c.us", "ONE", "Hello"));
        assertThat(parked()).hasSize(1);

        files.edit(CHANNELS, text -> text.replace("- rout: {}\n", ""));
        await().atMost(Duration.ofMinutes(1)).until(() -> list("/api/routes").stream()
                .noneMatch(
                        route -> ("routes/" + CHANNELS).equals(route.get("file")) && route.get("lastError") != null));
        assertThat(RestAssured.get(management.resolve("/observe/health/ready")).asString())
                .doesNotContain("no route begins with that");
        take("sales", posted("71234567890@c.us", "TWO", "Hello"));
        assertThat(parked()).hasSize(1);
    }
}
