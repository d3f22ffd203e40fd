package io.redline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.redline.event.EventJson;
import io.redline.gateway.greenapi.GreenApiDouble;
import io.redline.gateway.greenapi.GreenApiInstance;

/**
 * The packaged service with a gateway that goes through all it can go through, and the command that connects an account to
 * it. Nothing of either shows the gateway's token.
 */
class ConnectIT {

    private static final String TOKEN = "d75b3a66374942c5b3c019c698abc2067e151558acbd412345";
    private static final String CHAT = "71234567890@c.us";

    private final Path folder = OnSqlite.newFolder();
    private final PackagedService redline = new PackagedService(folder);
    private final GreenApiDouble gateway = new GreenApiDouble().pollingAtMost(Duration.ofMillis(300));

    @AfterEach
    void stop() {
        redline.close();
        gateway.close();
    }

    private void configure(String... more) throws IOException {
        redline.configure(Stream.concat(Stream.of("redline.database.url=jdbc:sqlite:" + folder.resolve("redline.db"),
                "redline.accounts.sales.url=" + gateway.url(), "redline.accounts.sales.token=" + TOKEN,
                "redline.gateway.response-timeout=1s"), Stream.of(more)).toArray(String[]::new));
    }

    private String connect(int expected, String... arguments) throws Exception {
        var out = folder.resolve("connect.log");
        Files.deleteIfExists(out);
        var command = redline.run(out,
                Stream.concat(Stream.of("connect"), Stream.of(arguments)).toArray(String[]::new));
        assertThat(command.waitFor(90, TimeUnit.SECONDS)).isTrue();
        var text = Files.readString(out);
        assertThat(command.exitValue()).as(text).isEqualTo(expected);
        assertThat(text).doesNotContain(TOKEN).doesNotContain("Exception");
        return text;
    }

    @Test
    void whatIsMissingIsSaidBeforeAnythingRuns() throws Exception {
        var instance = gateway.instance("1101000001", TOKEN, "whatsapp").asNew();
        configure("redline.accounts.sales.webhook-token=what-webhooks-carry");
        assertThat(connect(1, "sales", "--minutes", "0")).contains("The gateway knows the token.",
                "The instance is authorised", "https://your.host/webhooks/green-api/sales",
                "Authorization: Bearer what-webhooks-carry", "MISSING editedMessageWebhook", "--set", "restarts");
        assertThat(instance.reboots()).isZero();

        configure("redline.accounts.sales.intake=queue");
        assertThat(connect(0, "sales", "--minutes", "0", "--set")).contains("no tunnel is needed", "It is set.");
        assertThat(instance.reboots()).isOne();
        assertThat(instance.settings()).containsEntry("editedMessageWebhook", "yes");

        instance.changeToken("another");
        assertThat(connect(1, "sales")).contains("MISSING The gateway refuses",
                "redline.accounts.sales.instance, .token");
        assertThat(connect(1, "nobody")).contains("There is no account 'nobody'", "sales, support");
        assertThat(folder.resolve("redline.db")).as("the service's store is left alone").doesNotExist();
    }

