package io.redline.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.redline.account.Account;
import io.redline.account.Gateway;
import io.redline.event.Direction;
import io.redline.ledger.Standing;

/** What of Aitu's rules needs more than an id; the rest is {@code AituLimitsTest}'s. */
class AituRulesTest {

    private static final Account ACCOUNT = new Account("bot", Gateway.AITU, "b1cccef5-58a2-4a03-b8a9-7966f5718c17");
    private static final String CHAT = "USER:ba017bae-e3e8-11e8-b418-7a609eaf8200";
    private static final String MESSAGE = "18600f06-0448-11ea-ab3f-d6e38872fb41";
    private static final Instant SENT = Instant.parse("2019-11-11T05:57:08.132Z");

    private static Request request(Kind kind, String chat, String message) {
        return new Request(ACCOUNT, kind, chat, message, kind == Kind.EDIT ? "x" : null, Map.of(), "anna", "key");
    }

    @ParameterizedTest
    @CsvSource({"EDIT, true, forwarded", "EDIT, false, ", "DELETE, true, "})
    void whatWasForwardedIsNotEdited(Kind kind, boolean forwarded, String rule) {
        var message = new Standing(CHAT, MESSAGE, true, null, Direction.OUTGOING, SENT.toEpochMilli(), "text", null,
                ACCOUNT.instance(), forwarded, false, null, false, null, List.of());
        var refusal = AituRules.judge(request(kind, CHAT, MESSAGE), message, SENT.plus(Duration.ofHours(1)));
        assertThat(refusal == null ? null : refusal.rule()).isEqualTo(rule);
    }

    @Test
    void idsInCapitalsAreThoseOfTheLedger() {
        var kept = new AituRules().kept(request(Kind.EDIT, "USER:BA017BAE-E3E8-11E8-B418-7A609EAF8200",
                "18600F06-0448-11EA-AB3F-D6E38872FB41"));
        assertThat(kept).isEqualTo(request(Kind.EDIT, CHAT, MESSAGE));
    }
}
