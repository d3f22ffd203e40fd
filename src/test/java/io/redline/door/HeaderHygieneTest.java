package io.redline.door;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.BlackBox;
import io.redline.OnSqlite;

/** Nothing from outside but the path and the body has a say in what happens. */
@QuarkusTest
@TestProfile(OnSqlite.class)
class HeaderHygieneTest extends BlackBox {

    private static final String ID = "3PEAD8EDB7A9D438FF5E";
    private static final String CHAT = "71234567890@c.us";

    @Test
    void camelHeadersFromOutside_haveNoEffect() {
        var answer = given().contentType("application/json").header("CamelHttpUri", "http://localhost:1/")
                .header("CamelHttpPath", "/webhooks/green-api/support").header("CamelHttpRawUri", "/elsewhere")
                .header("CamelHttpResponseCode", "500").header("CamelHttpCharacterEncoding", "utf-16")
                .header("CamelFileName", "../stolen").header("CamelBeanMethodName", "deleted")
                .header("CamelJacksonUnmarshalType", "java.lang.String").header("CamelCharsetName", "utf-16")
                .header("CamelToDynamic", "direct:deletes").header("RedlineAccount", "support")
                .header("account", "support").header("typeWebhook", "quotaExceeded").header("RedlineIntake", "x")
                .header("Content-Encoding", "identity")
                .body(sample("incoming-edited")).post("/webhooks/green-api/sales");
        expectTaken(answer);
        assertThat(answer.headers().asList()).noneSatisfy(header -> assertThat(header.getName()).containsAnyOf("Camel",
                "Redline", "typeWebhook", "account"));
        expectEditOfSales();
        assertThat(Path.of("../stolen")).doesNotExist();
    }

    @Test
    void queryParameters_haveNoEffect() {
        var answer = given().contentType("application/json").queryParam("account", "support")
                .queryParam("RedlineAccount", "support").queryParam("CamelHttpPath", "/webhooks/green-api/support")
                .queryParam("CamelHttpUri", "http://localhost:1/").queryParam("CamelFileName", "stolen")
                .queryParam("block", "true").queryParam("httpMethod", "GET")
                .queryParam("CamelBeanMethodName", "deleted")
                .body(sample("incoming-edited")).post("/webhooks/green-api/sales");
        expectTaken(answer);
        expectEditOfSales();
    }

    @Test
    void slashAtTheEndAndEncodedNames_areTheSameAccount() {
        expectTaken(given().contentType("application/json").body(sample("incoming-edited"))
                .post("/webhooks/green-api/sales/"));
        expectTaken(api().contentType("application/json").body(sample("incoming-edited"))
                .post("/webhooks/green-api/s%61les"));
        expectTaken(api().contentType("application/json").body(sample("incoming-edited"))
                .post("/webhooks/green-api/locked/../sales"));
        expectEditOfSales();
    }

    @Test
    void pathThatPretends_isJudgedByWhatItIs() {
        assertThat(api().contentType("application/json").body(sample("incoming-edited"))
                .post("/webhooks/green-api/sales/../locked").statusCode()).isEqualTo(401);
        assertThat(api().contentType("application/json").body(sample("incoming-edited"))
                .post("/webhooks/green-api/%6Cocked").statusCode()).isEqualTo(401);
        assertThat(api().contentType("application/json").body(sample("incoming-edited"))
                .post("//webhooks/green-api/locked").statusCode()).isIn(401, 404);
        assertThat(events()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/webhooks/green-api/..%2flocked", "/webhooks/green-api/sales%2f..%2flocked",
            "/webhooks/green-api/%2e%2e/%2e%2e/api/accounts", "/webhooks/green-api/%252e%252e%252flocked",
            "/webhooks/green-api/sales%00", "/webhooks/green-api/sales%25", "/webhooks/green-api/sales%2500",
            "/webhooks/green-api/sales%0d%0aX-Evil:%201", "/webhooks/green-api/..%5clocked",
            "/webhooks/green-api/sales;account=locked", "/webhooks/..%2f..%2fapi%2faccounts"})
    void pathTricks_findNobody(String path) {
        var answer = api().contentType("application/json").body(sample("incoming-edited")).post(path);
        assertThat(answer.statusCode()).as(answer.asString()).isIn(400, 401, 404, 405);
        assertThat(answer.header("X-Evil")).isNull();
        assertThat(answer.asString()).doesNotContain("Exception", "\tat ", "io.redline", "io.vertx");
        assertThat(events()).isEmpty();
    }

    private void expectEditOfSales() {
        assertThat(events()).singleElement().satisfies(event -> assertThat(event).containsEntry("account", "sales")
                .containsEntry("kind", "edited"));
        assertThat(message("sales", CHAT, ID)).containsEntry("text", "Edited message");
        assertThat(notifications()).singleElement().isEqualTo(sample("incoming-edited"));
        assertThat(owedBy("edits")).hasSize(1);
    }
}
