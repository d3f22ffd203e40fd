package io.redline.journal;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.HashMap;
import java.util.Map;

import jakarta.inject.Inject;

import org.junit.jupiter.api.Test;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.BlackBox;
import io.redline.Spans;

/** With traces switched on, none shows the token that stands in a gateway's path, nor what people write. */
@QuarkusTest
@TestProfile(TracesTest.Traced.class)
class TracesTest extends BlackBox {

    private static final String CHAT = "71234567890@c.us";

    public static final class Traced extends JournalGateway.OnSqliteWhenAsked {
        @Override
        public Map<String, String> getConfigOverrides() {
            var settings = new HashMap<>(super.getConfigOverrides());
            settings.put("quarkus.otel.sdk.disabled", "false");
            settings.put("quarkus.otel.traces.exporter", "none");
            return settings;
        }
    }

    @Inject
    Spans spans;

    @Test
    void noSpanShowsTheTokenOrATextOrANumber() {
        var instance = JournalGateway.instance("traced");
        instance.receive(CHAT, "Confidential");
        instance.misbehave("lastOutgoingMessages", 404, "{\"message\":\"Cannot GET /waInstance/lastOutgoingMessages/"
                + JournalGateway.TOKEN + "\"}");
        expectProblem(given().post("/api/accounts/traced/reconcile"), 502);
        JournalGateway.gateway().hang(instance.idInstance());
        assertThat(given().post("/api/accounts/traced/reconcile").statusCode()).isEqualTo(502);
        JournalGateway.gateway().answer(instance.idInstance());
        instance.behave();
        assertThat(given().post("/api/accounts/traced/reconcile").statusCode()).isEqualTo(200);

        await().untilAsserted(() -> assertThat(spans.ended()).anyMatch(span -> span.contains("lastIncomingMessages"))
                .anyMatch(span -> span.contains("green-api")));
        assertThat(spans.ended()).noneMatch(span -> span.contains(JournalGateway.TOKEN))
                .noneMatch(span -> span.contains("Confidential")).noneMatch(span -> span.contains("71234567890"));
    }
}
