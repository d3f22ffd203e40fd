package io.redline.journal;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.BlackBox;
import io.redline.event.EventJson;

/** Journals on the timer, on PostgreSQL. */
@QuarkusTest
@TestProfile(JournalGateway.OnPostgresqlInTime.class)
class JournalsInTimeTest extends BlackBox {

    private static final String CHAT = "71234567890@c.us";

    private static boolean isKnown(String account, String id) {
        return api().get(pathOf(account, CHAT, id)).statusCode() == 200;
    }

    @Test
    void anAccountThatHangsDelaysNoOther() {
        var hanging = JournalGateway.instance("hanging");
        var timely = JournalGateway.instance("timely");
        JournalGateway.gateway().hang(JournalGateway.instanceOf("hanging"));
        var late = hanging.receive(CHAT, "late");
        var first = timely.receive(CHAT, "soon");

        await().atMost(Duration.ofSeconds(40)).until(() -> isKnown("timely", first));
        await().atMost(Duration.ofSeconds(40)).untilAsserted(() -> assertThat(given().get("/api/accounts").jsonPath()
                .getString("find { it.name == 'hanging' }.reconciled.problem")).contains("did not answer"));
        var second = timely.receive(CHAT, "soon, too");
        await().atMost(Duration.ofSeconds(40)).until(() -> isKnown("timely", second));

        // Nobody told of the second: that is drift, and people see it.
        await().atMost(Duration.ofSeconds(40))
                .untilAsserted(() -> assertThat(given().get("/console/accounts").asString()
                        .replaceFirst("(?s).*aria-labelledby=\"account-timely\"(.*?)</section>.*", "$1"))
                        .containsPattern("<rect [^>]*class=\"differs\"><title>[^<]*: [1-9]\\d* of \\d+ differed<"));

        JournalGateway.gateway().answer(JournalGateway.instanceOf("hanging"));
        await().atMost(Duration.ofSeconds(60)).until(() -> isKnown("hanging", late));
        assertThat(timely.tooFast()).isEmpty();
        assertThat(hanging.tooFast()).isEmpty();
    }

    @Test
    void aMessageWhosePostingNobodyListsIsAskedFor() {
        var instance = JournalGateway.instance("unheard");
        var id = instance.receive(CHAT, "said long ago");
        var announced = instance.announced();
        // Older than any window.
        instance.overwriteTime(CHAT, id, 1_600_000_000L);
        instance.edit(CHAT, id, "said now");
        assertThat(announced).hasSize(1);
        take("unheard", EventJson.write(instance.announced().get(0)));

        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            var message = message("unheard", CHAT, id);
            assertThat(message).containsEntry("original", "known").containsEntry("text", "said now");
        });
        assertThat(instance.calls("getMessage")).isPositive();
    }
}
