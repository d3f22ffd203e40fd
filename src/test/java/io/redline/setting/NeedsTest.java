package io.redline.setting;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.redline.account.Account;
import io.redline.account.Gateway;
import io.redline.account.Way;
import io.redline.event.EventJson;
import io.redline.setting.Needs.Missing;

class NeedsTest {

    private static final String HERE = "https://redline.example.org";

    private static Needs needs(Way intake, boolean journal, String publicUrl, String... tokens) {
        return new Needs(new Account("sales", Gateway.GREEN_API, "1101000001", URI.create("https://api.green-api.com"),
                intake, journal, false), publicUrl, List.of(tokens));
    }

    private static Map<String, Object> sample(String name) throws Exception {
        try (var file = NeedsTest.class.getResourceAsStream("/green-api/not-webhooks/" + name + ".json")) {
            return EventJson.readObject(new String(file.readAllBytes()));
        }
    }

    private static Map<String, Object> allOn(String url, String token) {
        Map<String, Object> settings = new HashMap<>(Map.of("webhookUrl", url, "webhookUrlToken", token));
        List.of("incomingWebhook", "outgoingMessageWebhook", "outgoingAPIMessageWebhook", "outgoingWebhook",
                "editedMessageWebhook", "deletedMessageWebhook", "stateWebhook")
                .forEach(name -> settings.put(name, "yes"));
        return settings;
    }

    private static Missing compare(Needs needs, Map<?, ?> settings) {
        return needs.compare(settings, Set.of());
    }

    @Test
    void aNewInstanceHasEverythingOff() throws Exception {
        assertThat(compare(needs(Way.QUEUE, true, null), sample("whatsapp-settings-live")).values()).containsExactly(
                Map.entry("incomingWebhook", "yes"), Map.entry("outgoingMessageWebhook", "yes"),
                Map.entry("outgoingWebhook", "yes"), Map.entry("stateWebhook", "yes"));
        assertThat(compare(needs(Way.QUEUE, true, null), sample("max-settings-live")).missing())
                .contains("editedMessageWebhook", "deletedMessageWebhook").hasSize(6);
    }

    @Test
    void whatTheGatewayDoesNotShowIsSentOnce() throws Exception {
        var found = needs(Way.QUEUE, true, null).compare(sample("max-settings-live"),
                Set.of("editedMessageWebhook", "deletedMessageWebhook", "stateWebhook"));
        assertThat(found.missing()).doesNotContain("editedMessageWebhook", "deletedMessageWebhook")
                .contains("stateWebhook");
    }

    @Test
    void aQueueHasNoWebhookUrl() {
        assertThat(compare(needs(Way.QUEUE, true, HERE), allOn("", "")).missing()).isEmpty();
        assertThat(compare(needs(Way.QUEUE, true, HERE), allOn("https://other.example.org", "")).values())
                .isEqualTo(Map.of("webhookUrl", ""));
    }

    @Test
    void aWebhookHasOurUrlAndToken() {
        var needs = needs(Way.WEBHOOK, true, HERE, "this-months", "last-months");
        var url = HERE + "/webhooks/green-api/sales";
        assertThat(compare(needs, allOn(url, "this-months")).missing()).isEmpty();
        assertThat(compare(needs, allOn(url + "/", "Bearer last-months")).missing()).isEmpty();
        assertThat(compare(needs, allOn("https://other.example.org/webhooks/green-api/sales", "wrong")).values())
                .isEqualTo(Map.of("webhookUrl", url, "webhookUrlToken", "this-months"));
    }

    @Test
    void withoutAPublicUrlOnlyThePathIsCompared() {
        var needs = needs(Way.WEBHOOK, true, null);
        assertThat(compare(needs, allOn("https://a.tunnel.example/webhooks/green-api/sales", "x")).missing()).isEmpty();
        var found = compare(needs, allOn("https://a.tunnel.example/webhooks/green-api/support", "x"));
        assertThat(found.missing()).containsExactly("webhookUrl");
        assertThat(found.values()).isEmpty();
    }

    @Test
    void whoOnlyReadsJournalsNeedsWhatFillsThem() {
        assertThat(compare(needs(Way.NONE, true, HERE), Map.of()).missing()).containsExactly("incomingWebhook",
                "outgoingMessageWebhook", "outgoingAPIMessageWebhook");
        assertThat(needs(Way.NONE, false, HERE).isEmpty()).isTrue();
        assertThat(compare(needs(Way.NONE, false, HERE), Map.of()).missing()).isEmpty();
    }
}