    @Test
    void aMessageAndItsEditAreShownOnTheirWay_andNothingShowsTheToken() throws Exception {
        var instance = gateway.instance("1101000001", TOKEN, "whatsapp");
        var settings = new ArrayList<>(List.of("redline.accounts.sales.intake=queue",
                "redline.accounts.sales.journal=false", "quarkus.log.level=DEBUG"));
        // Whatever can go wrong does, for an account each.
        var troubles = List.of("404 {\"message\":\"Cannot GET /waInstance1101000001/receiveNotification/" + TOKEN
                + "\"}", "500 <html>" + TOKEN + "</html>", "200 no JSON " + TOKEN, "200 {\"receiptId\":1,\"body\":{}}",
                "429 " + TOKEN, "400 " + TOKEN);
        List<GreenApiInstance> troubled = new ArrayList<>();
        for (var trouble : troubles) {
            var id = String.valueOf(1101000011 + troubled.size());
            var one = gateway.instance(id, TOKEN, "whatsapp");
            one.misbehave("receiveNotification", Integer.parseInt(trouble.substring(0, 3)), trouble.substring(4));
            var account = "redline.accounts.troubled-" + troubled.size();
            settings.addAll(List.of(account + ".gateway=green-api", account + ".instance=" + id,
                    account + ".url=" + gateway.url(), account + ".token=" + TOKEN, account + ".intake=queue",
                    account + ".journal=false"));
            troubled.add(one);
        }
        // Its notification is taken, and stays where it was.
        troubled.get(0).receive(CHAT, "text");
        troubled.get(0).misbehave("deleteNotification", 404, "Cannot DELETE /" + TOKEN);
        configure(settings.toArray(String[]::new));
        redline.startAndAwait();
        for (var one : troubled) {
            await().atMost(Duration.ofSeconds(60)).until(() -> one.calls("receiveNotification") > 1);
            one.behave("receiveNotification");
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> troubled.get(0).calls("deleteNotification") > 0);

        var out = folder.resolve("connect.log");
        var command = redline.run(out, "connect", "sales");
        await().atMost(Duration.ofSeconds(60)).until(() -> Files.readString(out).contains("write to this account"));
        var id = instance.receive(CHAT, "text");
        instance.edit(CHAT, id, "new text");
        assertThat(command.waitFor(60, TimeUnit.SECONDS)).isTrue();
        var text = Files.readString(out);
        assertThat(command.exitValue()).as(text).isZero();
        assertThat(text).contains("posted: came by queue, went to the channel messages, which is told to log.",
                "edited: came by queue, went to the channel edits", "Account sales is connected.");

        // Asked in ways that fail: a wrong token as well.
        instance.changeToken("another");
        await().atMost(Duration.ofSeconds(60)).until(() -> redline.get("/api/accounts").body().contains("stopped"));
        var metrics = redline.management("/observe/metrics").body();
        assertThat(metrics).contains("redline_gateway_calls");
        var health = redline.health("/ready").body();
        assertThat(health).contains("stopped.sales");
        var shown = String.join("\n", text, metrics, health, redline.get("/api/accounts").body(),
                redline.get("/api/deliveries?state=parked").body(), redline.get("/api/events").body());
        redline.stop();
        assertThat(instance.tooFast()).isEmpty();
        expectNowhere(shown, redline.log());
    }

    @Test
    void aWebhooksAddressIsCheckedAndItsWayShown() throws Exception {
        var address = redline.url() + "/webhooks/green-api/sales";
        var instance = gateway.instance("1101000001", TOKEN, "whatsapp").with("webhookUrl", address)
                .with("webhookUrlToken", "what-webhooks-carry");
        configure("redline.accounts.sales.intake=webhook", "redline.accounts.sales.journal=false",
                "redline.accounts.sales.webhook-token=what-webhooks-carry", "redline.public-url=" + redline.url());
        assertThat(connect(0, "sales", "--minutes", "0")).contains("webhookUrl       " + address,
                "Authorization: Bearer what-webhooks-carry", "only known while the service runs",
                "announces all that is needed");

        redline.startAndAwait();
        var out = folder.resolve("connect.log");
        Files.deleteIfExists(out);
        var command = redline.run(out, "connect", "sales");
        await().atMost(Duration.ofSeconds(60)).until(() -> Files.readString(out).contains("write to this account"));
        instance.edit(CHAT, instance.receive(CHAT, "text"), "new text");
        for (var notification : instance.announced()) {
            assertThat(redline.post("sales", EventJson.write(notification), "Bearer what-webhooks-carry").statusCode())
                    .isEqualTo(200);
        }
        assertThat(command.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(out)).contains("That address leads to this service.", "posted: came by webhook",
                "edited: came by webhook", "Account sales is connected.").doesNotContain(TOKEN);

        // A proxy that leads elsewhere.
        var elsewhere = "http://localhost:" + FreePort.find();
        configure("redline.accounts.sales.intake=webhook", "redline.accounts.sales.webhook-token=what-webhooks-carry",
                "redline.public-url=" + elsewhere);
        assertThat(connect(1, "sales", "--minutes", "0")).contains("MISSING From here that address does not lead",
                "MISSING webhookUrl is not as it has to be: " + elsewhere + "/webhooks/green-api/sales");
    }

    private void expectNowhere(String... texts) throws Exception {
        assertThat(texts).noneMatch(text -> text.contains(TOKEN));
        try (var files = Files.walk(folder)) {
            var all = files.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().equals("application.properties")).toList();
            assertThat(all).hasSizeGreaterThan(2);
            for (var file : all) {
                var kept = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                assertThat(kept.contains(TOKEN)).as(file.toString()).isFalse();
            }
        }
    }
}
