package io.redline.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.fasterxml.jackson.core.type.TypeReference;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.BlackBox;
import io.redline.OnSqlite;
import io.redline.Waha;
import io.redline.event.EventJson;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;

/** Nobody gets in whose body is not signed with the secret of the account, and whoever's is, does. */
@QuarkusTest
@TestProfile(OnSqlite.class)
class SignaturesTest extends BlackBox {

    private static final String TIMESTAMP = "1784500000480";

    @ConfigProperty(name = "redline.accounts.waha-filed.webhook-secret")
    String filed;

    static Stream<Arguments> vectors() {
        var vectors = EventJson.read(new String(Waha.sample("not-webhooks/hmac-vectors"), StandardCharsets.UTF_8),
                new TypeReference<List<Map<String, Object>>>() {
                });
        return vectors.stream()
                .map(one -> Arguments.of(one.get("key"), one.get("body"), one.get("hmacHex"), one.get("source")));
    }

    @ParameterizedTest(name = "{3}")
    @MethodSource("vectors")
    void documentedVectors_areRight(String key, String body, String hmac, String source) {
        assertThat(Waha.hmac(key, bytes(body))).as("our own double signs alike").isEqualTo(hmac);
        expectTaken(knock("waha-signed", bytes(body), hmac, "sha512", timestampOf(body)));
        assertThat(notifications()).singleElement().isEqualTo(bytes(body));
    }

    private static String timestampOf(String body) {
        return body.contains("\"timestamp\"") ? body.replaceFirst("(?s).*?\"timestamp\":(\\d+).*", "$1") : "1";
    }

