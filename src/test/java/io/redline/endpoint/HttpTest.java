package io.redline.endpoint;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.findAll;
import static com.github.tomakehurst.wiremock.client.WireMock.stubFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static io.redline.endpoint.Notifications.deleted;
import static io.redline.endpoint.Notifications.edited;
import static io.redline.endpoint.Notifications.posted;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

import jakarta.inject.Inject;

import org.apache.camel.CamelContext;
import org.apache.camel.support.DefaultExchange;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.http.HttpHeader;
import com.github.tomakehurst.wiremock.matching.UrlPattern;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import com.standardwebhooks.Webhook;

import io.cloudevents.jackson.JsonFormat;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.BlackBox;
import io.redline.FreePort;
import io.redline.OnSqlite;
import io.redline.Schemas;
import io.redline.database.Rows;
import io.restassured.path.json.JsonPath;

/** The shipped endpoints http and forward at a real receiver. */
@QuarkusTest
@TestProfile(HttpTest.WithHttp.class)
class HttpTest extends BlackBox {

    private static final String CHAT = "71234567890@c.us";
    private static final String CURRENT = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final String PREVIOUS = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    private static final UrlPattern HOOK = urlPathEqualTo("/hook");
    private static WireMockServer receiver;

    public static class WithHttp extends OnSqlite {
        @Override
        public Map<String, String> getConfigOverrides() {
            var settings = new HashMap<>(super.getConfigOverrides());
            List.of("messages", "edits", "deletes", "accounts").forEach(
                    channel -> settings.put("redline.route." + channel, "http"));
            var receiver = "http://127.0.0.1:" + FreePort.find();
            settings.put("redline.endpoint.http.url", receiver + "/hook?tenant=a%20b&x=1");
            settings.put("redline.route.notifications", "forward");
            settings.put("redline.endpoint.forward.url", receiver + "/forward");
            settings.put("redline.endpoint.forward.authorization", "Bearer what-it-asks-for");
            settings.put("redline.endpoint.forward.retry.delay", "10ms");
            settings.put("redline.endpoint.http.secret", CURRENT + ", " + PREVIOUS);
            settings.put("redline.endpoint.http.retry.delay", "10ms");
            settings.put("redline.http.response-timeout", "1s");
            return settings;
        }
    }

    @Inject
    CamelContext camel;

    @BeforeAll
    static void startReceiver() {
        var url = URI.create(ConfigProvider.getConfig().getValue("redline.endpoint.http.url", String.class));
        receiver = new WireMockServer(url.getPort());
        receiver.start();
        WireMock.configureFor(url.getPort());
    }

    @AfterAll
    static void stopReceiver() {
        receiver.stop();
    }

    @BeforeEach
    void forget() {
        receiver.resetAll();
        stubFor(any(urlPathEqualTo("/forward")).willReturn(aResponse().withStatus(200)));
    }

    private static void answers(ResponseDefinitionBuilder answer) {
        stubFor(any(HOOK).willReturn(answer));
    }

    private static void answersFirst(ResponseDefinitionBuilder first) {
        stubFor(any(HOOK).inScenario("s").whenScenarioStateIs(Scenario.STARTED).willReturn(first)
                .willSetStateTo("then"));
        stubFor(any(HOOK).inScenario("s").whenScenarioStateIs("then").willReturn(aResponse().withStatus(200)));
    }

    private static List<LoggedRequest> requests() {
        return findAll(anyRequestedFor(anyUrl())).stream()
                .filter(request -> !request.getUrl().equals("/forward")).toList();
    }

    private static List<LoggedRequest> forwarded() {
        return findAll(anyRequestedFor(urlPathEqualTo("/forward")));
    }

    private static List<Map<String, Object>> deliveries(String state) {
        return list("/api/deliveries?endpoint=http&state=" + state);
    }

    private static void expectDone(int attempts) {
        await().untilAsserted(() -> assertThat(deliveries("done")).singleElement()
                .satisfies(one -> assertThat(one).containsEntry("attempts", attempts)));
    }

