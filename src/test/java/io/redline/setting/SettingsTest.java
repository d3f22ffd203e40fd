package io.redline.setting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;

import jakarta.inject.Inject;

import org.apache.camel.CamelContext;
import org.apache.camel.support.DefaultExchange;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.BlackBox;
import io.redline.GreenApi;
import io.redline.database.Rows;
import io.redline.gateway.greenapi.GreenApiInstance;
import io.restassured.RestAssured;

/** What gateways are set to is compared with what accounts need, by the shipped route. */
@QuarkusTest
@TestProfile(GreenApi.OnSqliteToo.class)
class SettingsTest extends BlackBox {

    @Inject
    CamelContext camel;

    private GreenApiInstance instance;

    @BeforeEach
    void forgetWhatWasSent() throws SQLException {
        database.write(connection -> Rows.update(connection, "delete from sent_settings"));
    }

    /** What the timer does for an account when it is due. */
    private void check(String account) throws Exception {
        var exchange = new DefaultExchange(camel);
        exchange.setVariable("account", account);
        camel.getRoute("settings-account").getProcessor().process(exchange);
        assertThat(exchange.getException()).isNull();
    }

    private static Map<String, Object> settings(String account) {
        return api().get("/api/accounts").jsonPath().getMap("find { it.name == '" + account + "' }.settings");
    }

    @Test
    void whatIsMissingIsSetOnceAndNotAgainAndAgain() throws Exception {
        instance = GreenApi.instance("hooked").asNew();
        check("hooked");
        assertThat(instance.reboots()).isOne();
        assertThat(instance.settings()).containsEntry("editedMessageWebhook", "yes")
                .containsEntry("outgoingWebhook", "yes").containsEntry("stateWebhook", "yes")
                .containsEntry("webhookUrl", GreenApi.PUBLIC_URL + "/webhooks/green-api/hooked")
                .containsEntry("webhookUrlToken", GreenApi.WEBHOOK_TOKEN);
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            check("hooked");
            assertThat(settings("hooked").get("note")).isNull();
        });
        assertThat(instance.reboots()).as("nothing is missing").isOne();

        // It does not keep what it was set to.
        instance.with("editedMessageWebhook", "no");
        check("hooked");
        check("hooked");
        assertThat(instance.reboots()).as("the same is not set twice").isOne();
        assertThat((String) settings("hooked").get("note")).contains("editedMessageWebhook", "did not help");
    }

    @Test
    void whatMayNotBeSetIsSaid() throws Exception {
        instance = GreenApi.instance("watched").with("deletedMessageWebhook", "no");
        check("watched");
        assertThat(instance.reboots()).isZero();
        assertThat(settings("watched").get("missing")).asString().contains("deletedMessageWebhook", "webhookUrl");
        assertThat((String) settings("watched").get("note")).contains("manage-settings=true",
                GreenApi.PUBLIC_URL + "/webhooks/green-api/watched");
        var port = ConfigProvider.getConfig().getValue("quarkus.management.port", int.class);
        assertThat(RestAssured.given().port(port).get("/observe/health/ready").asString())
                .contains("missing.watched").contains("deletedMessageWebhook");
        assertThat(api().get("/console/accounts").asString().replaceFirst(
                "(?s).*aria-labelledby=\"account-watched\"(.*?)</section>.*", "$1")).contains(
                        "<code>deletedMessageWebhook</code>", "<code>webhookUrl</code>", "manage-settings=true");
    }

    @Test
    void aGatewayThatDoesNotAnswerIsAskedLater() throws Exception {
        instance = GreenApi.instance("watched");
        instance.misbehave("getSettings", 502, "<html>502</html>");
        check("watched");
        instance.misbehave("getSettings", 200, "<html>");
        check("watched");
        assertThat(instance.reboots()).isZero();
    }
}
