package io.redline.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;

import jakarta.inject.Inject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkus.runtime.PreventFurtherStepsException;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.BlackBox;
import io.redline.OnSqlite;

/** With a token the API is open to whoever has it, from wherever, and to nobody else. */
@QuarkusTest
@TestProfile(ApiTokenTest.WithToken.class)
class ApiTokenTest extends BlackBox {

    public static final class WithToken extends OnSqlite {

        @Override
        public Map<String, String> getConfigOverrides() {
            var settings = new HashMap<>(super.getConfigOverrides());
            settings.put("redline.api.token", "api-token-now,api-token-before");
            return settings;
        }
    }

    @Inject
    Guard guard;

    @TestHTTPResource(value = "/", management = true)
    URI management;

    @ParameterizedTest
    @ValueSource(strings = {"Bearer api-token-now", "bearer api-token-now", "Bearer api-token-before"})
    void bearer_isWelcomeFromAnywhere(String authorization) {
        assertThat(given().header("Authorization", authorization).header("X-Forwarded-For", "203.0.113.7")
                .header("Host", "redline.example.com").get("/api/accounts").statusCode()).isEqualTo(200);
        assertThat(given().header("Authorization", authorization).get("/api/openapi").statusCode()).isEqualTo(200);
        assertThat(
                given().header("Authorization", authorization).get(management.resolve("/observe/metrics")).statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "api-token-now", "Basic api-token-now", "Bearer", "Bearer x",
            "Bearer this-months-token",
            "Bearer api-token-now,api-token-before"})
    void whoeverElse_is401(String authorization) {
        var answer = given().header("Authorization", authorization).get("/api/accounts");
        assertThat(expectProblem(answer, 401)).contains("redline.api.token").doesNotContain("api-token");
        assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer");
        expectProblem(given().header("Authorization", authorization).get("/api/nothing"), 401);
        expectProblem(given().header("Authorization", authorization).get("/api/openapi"), 401);
        expectProblem(given().header("Authorization", authorization).get(management.resolve("/observe/metrics")), 401);
    }

    @Test
    void metrics_doNotSayWhatStrangersAskedFor() {
        for (int i = 0; i < 10; i++) {
            expectProblem(given().get("/api/accounts/sales/chats/7901234567" + i + "@c.us/messages"), 401);
            expectProblem(given().get(management.resolve("/observe/7901234567" + i)), 401);
            assertThat(given().get(management.resolve("/observe/health/group/7901234567" + i)).statusCode())
                    .isEqualTo(200);
            assertThat(given().redirects().follow(false).urlEncodingEnabled(false).get("///console/7901234567" + i)
                    .statusCode()).isIn(303, 401, 404);
        }

        var metrics = given().header("Authorization", "Bearer api-token-now")
                .get(management.resolve("/observe/metrics")).asString();
        assertThat(metrics).contains("status=\"401\"").doesNotContain("7901234567").contains("uri=\"REFUSED\"");
    }

    @Test
    void probes_needNoToken() {
        assertThat(given().get(management.resolve("/observe/health")).statusCode()).isEqualTo(200);
    }

    @Test
    void webhooks_areNotOpenedByIt() {
        assertThat(expectProblem(given().header("Authorization", "Bearer api-token-now").body("{}")
                .post("/webhooks/green-api/locked"), 401)).contains("redline.accounts.locked.webhook-token");
        assertThat(expectProblem(given().header("X-Forwarded-For", "203.0.113.7").body("{}")
                .post("/webhooks/green-api/sales"), 403)).contains("redline.accounts.sales.webhook-token");
    }

    @Test
    void otherAddress_needsCredentialsOfEachAccountToo() {
        assertThatThrownBy(() -> guard.checkExposure(null, "0.0.0.0", "0.0.0.0"))
                .isInstanceOf(PreventFurtherStepsException.class)
                .hasMessageContaining("quarkus.http.host is 0.0.0.0")
                .hasMessageMatching(".*redline\\.accounts\\.[a-z]+\\.webhook-token.*");
        assertThatCode(() -> guard.checkExposure(null, "127.0.0.1", "0.0.0.0")).doesNotThrowAnyException();
    }
}
