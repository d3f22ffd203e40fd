package io.redline.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.BlackBox;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;

/** Whoever has the token of the API signs in to the console with it, and no page of anybody else can do anything there. */
@QuarkusTest
@TestProfile(ApiTokenTest.WithToken.class)
class SigningInTest extends BlackBox {

    private static final String PAGE = "/console/endpoints";

    private static RequestSpecification browser() {
        return given().redirects().follow(false).header("Sec-Fetch-Site", "same-origin");
    }

    private static String form(Response page) {
        return page.htmlPath().getString("**.find { it.@name == 'form' }.@value");
    }

    private static Response signIn(String token, Map<String, String> more) {
        var form = form(browser().get("/console/login"));
        return browser().headers(more).formParam("form", form).formParam("token", token).formParam("to", PAGE)
                .post("/console/login");
    }

    private static String session() {
        return signIn("api-token-now", Map.of()).cookie("redline-session");
    }

    @Test
    void pages_leadToTheForm_andWhatItNeedsIsThere() {
        var answer = browser().get(PAGE + "?after=3");
        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(answer.header("Location")).endsWith("/console/login?to=%2Fconsole%2Fendpoints%3Fafter%3D3");
        var login = browser().get("/console/login");
        assertThat(login.statusCode()).isEqualTo(200);
        login.htmlPath().getList("**.findAll { it.name() == 'script' }.@src", String.class)
                .forEach(script -> assertThat(browser().get(script).statusCode()).as(script).isEqualTo(200));
        login.htmlPath().getList("**.findAll { it.name() == 'link' }.@href", String.class)
                .forEach(link -> assertThat(browser().get(link).statusCode()).as(link).isEqualTo(200));
        assertThat(browser().header("HX-Request", "true").get(PAGE).header("HX-Redirect")).isEqualTo("/console/login");
        assertThat(browser().get("/console/live?account=sales&after=0").statusCode()).isEqualTo(401);
    }

    @Test
    void token_opensThePages_andNotTheApi() {
        var answer = signIn("api-token-now", Map.of());
        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(answer.header("Location")).endsWith(PAGE);
        assertThat(answer.header("Set-Cookie")).contains("HttpOnly", "SameSite=Strict", "Path=/console")
                .doesNotContain("api-token", "Secure");
        var cookie = answer.cookie("redline-session");
        assertThat(browser().cookie("redline-session", cookie).get(PAGE).statusCode()).isEqualTo(200);
        assertThat(browser().cookie("redline-session", cookie).get("/api/accounts").statusCode()).isEqualTo(401);
    }

    @Test
    void tokenOfBefore_opensThePagesToo() {
        assertThat(signIn("api-token-before", Map.of()).statusCode()).isEqualTo(303);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "api-token", "api-token-now,api-token-before"})
    void anythingElse_opensNothing(String token) {
        var answer = signIn(token, Map.of());
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.cookies()).isEmpty();
        assertThat(answer.asString()).contains("redline.api.token").doesNotContain("api-token-now");
    }

    @ParameterizedTest
    @CsvSource({"X-Forwarded-Proto,https", "Forwarded,for=192.0.2.1;proto=https"})
    void byHttps_theCookieIsForHttpsOnly(String header, String value) {
        assertThat(signIn("api-token-now", Map.of(header, value)).header("Set-Cookie")).contains("Secure");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://example.com/", "//example.com", "/api/accounts"})
    void onlyPagesOfOurs_areGoneTo(String to) {
        var form = form(browser().get("/console/login"));
        assertThat(browser().formParam("form", form).formParam("token", "api-token-now").formParam("to", to)
                .post("/console/login").header("Location")).endsWith("/console/conversations");
    }

    @Test
    void cookie_thatSomebodyMade_isNone() {
        var session = session();
        var parts = session.split("\\.");
        for (var made : new String[]{"", "x", "a.b", "4102444800." + parts[1] + "." + parts[2],
                parts[0] + "." + parts[1]
                        + ".",
                session + "x", parts[0] + ".x." + parts[2]}) {
            assertThat(browser().cookie("redline-session", made).get(PAGE).statusCode()).as(made).isEqualTo(303);
        }
    }

    @Test
    void formOfAnotherSite_doesNothing() {
        var session = session();
        var mine = form(browser().cookie("redline-session", session).get(PAGE));
        var post = "/console/endpoints/log/pause";
        for (var headers : new Map[]{Map.of(), Map.of("Sec-Fetch-Site", "cross-site"),
                Map.of("Sec-Fetch-Site", "same-site"), Map.of("Origin", "https://example.com"), Map.of("Origin",
                        "null")}) {
            assertThat(given().headers(headers).cookie("redline-session", session).formParam("form", mine).post(post)
                    .statusCode()).as("%s", headers).isEqualTo(403);
        }
        assertThat(browser().cookie("redline-session", session).formParam("form", form(browser().get(
                "/console/login"))).post(post).statusCode()).as("the form of nobody's session").isEqualTo(403);
        assertThat(browser().cookie("redline-session", session).post(post).statusCode()).isEqualTo(403);
        assertThat(given().header("Authorization", "Bearer api-token-now").get("/api/endpoints").jsonPath().getString(
                "find { it.name == 'log' }.paused")).isNull();
    }

    @Test
    void signingOut_takesTheCookieBack() {
        var session = session();
        var form = form(browser().cookie("redline-session", session).get(PAGE));
        var answer = browser().cookie("redline-session", session).formParam("form", form).post("/console/logout");
        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(answer.header("Location")).endsWith("/console/login");
        assertThat(answer.header("Set-Cookie")).contains("redline-session=;", "Max-Age=0");
    }
}
