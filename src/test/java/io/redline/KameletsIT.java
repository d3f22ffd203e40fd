package io.redline;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.fasterxml.jackson.core.type.TypeReference;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;

import io.redline.event.EventJson;

/** The kamelets, from their jar, in somebody else's Camel: a process with Camel and that jar on its path and nothing else. */
class KameletsIT {

    private static final String TOKEN = "a+token&with=signs";
    private static final String SECRET = "a+secret&with=signs";
    /** What a landscape of plain Camel has. */
    private static final Pattern PLAIN = Pattern
            .compile("/org/apache/camel/camel-(?!quarkus|kafka|microprofile|opentelemetry|"
                    + "micrometer)|/com/fasterxml/jackson/(core|datatype)/|/com/jayway/|/net/minidev/|/org/ow2/asm/|/org/slf4j/slf4j-api/"
                    + "|/org/apache/httpcomponents/|/org/snakeyaml/|/io/vertx/|/io/netty/|/jakarta/(activation|mail|servlet)/"
                    + "|/org/jboss/(slf4j|logmanager|logging)/|/io/smallrye/common/");

    private static final WireMockServer OTHERS = new WireMockServer(options().dynamicPort());
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final int PORT = FreePort.find();
    private static final Path FOLDER = OnSqlite.newFolder();
    private static Process landscape;

