package io.redline.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;

import jakarta.inject.Inject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkus.runtime.PreventFurtherStepsException;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.BlackBox;
import io.redline.OnSqlite;
import io.restassured.specification.RequestSpecification;

/** Without credentials only this very machine may ask. */
@QuarkusTest
@TestProfile(OnSqlite.class)
class ClosedByDefaultTest extends BlackBox {

    private static final String FOREIGN = """
            Host              | redline.example.com
            Host              | 192.0.2.1
            Host              | localhost.example.com
            Host              | 127.0.0.1.example.com:8080
            Host              | [2001:db8::1]:8080
            Forwarded         | for=203.0.113.7
            X-Forwarded-For   | 203.0.113.7
            X-Forwarded-Host  | localhost
            x-forwarded-proto | https
            Origin            | https://example.com
            Origin            | http://localhost.example.com
            Origin            | null
            """;

    @Inject
    Guard guard;

    @TestHTTPResource(value = "/", management = true)
    URI management;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = FOREIGN)
    void api_refusesForeigners(String header, String value) {
        assertThat(expectProblem(from(header, value).get("/api/accounts"), 403)).contains("redline.api.token");
        assertThat(expectProblem(from(header, value).get("/api/openapi"), 403)).contains("redline.api.token");
        assertThat(expectProblem(from(header, value).get("/"), 403)).contains("redline.api.token");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = FOREIGN)
    void openWebhook_refusesForeigners(String header, String value) {
        assertThat(expectProblem(from(header, value).contentType("application/json").body(sample("incoming-edited"))
                .post("/webhooks/green-api/sales"), 403)).contains("redline.accounts.sales.webhook-token");
        assertThat(events()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = FOREIGN)
    void management_refusesForeigners(String header, String value) {
        assertThat(expectProblem(from(header, value).get(management.resolve("/observe/metrics")), 403))
                .contains("redline.api.token");
        assertThat(expectProblem(from(header, value).get(management.resolve("/observe/health")), 403))
                .contains("redline.api.token");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST:1234", "127.0.0.1", "127.0.0.1:8080", "[::1]", "[::1]:8080"})
    void thisMachine_isWelcome(String host) {
        assertThat(from("Host", host).get("/api/accounts").statusCode()).isEqualTo(200);
        expectTaken(from("Host", host).contentType("application/json").body(sample("incoming-edited"))
                .post("/webhooks/green-api/sales"));
    }

    @Test
    void pageOfThisMachine_isWelcome() {
        assertThat(from("Origin", "http://localhost:5173").get("/api/accounts").statusCode()).isEqualTo(200);
        assertThat(from("Origin", "http://[::1]:5173").get("/api/accounts").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost", "::1", "127.0.0.2"})
    void loopback_needsNoCredentials(String host) {
        assertThatCode(() -> guard.checkExposure(null, host, host)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1", "no.such.host.invalid"})
    void otherAddresses_areRefusedAtStart(String host) {
        assertThatThrownBy(() -> guard.checkExposure(null, host, "127.0.0.1"))
                .isInstanceOf(PreventFurtherStepsException.class)
                .hasMessageContaining("quarkus.http.host is " + host).hasMessageContaining("redline.api.token");
        assertThatThrownBy(() -> guard.checkExposure(null, "127.0.0.1", host))
                .isInstanceOf(PreventFurtherStepsException.class)
                .hasMessageContaining("quarkus.management.host is " + host).hasMessageContaining("redline.api.token");
    }

    private static RequestSpecification from(String header, String value) {
        return given().header(header, value);
    }
}
