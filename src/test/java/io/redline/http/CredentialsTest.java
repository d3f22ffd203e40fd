package io.redline.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.BlackBox;
import io.redline.OnSqlite;
import io.restassured.response.Response;

@QuarkusTest
@TestProfile(OnSqlite.class)
class CredentialsTest extends BlackBox {

    @ConfigProperty(name = "redline.accounts.filed.webhook-token")
    String filed;

    @ParameterizedTest
    @ValueSource(strings = {"this-months-token", "Bearer this-months-token", "Basic this-months-token",
            "bearer this-months-token", "last-months-token", "Bearer last-months-token"})
    void rightCredentials_areTaken(String authorization) {
        expectTaken(knock("locked", authorization));
        assertThat(events()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "Bearer", "Bearer ", "this-months-toke", "this-months-token2",
            "Token this-months-token",
            "THIS-MONTHS-TOKEN", "this-months-token, last-months-token", "this-months-token,last-months-token",
            "Bearer Bearer this-months-token", "token-of-a-file", "***"})
    void wrongCredentials_are401(String authorization) {
        var answer = knock("locked", authorization);
        assertThat(expectProblem(answer, 401)).contains("redline.accounts.locked.webhook-token")
                .doesNotContain("months-token");
        assertThat(answer.header("WWW-Authenticate")).isNotBlank();
        assertThat(events()).isEmpty();
    }

    @Test
    void noCredentials_are401() {
        expectProblem(post("locked", sample("incoming-edited")), 401);
        expectProblem(post("filed", sample("incoming-edited")), 401);
        assertThat(events()).isEmpty();
    }

    @Test
    void credentialsOfOneAccount_openNoOther() {
        expectProblem(knock("filed", "this-months-token"), 401);
        expectProblem(knock("locked", "token-of-a-file"), 401);
    }

    @Test
    void accountWithCredentials_mayBeCalledThroughATunnel() {
        expectTaken(given().contentType("application/json").header("Authorization", "this-months-token")
                .header("X-Forwarded-For", "203.0.113.7").header("Host", "redline.example.com")
                .body(sample("connection-online").clone()).post("/webhooks/green-api/locked"));
    }

    @Test
    void secretInAFile_isReadAnew() throws Exception {
        var file = Path.of(filed.substring("file:".length()));
        expectTaken(knock("filed", "token-of-a-file"));
        Files.writeString(file, "renewed-token,token-of-a-file\n");
        expectTaken(knock("filed", "renewed-token"));
        expectTaken(knock("filed", "token-of-a-file"));
        Files.writeString(file, "renewed-token");
        expectProblem(knock("filed", "token-of-a-file"), 401);
        Files.writeString(file, "token-of-a-file");
        expectTaken(knock("filed", "token-of-a-file"));
    }

    private static Response knock(String account, String authorization) {
        return given().contentType("application/json").header("Authorization", authorization)
                .body(sample("connection-online")).post("/webhooks/green-api/" + account);
    }
}
