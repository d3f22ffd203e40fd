package io.redline.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

import jakarta.inject.Inject;

import org.apache.camel.CamelContext;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.BlackBox;
import io.redline.GreenApi;
import io.redline.account.Account;
import io.redline.account.Accounts;
import io.redline.gateway.greenapi.GreenApiInstance;

/** Gateways are asked by the shipped route, at their rates, and the token is nowhere. */
@QuarkusTest
@TestProfile(GreenApi.OnSqliteToo.class)
class GatewayCallsTest extends BlackBox {

    @Inject
    GatewayCalls calls;
    @Inject
    Accounts accounts;
    @Inject
    Stops stops;
    @Inject
    CamelContext camel;

    private Account account;
    private GreenApiInstance instance;

    @BeforeEach
    void newInstance() {
        account = accounts.find("asked").orElseThrow();
        instance = GreenApi.instance("asked");
    }

    private Answer ask(String method) {
        return calls.ask(Call.of(account, method));
    }

    @Test
    void aCallIsAnsweredParsed() {
        assertThat(ask("getStateInstance")).isInstanceOfSatisfying(Answer.Ok.class,
                ok -> assertThat(ok.object()).isEqualTo(Map.of("stateInstance", "authorized")));
        instance.receive("71234567890@c.us", "text");
        assertThat(calls.ask(Call.of(account, "lastIncomingMessages").query("minutes", 20)))
                .isInstanceOfSatisfying(Answer.Ok.class, ok -> assertThat(ok.list()).hasSize(1));
        assertThat(calls.ask(Call.of(account, "setSettings").body(Map.of("stateWebhook", "no"))))
                .isInstanceOf(Answer.Ok.class);
        assertThat(instance.settings()).containsEntry("stateWebhook", "no");
    }

    @Test
    void manyCallersNeverExceedTheRate() {
        var answers = IntStream.range(0, 4).mapToObj(i -> CompletableFuture.supplyAsync(() -> ask("getSettings")))
                .toList().stream().map(CompletableFuture::join).toList();
        assertThat(answers).allMatch(Answer.Ok.class::isInstance);
        assertThat(instance.calls("getSettings")).isEqualTo(4);
        assertThat(instance.tooFast()).isEmpty();

        var at = calls.ask(Call.of(account, "getSettings").patience(Duration.ZERO));
        assertThat(at.word()).isEqualTo("not-now");
        assertThat(instance.calls("getSettings")).isEqualTo(4);
    }

    @Test
    void aGatewayThatIsTooBusyIsLeftAlone() {
        instance.misbehave("getWaSettings", 429, "<html>Too Many Requests</html>");
        assertThat(ask("getWaSettings").word()).isEqualTo("too-fast");
        assertThat(calls.ask(Call.of(account, "getWaSettings").patience(Duration.ofMillis(10))).word())
                .isEqualTo("not-now");
        assertThat(instance.calls("getWaSettings")).isOne();
    }

    @Test
    void theQuotaStopsTheMethodAndAlarms() {
        instance.misbehave("getChatHistory", 466, "{\"status\":\"QUOTE_EXCEEDED\"}");
        assertThat(ask("getChatHistory").word()).isEqualTo("quota");
        assertThat(ask("getChatHistory").word()).isEqualTo("quota");
        assertThat(instance.calls("getChatHistory")).as("asked once").isOne();
        assertThat(stops.of(account)).get().satisfies(stop -> assertThat(stop.sentence()).contains("plan"));
        assertThat(ask("getStateInstance")).as("others are asked").isInstanceOf(Answer.Ok.class);
        stops.lift(account, "getChatHistory");
    }

    @Test
    void aWrongTokenStopsTheAccountAndAlarms() {
        instance.changeToken("another");
        assertThat(ask("getContacts").word()).isEqualTo("denied");
        assertThat(ask("getStateInstance").word()).isEqualTo("denied");
        assertThat(instance.calls("getContacts") + instance.calls("getStateInstance")).isOne();
        assertThat(stops.of(account)).get()
                .satisfies(stop -> assertThat(stop.sentence()).contains("redline.accounts.asked"));
        stops.lift(account, "getContacts");
    }

    @Test
    void aGatewayThatHangsIsAskedAgainLater() {
        GreenApi.gateway().hang(account.instance());
        try {
            assertThat(ask("getAccountSettings").word()).isEqualTo("unavailable");
        } finally {
            GreenApi.gateway().answer(account.instance());
        }
    }

    @Test
    void anAnswerThatIsFarTooLongIsNone() {
        instance.misbehave("getSettings", 200, "[" + " ".repeat(2_000_000) + "]");
        assertThat(ask("getSettings")).isInstanceOfSatisfying(Answer.Failed.class, failed -> {
            assertThat(failed.failure()).isEqualTo(Failure.UNAVAILABLE);
            assertThat(failed.sentence()).contains("redline.max-answer");
        });
        instance.behave("getSettings");
        assertThat(ask("getSettings")).as("asked again").isInstanceOf(Answer.Ok.class);
    }

    @Test
    void camelNeverSeesTheToken() throws Exception {
        var seen = new ConcurrentLinkedQueue<String>();
        var watcher = new EventNotifierSupport() {
            @Override
            public void notify(CamelEvent event) {
                if (event instanceof CamelEvent.ExchangeEvent of) {
                    var exchange = of.getExchange();
                    seen.add(event + " " + exchange.getMessage().getHeaders() + exchange.getProperties());
                }
            }
        };
        camel.getManagementStrategy().addEventNotifier(watcher);
        watcher.start();
        try {
            assertThat(ask("getStateInstance")).isInstanceOf(Answer.Ok.class);
            instance.misbehave("getStateInstance", 404, "Cannot GET /waInstance/" + GreenApi.TOKEN);
            assertThat(ask("getStateInstance").toString()).doesNotContain(GreenApi.TOKEN);
        } finally {
            camel.getManagementStrategy().removeEventNotifier(watcher);
        }
        assertThat(seen).isNotEmpty().anyMatch(one -> one.contains("__token__"))
                .noneMatch(one -> one.contains(GreenApi.TOKEN));
        assertThat(camel.getEndpoints()).extracting(endpoint -> endpoint.getEndpointUri())
                .noneMatch(uri -> uri.contains(GreenApi.TOKEN));
    }

    @Test
    void whatCannotBeAskedIsSaid() {
        var sales = accounts.find("sales").orElseThrow();
        assertThat(calls.ask(Call.of(sales, "getSettings"))).isInstanceOfSatisfying(Answer.Failed.class, failed -> {
            assertThat(failed.failure()).isEqualTo(Failure.NO_TOKEN);
            assertThat(failed.sentence()).contains("redline.accounts.sales.token");
        });
        assertThat(List.of(Failure.values()).stream().map(Failure::word)).doesNotHaveDuplicates();
    }
}
