package io.redline.endpoint;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static io.redline.endpoint.Notifications.posted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.standardwebhooks.Webhook;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.BlackBox;
import io.redline.FreePort;
import io.redline.OnSqlite;
import io.restassured.path.json.JsonPath;

/** Endpoints of an operator's own: files beside the shipped ones, and properties. No Java. */
@QuarkusTest
@TestProfile(OwnEndpointTest.WithOwnEndpoints.class)
class OwnEndpointTest extends BlackBox {

    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    /** What CONTRIBUTING.md says to do with log.camel.yaml. */
    private static final String ARCHIVE = """
            - route:
                id: endpoint-archive
                from:
                  uri: outbox:archive
                  steps:
                    - marshal:
                        json:
                          library: Jackson
                    - to: "kamelet:archive-sink?folder={{redline.endpoint.archive.folder}}"
            """;
    /** A kamelet of one's own, in routes/kamelets. */
    private static final String ARCHIVE_SINK = """
            apiVersion: camel.apache.org/v1
            kind: Kamelet
            metadata:
              name: archive-sink
            spec:
              definition:
                title: Archive Sink
                required: [folder]
                type: object
                properties:
                  folder:
                    title: Folder
                    type: string
              template:
                from:
                  uri: kamelet:source
                  steps:
                    - to: "file:{{folder}}?fileName=${header.RedlineEventId}.json"
            """;

    public static class WithOwnEndpoints extends OnSqlite {
        @Override
        public Map<String, String> getConfigOverrides() {
            var settings = new HashMap<>(super.getConfigOverrides());
            settings.put("redline.route.messages", "archive, partner");
            settings.put("redline.endpoint.partner.url", "http://127.0.0.1:" + FreePort.find() + "/partner");
            settings.put("redline.endpoint.partner.secret", SECRET);
            return settings;
        }

        @Override
        public List<TestResourceEntry> testResources() {
            var resources = new ArrayList<>(super.testResources());
            resources.add(new TestResourceEntry(OwnFiles.class));
            return resources;
        }
    }

    /** The shipped routes, a file of one's own, and a copy of the shipped endpoint http under another name. */
    public static final class OwnFiles implements QuarkusTestResourceLifecycleManager {
        @Override
        public Map<String, String> start() {
            var folder = OnSqlite.newFolder();
            var routes = Path.of("routes");
            try (var files = Files.walk(routes)) {
                for (var file : files.toList()) {
                    var copy = folder.resolve("routes").resolve(routes.relativize(file).toString());
                    if (Files.isDirectory(file)) {
                        Files.createDirectories(copy);
                    } else {
                        Files.copy(file, copy);
                    }
                }
                var endpoints = folder.resolve("routes/endpoints");
                Files.writeString(endpoints.resolve("archive.camel.yaml"), ARCHIVE);
                Files.createDirectories(folder.resolve("routes/kamelets"));
                Files.writeString(folder.resolve("routes/kamelets/archive-sink.kamelet.yaml"), ARCHIVE_SINK);
                Files.writeString(endpoints.resolve("partner.camel.yaml"), Files
                        .readString(endpoints.resolve("http.camel.yaml")).replace("id: http-", "id: partner-")
                        .replace("endpoint-http", "endpoint-partner").replace("outbox:http", "outbox:partner")
                        .replace("in-use:http", "in-use:partner")
                        .replace("redline.endpoint.http.", "redline.endpoint.partner."));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return Map.of("redline.routes", folder.resolve("routes").toString(), "redline.endpoint.archive.folder",
                    folder.resolve("archive").toString());
        }

        @Override
        public void stop() {
            // Below target/, so that a failed run can be looked into.
        }
    }

    @Test
    void aFileOfOnesOwnIsAnEndpoint() throws Exception {
        var config = ConfigProvider.getConfig();
        var url = URI.create(config.getValue("redline.endpoint.partner.url", String.class));
        var partner = new WireMockServer(url.getPort());
        partner.start();
        try {
            partner.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(200)));
            take("sales", posted("71234567890@c.us", "M1", "Hello"));

            await().untilAsserted(() -> assertThat(list("/api/deliveries?state=done")).hasSize(2));
            var archive = Path.of(config.getValue("redline.endpoint.archive.folder", String.class));
            try (var files = Files.list(archive)) {
                assertThat(JsonPath.from(Files.readString(files.findFirst().orElseThrow())).getString("text"))
                        .isEqualTo("Hello");
            }
            var request = partner.findAll(postRequestedFor(urlEqualTo("/partner"))).get(0);
            new Webhook(SECRET).verify(request.getBodyAsString(), request.getHeaders().all().stream()
                    .collect(Collectors.toMap(header -> header.key(), header -> header.values())));
        } finally {
            partner.stop();
        }
    }
}