    @Test
    void aChangeIsASignedCloudEvent() throws Exception {
        answers(aResponse().withStatus(200).withBody("thanks"));
        take("sales", posted(CHAT, "M1", "before"));
        take("sales", edited(CHAT, "E1", "M1", "after 👍"));
        await().untilAsserted(() -> assertThat(requests()).hasSize(2));

        var request = requests().stream().max((a, b) -> a.getLoggedDate().compareTo(b.getLoggedDate())).orElseThrow();
        assertThat(request.getMethod().getName()).isEqualTo("POST");
        assertThat(request.getUrl()).isEqualTo("/hook?tenant=a%20b&x=1");
        assertThat(request.getHeader("Content-Type")).isEqualTo("application/cloudevents+json; charset=UTF-8");
        assertThat(request.getHeaders().all()).extracting(HttpHeader::key)
                .map(name -> name.toLowerCase(Locale.ROOT)).noneMatch(name -> name.startsWith("redline")
                        || name.startsWith("camel") || name.equals("cookie"));

        requests().forEach(sent -> Schemas.expect("cloudevent", sent.getBodyAsString()));
        var event = new JsonFormat().deserialize(request.getBody());
        assertThat(event.getType()).isEqualTo("redline.message.edited");
        assertThat(event.getSource()).hasToString("/redline/accounts/sales");
        assertThat(event.getSubject()).isEqualTo("sales/" + CHAT + "/M1");
        assertThat(event.getId()).isEqualTo(request.getHeader("webhook-id"));
        assertThat(event.getTime()).isEqualTo("2025-02-03T07:10:56Z");
        assertThat(event.getDataContentType()).isEqualTo("application/json");
        var json = JsonPath.from(request.getBodyAsString());
        assertThat(json.getString("specversion")).isEqualTo("1.0");
        assertThat(json.getString("data.text")).isEqualTo("after 👍");
        assertThat(json.getInt("data.revision")).isEqualTo(2);
        assertThat(json.getString("data.change.kind")).isEqualTo("edited");
        assertThat(json.getString("data.change.previousText")).isEqualTo("before");

        var headers = request.getHeaders().all().stream()
                .collect(Collectors.toMap(HttpHeader::key, HttpHeader::values));
        var body = new String(request.getBody(), StandardCharsets.UTF_8);
        new Webhook(CURRENT).verify(body, headers);
        new Webhook(PREVIOUS).verify(body, headers);
        assertThat(request.getHeader("webhook-signature").split(" ")).hasSize(2);
    }

    @Test
    void whatPeopleWriteIsNoExpressionAndNoAddress() {
        answers(aResponse().withStatus(200));
        var elsewhere = receiver.baseUrl() + "/elsewhere";
        var hostile = "${header.RedlineEventId} ${bean:type:java.lang.System?method=exit} {{redline.endpoint.http.secret}}"
                + " {text} " + elsewhere;
        expectTaken(given().contentType("application/json").header("CamelHttpUri", elsewhere)
                .header("CamelHttpPath", "/elsewhere").header("CamelHttpQuery", "to=" + elsewhere)
                .header("CamelHttpMethod", "DELETE").header("CamelRestHttpUri", elsewhere)
                .body(posted(elsewhere, "../../elsewhere", hostile)).post("/webhooks/green-api/sales"));
        // Nobody fetches what is only told of.
        take("old", sampleText("incoming-image").replaceFirst("\"downloadUrl\": *\"[^\"]*\"",
                "\"downloadUrl\":\"" + elsewhere + "\""));

        await().untilAsserted(() -> assertThat(deliveries("done")).hasSize(2));
        assertThat(requests()).hasSize(2).allSatisfy(request -> {
            assertThat(request.getUrl()).isEqualTo("/hook?tenant=a%20b&x=1");
            assertThat(request.getMethod().getName()).isEqualTo("POST");
        });
        assertThat(requests()).extracting(request -> JsonPath.from(request.getBodyAsString()).getString("data.text"))
                .contains(hostile);
        assertThat(requests()).extracting(LoggedRequest::getBodyAsString).anySatisfy(body -> assertThat(body)
                .contains("\"url\":\"" + elsewhere));
    }