    @ParameterizedTest
    @CsvSource(nullValues = "none", textBlock = """
            none                                            , sha512, X-Webhook-Hmac
            ''                                              , sha512, X-Webhook-Hmac
            0                                               , sha512, X-Webhook-Hmac
            truncated                                       , sha512, X-Webhook-Hmac
            longer                                          , sha512, X-Webhook-Hmac
            of-another-key                                  , sha512, X-Webhook-Hmac
            of-another-body                                 , sha512, X-Webhook-Hmac
            capitals                                        , sha512, X-Webhook-Hmac
            right                                           , sha256, X-Webhook-Hmac-Algorithm
            right                                           , none  , X-Webhook-Hmac-Algorithm
            right                                           , ''    , X-Webhook-Hmac-Algorithm
            """)
    void wrongSignatures_are401(String what, String algorithm, String header) {
        var body = sampleOfWaha();
        var right = Waha.hmac("my-secret-key", body);
        var hmac = switch (String.valueOf(what)) {
            case "right" -> right;
            case "truncated" -> right.substring(0, right.length() - 1);
            case "longer" -> right + "0";
            case "capitals" -> right.toUpperCase(java.util.Locale.ROOT);
            case "of-another-key" -> Waha.hmac("my-secret-kez", body);
            case "of-another-body" -> Waha.hmac("my-secret-key", bytes("{}"));
            default -> what;
        };
        var answer = knock("waha-signed", body, hmac, algorithm, TIMESTAMP);
        assertThat(expectProblem(answer, 401)).contains(header).doesNotContain("secret-key", right);
        assertThat(events()).isEmpty();
        assertThat(notifications()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(nullValues = "none", value = {"1784500000481", "none", "''", "now"})
    void changedTimestamp_is401(String timestamp) {
        var body = sampleOfWaha();
        assertThat(
                expectProblem(knock("waha-signed", body, Waha.hmac("my-secret-key", body), "sha512", timestamp), 401))
                .contains("X-Webhook-Timestamp");
        assertThat(events()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"my-secret-key", "your-secret-key"})
    void currentAndPreviousSecret_areTaken(String key) {
        var body = sampleOfWaha();
        expectTaken(knock("waha-signed", body, Waha.hmac(key, body), "sha512", TIMESTAMP));
        expectTaken(knock("waha-signed", body, Waha.hmac(key, body), "SHA512", TIMESTAMP));
    }

    @Test
    void replayedBody_changesNothing() {
        var body = sampleOfWaha();
        for (int i = 0; i < 3; i++) {
            expectTaken(knock("waha-signed", body, Waha.hmac("my-secret-key", body), "sha512", TIMESTAMP));
        }
        assertThat(events()).hasSize(1);
        assertThat(notifications()).hasSize(1);
    }

    @Test
    void trailingSlash_isNoRedirect() {
        var body = sampleOfWaha();
        var answer = signed(body, Waha.hmac("my-secret-key", body), "sha512", TIMESTAMP).redirects().follow(false)
                .post("/webhooks/waha/waha-signed/");
        expectTaken(answer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "not JSON", "{\"timestamp\":", "[1]", "{\"timestamp\":null}", "{\"timestamp\":{}}"})
    void whatIsSignedAndUnreadable_isKept(String text) {
        var body = bytes(text);
        expectTaken(knock("waha-signed", body, Waha.hmac("my-secret-key", body), "sha512", TIMESTAMP));
        expectParked(body);
    }

    @Test
    void secretInAFile_isReadAnew() throws Exception {
        var file = Path.of(filed.substring("file:".length()));
        var body = sampleOfWaha();
        expectTaken(knock("waha-filed", body, Waha.hmac("secret-of-a-file", body), "sha512", TIMESTAMP));
        Files.writeString(file, "renewed-secret,secret-of-a-file\n");
        expectTaken(knock("waha-filed", body, Waha.hmac("renewed-secret", body), "sha512", TIMESTAMP));
        expectTaken(knock("waha-filed", body, Waha.hmac("secret-of-a-file", body), "sha512", TIMESTAMP));
        Files.writeString(file, "renewed-secret");
        expectProblem(knock("waha-filed", body, Waha.hmac("secret-of-a-file", body), "sha512", TIMESTAMP), 401);
        Files.delete(file);
        expectProblem(knock("waha-filed", body, Waha.hmac("renewed-secret", body), "sha512", TIMESTAMP), 503);
        Files.writeString(file, "secret-of-a-file");
    }

    @Test
    void signedAccount_mayBeCalledThroughATunnel_andAnOpenOneMayNot() {
        var body = sampleOfWaha();
        expectTaken(signed(body, Waha.hmac("my-secret-key", body), "sha512", TIMESTAMP)
                .header("X-Forwarded-For", "203.0.113.7").header("Host", "redline.example.com")
                .post("/webhooks/waha/waha-signed"));
        assertThat(expectProblem(given().header("Host", "redline.example.com").body(body).post("/webhooks/waha/waha"),
                403)).contains("redline.accounts.waha.webhook-secret");
    }

    @Test
    void customHeader_isAnAlternative() {
        var body = sampleOfWaha();
        expectTaken(given().header("Authorization", "Bearer this-months-token").body(body)
                .post("/webhooks/waha/waha-carried"));
        assertThat(expectProblem(given().body(body).post("/webhooks/waha/waha-carried"), 401))
                .contains("redline.accounts.waha-carried.webhook-token");
        expectProblem(signed(body, Waha.hmac("my-secret-key", body), "sha512", TIMESTAMP)
                .post("/webhooks/waha/waha-carried"), 401);
    }

    private static byte[] sampleOfWaha() {
        return Waha.sample("message-webjs-text");
    }

    private static Response knock(String account, byte[] body, String hmac, String algorithm, String timestamp) {
        return signed(body, hmac, algorithm, timestamp).post("/webhooks/waha/" + account);
    }

    private static RequestSpecification signed(byte[] body, String hmac, String algorithm, String timestamp) {
        var request = given().contentType("application/json").body(body);
        if (hmac != null) {
            request.header("X-Webhook-Hmac", hmac);
        }
        if (algorithm != null) {
            request.header("X-Webhook-Hmac-Algorithm", algorithm);
        }
        if (timestamp != null) {
            request.header("X-Webhook-Timestamp", timestamp);
        }
        return request;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