    @BeforeAll
    static void start() throws Exception {
        OTHERS.start();
        var own = FOLDER.resolve("classes/io/redline");
        Files.createDirectories(own);
        for (var file : List.of("Landscape.class", "Landscape$1.class")) {
            Files.copy(Path.of("target/test-classes/io/redline", file), own.resolve(file));
        }
        var path = new ArrayList<>(List.of(FOLDER.resolve("classes").toString(), jar().toString()));
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(one -> PLAIN.matcher(one.replace('\\', '/')).find()).forEach(path::add);
        assertThat(path).hasSizeGreaterThan(30).noneMatch(one -> one.contains("quarkus")
                || one.contains("jakarta.enterprise") || one.contains("jakarta.inject"));
        landscape = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-cp",
                String.join(File.pathSeparator, path), "io.redline.Landscape", String.valueOf(PORT), OTHERS.baseUrl(),
                "file:src/test/resources/kamelets/*.yaml", "file:routes/gateways/green-api.camel.yaml",
                "file:routes/gateways/waha.camel.yaml", "file:routes/gateways/aitu.camel.yaml")
                .redirectErrorStream(true).redirectOutput(FOLDER.resolve("camel.log").toFile()).start();
        await().atMost(Duration.ofSeconds(60)).ignoreExceptionsInstanceOf(IOException.class).until(() -> {
            assertThat(landscape.isAlive()).as("Camel, whose log is in %s", FOLDER).isTrue();
            return post("/router/green-api", bytes("{}")).statusCode() == 200;
        });
    }

    private static Path jar() throws IOException {
        try (var files = Files.list(Path.of("target"))) {
            return files.filter(file -> file.toString().endsWith("-kamelets.jar")).findFirst().orElseThrow()
                    .toAbsolutePath();
        }
    }

    @AfterAll
    static void stop() {
        landscape.destroyForcibly();
        OTHERS.stop();
    }

    @BeforeEach
    void forget() {
        OTHERS.resetAll();
        answer(aResponse().withBody("{\"idMessage\":\"3EB0\"}"));
    }

    private static void answer(ResponseDefinitionBuilder answer) {
        OTHERS.stubFor(any(anyUrl()).willReturn(answer));
    }

    @Test
    void notificationsOfGreenApi_becomeEvents() throws Exception {
        var notification = BlackBox.sample("incoming-edited");
        for (var authorization : List.of(TOKEN, "Bearer " + TOKEN)) {
            var answer = post("/in/green-api", notification, "Authorization", authorization, "X-Outside", "1");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.body()).isEmpty();
        }
        var arrived = arrived();
        assertThat(arrived).hasSize(2).allSatisfy(request -> {
            assertThat(request.getUrl()).isEqualTo("/green-api");
            assertThat(request.containsHeader("X-Outside")).isFalse();
            assertThat(request.containsHeader("Authorization")).isFalse();
            assertThat(events(request.getBodyAsString())).singleElement().satisfies(event -> assertThat(event)
                    .containsEntry("kind", "edited").containsEntry("text", "Edited message")
                    .containsEntry("target", "3PEAD8EDB7A9D438FF5E"));
        });
    }

    @Test
    void notificationsOfWaha_becomeEvents() throws Exception {
        var notification = Waha.sample("message-edited-webjs");
        var answer = post("/in/waha", notification, "X-Webhook-Hmac", Waha.hmac(SECRET, notification),
                "X-Webhook-Hmac-Algorithm", "sha512", "X-Webhook-Timestamp", timestamp(notification));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(arrived()).singleElement().satisfies(request -> assertThat(events(request.getBodyAsString()))
                .anySatisfy(event -> assertThat(event).containsEntry("kind", "edited")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer", "Bearer another", "a+token", "Basic YTpi"})
    void whoeverLacksTheTokenOfGreenApi_isRefused(String authorization) throws Exception {
        var answer = post("/in/green-api", BlackBox.sample("incoming-edited"), "Authorization", authorization);
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).isEmpty();
        assertThat(arrived()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"wrong,sha512,true", "right,sha256,true", "right,sha512,false", "none,sha512,true"})
    void whateverIsNotSignedByWaha_isRefused(String signature, String algorithm, boolean inTime) throws Exception {
        var notification = Waha.sample("message-edited-webjs");
        var hmac = switch (signature) {
            case "right" -> Waha.hmac(SECRET, notification);
            case "wrong" -> Waha.hmac("another", notification);
            default -> "";
        };
        var answer = post("/in/waha", notification, "X-Webhook-Hmac", hmac, "X-Webhook-Hmac-Algorithm", algorithm,
                "X-Webhook-Timestamp", inTime ? timestamp(notification) : "1");
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(arrived()).isEmpty();
    }

    @Test
    void whatTheRouteCannotKeep_isNotTaken() throws Exception {
        answer(aResponse().withStatus(500));
        assertThat(post("/in/green-api", BlackBox.sample("incoming-edited"), "Authorization", TOKEN).statusCode())
                .isEqualTo(500);
    }

    /** The router of the service and the kamelet decide alike, whatever comes. */
    @ParameterizedTest
    @CsvSource({"green-api,35", "waha,30", "aitu,6"})
    void everySampleIsTheSame_asTheRouterOfTheServiceMakesIt(String gateway, int least) throws Exception {
        var seen = 0;
        for (var folder : List.of(Path.of("src/test/resources", gateway), Path.of("routes/tests/payloads", gateway))) {
            try (Stream<Path> files = Files.isDirectory(folder) ? Files.list(folder) : Stream.empty()) {
                for (var file : files.filter(one -> one.toString().endsWith(".json")).sorted().toList()) {
                    var made = post("/transform/" + gateway, Files.readAllBytes(file)).body();
                    assertThat(made).as(file.toString())
                            .isEqualTo(post("/router/" + gateway, Files.readAllBytes(file)).body());
                    if (made.startsWith("[")) {
                        Schemas.expect("event", made);
                    }
                    seen += made.contains("\"kind\"") ? 1 : 0;
                }
            }
        }
        assertThat(seen).as("samples that say something").isGreaterThanOrEqualTo(least - 2);
        assertThat(post("/transform/" + gateway, bytes("{\"typeWebhook\":\"ofTheFuture\"}")).body()).isEqualTo("[]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "green-api-message-action/send|POST|/api/waInstance1101000001/sendMessage/s3cret+t0ken|{\"chatId\":\"7@c.us\",\"message\":\"Hello\",\"quotedMessageId\":\"R1\"}",
            "green-api-message-action/edit|POST|/api/waInstance1101000001/editMessage/s3cret+t0ken|{\"chatId\":\"7@c.us\",\"idMessage\":\"true_7@c.us_A/1\",\"message\":\"Hello\"}",
            "green-api-message-action/delete|POST|/api/waInstance1101000001/deleteMessage/s3cret+t0ken|{\"chatId\":\"7@c.us\",\"idMessage\":\"true_7@c.us_A/1\",\"onlySenderDelete\":true}",
            "waha-chat-action/send|POST|/api/sendText|{\"chatId\":\"7@c.us\",\"reply_to\":\"R1\",\"session\":\"shop\",\"text\":\"Hello\"}",
            "waha-chat-action/edit|PUT|/api/shop/chats/7%40c.us/messages/true_7%40c.us_A%2F1|{\"text\":\"Hello\"}",
            "waha-chat-action/delete|DELETE|/api/shop/chats/7%40c.us/messages/true_7%40c.us_A%2F1|",
            "waha-chat-action/pin|POST|/api/shop/chats/7%40c.us/messages/true_7%40c.us_A%2F1/pin|{\"duration\":86400}",
            "waha-chat-action/unpin|POST|/api/shop/chats/7%40c.us/messages/true_7%40c.us_A%2F1/unpin|",
            "waha-chat-action/read|POST|/api/shop/chats/7%40c.us/messages/read|",
            "waha-chat-action/unread|POST|/api/shop/chats/7%40c.us/unread|",
            "waha-chat-action/archive|POST|/api/shop/chats/7%40c.us/archive|",
            "waha-chat-action/unarchive|POST|/api/shop/chats/7%40c.us/unarchive|",
            "waha-chat-action/delete-messages|DELETE|/api/shop/chats/7%40c.us/messages|",
            "waha-chat-action/delete-chat|DELETE|/api/shop/chats/7%40c.us|"})
    void whatIsAskedFor_isWhatTheGatewayGets(String action, String verb, String path, String body) throws Exception {
        var answer = post("/" + action,
                bytes("{\"chatId\":\"7@c.us\",\"messageId\":\"true_7@c.us_A/1\",\"text\":\"Hello\","
                        + "\"replyTo\":\"R1\",\"onlySenderDelete\":true,\"duration\":86400,\"else\":1}"),
                "X-Outside", "1");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"idMessage\":\"3EB0\"}");
        assertThat(arrived()).singleElement().satisfies(request -> {
            assertThat(request.getMethod().value() + " " + request.getUrl()).isEqualTo(verb + " " + path);
            assertThat(request.getBodyAsString()).isEqualTo(body == null ? "" : body);
            assertThat(request.containsHeader("X-Outside")).isFalse();
            assertThat(request.getHeader("X-Api-Key")).isEqualTo(action.startsWith("waha") ? "k3y+" : null);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"green-api-message-action/send", "waha-chat-action/send", "waha-chat-action/edit"})
    void whatIsNotTaken_isAFailureThatTellsNoSecret_andIsAskedOnce(String action) throws Exception {
        for (var status : List.of(400, 401, 429, 503)) {
            OTHERS.resetRequests();
            answer(aResponse().withStatus(status).withHeader("Retry-After", "0").withBody("s3cret+t0ken k3y+"));
            var answer = post("/" + action, bytes("{\"chatId\":\"7@c.us\",\"messageId\":\"M\",\"text\":\"Hello\"}"));
            assertThat(answer.statusCode()).isEqualTo(422);
            assertThat(answer.body()).contains("answered " + status).doesNotContain("s3cret", "k3y", "Hello");
            assertThat(arrived()).as("asked once").hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"green-api-message-action/send,text", "green-api-message-action/edit,messageId",
            "green-api-message-action/delete,messageId", "waha-chat-action/edit,text",
            "waha-chat-action/delete,messageId",
            "waha-chat-action/archive,chatId"})
    void whatIsMissing_isSaidAndNothingIsAsked(String action, String missing) throws Exception {
        var fields = Map.of("chatId", "7@c.us", "messageId", "M", "text", "Hello").entrySet().stream()
                .filter(field -> !field.getKey().equals(missing))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        var answer = post("/" + action, bytes(EventJson.write(fields)));
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("needs " + missing + " in the body");
        assertThat(arrived()).isEmpty();
    }

    @Test
    void nothingSecret_isInTheLog() throws Exception {
        answer(aResponse().withStatus(403));
        post("/green-api-message-action/send", bytes("{\"chatId\":\"7@c.us\",\"text\":\"Hello\"}"));
        post("/in/green-api", BlackBox.sample("incoming-edited"), "Authorization", TOKEN);
        assertThat(Files.readString(FOLDER.resolve("camel.log"))).contains("Failed delivery")
                .doesNotContain("s3cret+t0ken", TOKEN, SECRET, "k3y+");
    }

    private static List<LoggedRequest> arrived() {
        return OTHERS.findAll(anyRequestedFor(anyUrl()));
    }

    private static List<Map<String, Object>> events(String json) {
        return EventJson.read(json, new TypeReference<>() {
        });
    }

    private static String timestamp(byte[] notification) {
        return String.valueOf(EventJson.readObject(new String(notification, StandardCharsets.UTF_8)).get("timestamp"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static HttpResponse<String> post(String path, byte[] body, String... headers)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + PORT + path))
                .header("Content-Type", "application/json").POST(BodyPublishers.ofByteArray(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }
}