    @Test
    void whatIsAboutNoMessageIsSentAsWell() {
        answers(aResponse().withStatus(204));
        take("sales", sample("quota-exceeded"));

        expectDone(1);
        assertThat(JsonPath.from(requests().get(0).getBodyAsString()).getString("type"))
                .isEqualTo("redline.account.state");
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 202, 204, 299})
    void aReceiverThatTookItIsNotAskedAgain(int status) {
        answers(aResponse().withStatus(status));
        take("sales", posted(CHAT, "M1", "text"));

        expectDone(1);
        assertThat(requests()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 425, 429, 500, 502, 503, 504})
    void whatFailsForNowIsTriedAgainByTheOutboxAlone(int status) {
        answersFirst(aResponse().withStatus(status));
        take("sales", posted(CHAT, "M1", "text"));

        // A client that repeats by itself would be done at the first attempt.
        expectDone(2);
        assertThat(requests()).hasSize(2).extracting(request -> request.getHeader("webhook-id"))
                .containsOnly(requests().get(0).getHeader("webhook-id"));
        assertThat(requests()).extracting(LoggedRequest::getBodyAsString)
                .containsOnly(requests().get(0).getBodyAsString());
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 307, 308, 400, 401, 404, 405, 413, 422})
    void whatWillNeverBeTakenIsParkedAtOnceAndHoldsUpNobody(int status) {
        answersFirst(aResponse().withStatus(status).withHeader("Location", "/elsewhere"));
        take("sales", posted(CHAT, "M1", "text"));
        take("sales", deleted(CHAT, "D1", "M1"));

        await().untilAsserted(() -> assertThat(deliveries("parked")).singleElement().satisfies(
                one -> assertThat(one).containsEntry("attempts", 1).containsEntry("revision", 1)));
        expectDone(1);
        assertThat(requests()).hasSize(2).allMatch(request -> request.getUrl().startsWith("/hook"));
        assertThat((String) deliveries("parked").get(0).get("lastError")).contains("The receiver answered " + status);
    }

    @Test
    void aReceiverThatIsGoneIsNotAskedUntilSomebodyResumesIt() {
        answers(aResponse().withStatus(410));
        take("sales", posted(CHAT, "M1", "text"));
        await().until(() -> List.of("http").equals(paused()));

        take("sales", posted("71234567891@c.us", "M2", "text"));

        assertThat(deliveries("owed")).hasSize(2);
        assertThat(deliveries("parked")).isEmpty();
        assertThat(requests()).hasSize(1);
    }

    private List<String> paused() {
        return database.read(connection -> Rows.query(connection,
                "select name from endpoint where paused_at is not null", row -> row.getString(1)));
    }

    @Test
    void aReceiverThatSaysWhenToComeBackIsLeftAloneUntilThen() {
        answersFirst(aResponse().withStatus(503).withHeader("Retry-After", "2"));
        take("sales", posted(CHAT, "M1", "text"));
        await().untilAsserted(() -> assertThat(deliveries("owed")).singleElement()
                .satisfies(one -> assertThat((String) one.get("lastError")).contains("The receiver answered 503")));
        take("sales", posted("71234567891@c.us", "M2", "text"));

        await().untilAsserted(() -> assertThat(deliveries("done")).hasSize(2));
        // The delay of the outbox itself is 10ms here, and another chat does not have to wait for any.
        var times = requests().stream().map(request -> request.getLoggedDate().getTime()).sorted().toList();
        assertThat(times).hasSize(3);
        assertThat(times.get(1) - times.get(0)).isGreaterThan(1_500);
    }

    @Test
    void aReceiverWhoseAnswerDoesNotEndHasTakenIt() {
        // Three bytes a second, for an hour.
        var endless = aResponse().withStatus(200).withBody("x".repeat(10_000)).withChunkedDribbleDelay(10_000,
                3_600_000);
        answers(endless);
        stubFor(any(urlPathEqualTo("/forward")).willReturn(endless));
        for (int i = 1; i <= 4; i++) {
            take("sales", posted("7123456789" + i + "@c.us", "M" + i, "text"));
        }

        await().untilAsserted(() -> assertThat(deliveries("done")).hasSize(4)
                .allSatisfy(one -> assertThat(one).containsEntry("attempts", 1)));
        await().untilAsserted(() -> assertThat(forwarded()).hasSize(4));
        assertThat(requests()).hasSize(4);
    }

    @Test
    void aNotificationIsForwardedAsItCame() {
        answers(aResponse().withStatus(200));
        var bytes = " {\"typeWebhook\" : \"newType\", \"odd\":\"\\ud83d 👍\"}\n".getBytes(StandardCharsets.UTF_8);
        take("sales", bytes);

        await().untilAsserted(() -> assertThat(forwarded()).hasSize(1));
        var request = forwarded().get(0);
        assertThat(request.getMethod().getName()).isEqualTo("POST");
        assertThat(request.getBody()).isEqualTo(bytes);
        assertThat(request.getHeader("Content-Type")).isEqualTo("application/json");
        assertThat(request.getHeader("Authorization")).isEqualTo("Bearer what-it-asks-for");
        assertThat(request.getHeaders().all()).extracting(HttpHeader::key)
                .map(name -> name.toLowerCase(Locale.ROOT)).noneMatch(name -> name.startsWith("redline")
                        || name.startsWith("camel") || name.startsWith("webhook"));
    }

    @Test
    void notificationsAreForwardedInTheirOrderAlsoAfterAFailure() {
        answers(aResponse().withStatus(200));
        stubFor(any(urlPathEqualTo("/forward")).inScenario("f").whenScenarioStateIs(Scenario.STARTED)
                .willReturn(aResponse().withStatus(500)).willSetStateTo("then"));
        for (int i = 1; i <= 5; i++) {
            take("sales", posted("7123456789" + i + "@c.us", "M" + i, "text"));
        }

        await().untilAsserted(() -> assertThat(forwarded()).hasSize(6));
        assertThat(forwarded().stream().sorted(Comparator.comparing(LoggedRequest::getLoggedDate))
                .map(request -> JsonPath.from(request.getBodyAsString()).getString("idMessage")))
                .containsExactly("M1", "M1", "M2", "M3", "M4", "M5");
    }

    @ParameterizedTest
    @ValueSource(strings = {"endpoint-http", "endpoint-forward"})
    void aReplaySaysThatItIsOne(String route) throws Exception {
        answers(aResponse().withStatus(200));
        var exchange = new DefaultExchange(camel);
        exchange.getMessage().setBody(route.endsWith("http")
                ? Map.of("account", "sales", "change", Map.of("kind", "account"))
                : "{}".getBytes(StandardCharsets.UTF_8));
        exchange.getMessage().setHeaders(new HashMap<>(Map.of("RedlineEndpoint", "http", "RedlineEventId", "42",
                "RedlineAccount", "sales", "RedlineAttempt", 1, "RedlineReplay", true)));
        camel.getRoute(route).getProcessor().process(exchange);

        assertThat(exchange.getException()).isNull();
        assertThat(exchange.getProperty("RedlineAnswer", String.class)).isEqualTo("200");
        var request = findAll(anyRequestedFor(anyUrl())).get(0);
        assertThat(request.getHeader("redline-replay")).isEqualTo("true");
        assertThat(request.getHeaders().all()).extracting(HttpHeader::key)
                .map(name -> name.toLowerCase(Locale.ROOT)).filteredOn(name -> name.startsWith("redline"))
                .containsExactly("redline-replay");
    }
}
