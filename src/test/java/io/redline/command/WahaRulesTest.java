package io.redline.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.redline.account.Account;
import io.redline.account.Gateway;
import io.redline.event.Direction;
import io.redline.ledger.Standing;

/** What is refused before WAHA is asked, and how its ids are made. */
class WahaRulesTest {

    private static final Account ACCOUNT = new Account("waha", Gateway.WAHA, "default");
    private static final Instant NOW = Instant.parse("2025-02-03T07:10:56Z");

    private static Request request(Kind kind, String chat, String message) {
        return new Request(ACCOUNT, kind, chat, message, "x", Map.of(), null, null);
    }

    private static Standing message(Duration age, Direction direction, @Nullable String sender) {
        return new Standing("c", "AAA", true, "whatsapp", direction, NOW.minus(age).toEpochMilli(), "text", null,
                sender,
                false, false, null, false, null, List.of());
    }

    @ParameterizedTest
    @CsvSource({"EDIT, 14m59s, ", "EDIT, 15m, edit-window", "DELETE, 71h59m59s, ", "DELETE, 72h, delete-window",
            "PIN, 72h, "})
    void aMessageCanBeChangedForAWhile(Kind kind, String age, @Nullable String rule) {
        var refusal = WahaRules.judge(request(kind, "c", "AAA"),
                message(Duration.parse("PT" + age.toUpperCase(Locale.ROOT)), Direction.OUTGOING, null), NOW);
        assertThat(refusal == null ? null : refusal.rule()).isEqualTo(rule);
    }

    @ParameterizedTest
    @CsvSource({"WEBJS, ''", "GOWS, 'delete-messages delete-chat archive unarchive pin unpin'",
            "NOWEB, 'delete-messages delete-chat'", "WPP, 'pin unpin'", "'', ''", "SOMETHING-NEW, ''"})
    void enginesDoNotKnowEverything(String engine, String unsupported) {
        assertThat(Arrays.stream(Kind.values()).filter(kind -> WahaRules.ofEngine(engine, kind) != null)
                .map(Kind::word)).containsExactlyElementsOf(unsupported.isEmpty()
                        ? List.of()
                        : List.of(unsupported.split(" ")));
    }

    @Test
    void theIdIsFullAsItWasGivenOrIsMadeSo() {
        var rules = new WahaRules(null);
        var given = rules.kept(request(Kind.DELETE, "1@g.us", "true_1@g.us_AAA_2@c.us"));
        assertThat(given.message()).isEqualTo("AAA");
        assertThat(rules.kept(given)).isEqualTo(given);
        assertThat(rules.messageId(command(given), null)).isEqualTo("true_1@g.us_AAA_2@c.us");
        assertThat(rules.messageId(command(request(Kind.DELETE, "1@g.us", "AAA")),
                message(Duration.ZERO, Direction.OUTGOING, "2@c.us"))).isEqualTo("true_1@g.us_AAA_2@c.us");
        assertThat(rules.messageId(command(request(Kind.EDIT, "1@c.us", "AAA")),
                message(Duration.ZERO, Direction.OUTGOING, "2@c.us"))).isEqualTo("true_1@c.us_AAA");
        assertThat(rules.messageId(command(request(Kind.PIN, "1@c.us", "AAA")),
                message(Duration.ZERO, Direction.INCOMING, "1@c.us"))).isEqualTo("false_1@c.us_AAA");
        assertThat(rules.messageId(command(request(Kind.EDIT, "1@c.us", "AAA")), null)).isEqualTo("true_1@c.us_AAA");
        var theirs = rules.kept(request(Kind.EDIT, "1@c.us", "false_1@c.us_AAA"));
        assertThat(WahaRules.judge(theirs, null, NOW)).isNotNull()
                .satisfies(refusal -> assertThat(refusal.rule()).isEqualTo("own-messages-only"));
    }

    private static Command command(Request request) {
        return new Command(1, request, State.SENDING, null, null, null, 1, 0, null, 0, null);
    }
}
