package io.redline.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
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

/** What is refused before it is sent, each rule at its boundary. */
class GreenApiRulesTest {

    private static final Account ACCOUNT = new Account("sales", Gateway.GREEN_API, "1101000001");
    private static final Instant NOW = Instant.parse("2025-02-03T07:10:56Z");

    private static Request request(Kind kind, @Nullable String text, Map<String, Object> options) {
        return new Request(ACCOUNT, kind, "7@c.us", kind == Kind.SEND ? null : "M", text, options, "anna", null);
    }

    private static Standing message(@Nullable String messenger, @Nullable Duration age, @Nullable String type,
            @Nullable Boolean byApi) {
        return new Standing("7@c.us", "M", true, messenger, Direction.OUTGOING,
                age == null ? null : NOW.minus(age).toEpochMilli(), type, byApi, null, false, false, null, false, null,
                List.of());
    }

    private static @Nullable String rule(Request request, @Nullable Standing message, Duration delay) {
        var refusal = GreenApiRules.judge(request, message, NOW, delay);
        return refusal == null ? null : refusal.rule();
    }

    @ParameterizedTest
    @CsvSource({"whatsapp, 14m59s, 0s, ", "whatsapp, 15m, 0s, edit-window", "whatsapp, 10m, 4m59s, ",
            "whatsapp, 10m, 5m, edit-window", "max, 14m59s, 0s, ", "max, 15m, 0s, edit-window",
            "max, 0s, 15m, edit-window", "telegram, 15m, 0s, ", "telegram, 47h59m59s, 0s, ",
            "telegram, 48h, 0s, edit-window", "telegram, 47h59m, 1m, edit-window"})
    void aMessageCanBeEditedForAWhile(String messenger, String age, String delay, @Nullable String rule) {
        assertThat(rule(request(Kind.EDIT, "x", Map.of()), message(messenger, time(age), "text", true), time(delay)))
                .isEqualTo(rule);
    }

    @ParameterizedTest
    @CsvSource({"whatsapp, 71h59m59s, ", "whatsapp, 72h, delete-window", "max, 72h, delete-window",
            "telegram, 71h59m59s, ", "telegram, 72h, delete-window"})
    void aMessageCanBeDeletedForEveryoneForThreeDays(String messenger, String age, @Nullable String rule) {
        var message = message(messenger, time(age), "image", false);
        assertThat(rule(request(Kind.DELETE, null, Map.of()), message, Duration.ZERO)).isEqualTo(rule);
        assertThat(rule(request(Kind.DELETE, null, Map.of("onlySenderDelete", true)), message, Duration.ZERO)).isNull();
    }

    @ParameterizedTest
    @CsvSource({"whatsapp, 20000", "max, 4000", "telegram, 4096"})
    void aTextIsAsLongAsTheMessengerTakes(String messenger, int longest) {
        var message = message(messenger, Duration.ZERO, "text", true);
        // A character of two units is one.
        assertThat(rule(request(Kind.EDIT, "\uD83D\uDE00".repeat(longest), Map.of()), message, Duration.ZERO)).isNull();
        assertThat(rule(request(Kind.EDIT, "x".repeat(longest + 1), Map.of()), message, Duration.ZERO))
                .isEqualTo("text-length");
    }

    @Test
    void onlyTextsSentByApiCanBeEdited() {
        var edit = request(Kind.EDIT, "x", Map.of());
        assertThat(rule(edit, message("whatsapp", Duration.ZERO, "image", true), Duration.ZERO)).isEqualTo("text-only");
        assertThat(rule(edit, message("whatsapp", Duration.ZERO, "text", false), Duration.ZERO))
                .isEqualTo("sent-by-api-only");
        assertThat(rule(edit, message("max", Duration.ZERO, "text", false), Duration.ZERO)).isNull();
    }

    @Test
    void whatIsNotKnownIsLeftToTheGateway() {
        var edit = request(Kind.EDIT, "x", Map.of());
        assertThat(rule(edit, null, Duration.ofHours(1))).isNull();
        assertThat(rule(edit, message(null, null, null, null), Duration.ofHours(1))).isNull();
        assertThat(rule(request(Kind.SEND, "x".repeat(20_000), Map.of()), null, Duration.ZERO)).isNull();
        assertThat(rule(request(Kind.SEND, "x".repeat(20_001), Map.of()), null, Duration.ZERO))
                .isEqualTo("text-length");
    }

    @ParameterizedTest
    @CsvSource({"OUTGOING, false, ", "INCOMING, false, own-messages-only", "OUTGOING, true, deleted", ", false, "})
    void onlyOwnMessagesThatAreThere(@Nullable Direction direction, boolean deleted, @Nullable String rule) {
        var message = new Standing("7@c.us", "M", true, "whatsapp", direction, NOW.toEpochMilli(), "text", true, null,
                false, deleted, null, false, null, List.of());
        for (var request : List.of(request(Kind.EDIT, "x", Map.of()), request(Kind.DELETE, null, Map.of()))) {
            var refusal = Preflight.general(request, message);
            assertThat(refusal == null ? null : refusal.rule()).isEqualTo(rule);
        }
    }

    @ParameterizedTest
    @CsvSource(value = {"null", "''", "' '", "'\t\n'", "'a\u0000b'"}, nullValues = "null")
    void aTextIsNeeded(@Nullable String text) {
        var blank = text == null || text.isBlank() || text.indexOf('\0') >= 0;
        for (var kind : List.of(Kind.SEND, Kind.EDIT)) {
            var refusal = Preflight.general(request(kind, text, Map.of()), null);
            assertThat(refusal == null ? null : refusal.rule()).isEqualTo(blank ? "text-required" : null);
        }
        assertThat(Preflight.general(request(Kind.SEND, "half \uD83D", Map.of()), null)).isNotNull();
        assertThat(Preflight.general(request(Kind.SEND, "x", Map.of()), null)).isNull();
    }

    private static Duration time(String text) {
        return Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
    }
}
