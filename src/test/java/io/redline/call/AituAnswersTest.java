package io.redline.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.redline.account.Account;
import io.redline.account.Gateway;

/** What each answer of Aitu means, as JSON of a Spring server or as text. */
class AituAnswersTest {

    private static final Protocol AITU = new Aitu();
    private static final String TOKEN = "0b2dcc5e-0f8c-4f4c-8a6e-3d5d3e5f0c11";
    private static final Account ACCOUNT = new Account("bot", Gateway.GREEN_API, "b");

    private static Answer meaning(String method, int status, String body) {
        return AITU.meaning(ACCOUNT, AITU.method(ACCOUNT, method), TOKEN, status,
                body.getBytes(StandardCharsets.UTF_8));
    }

    private static String spring(int status, String message) {
        return "{\"timestamp\":\"2021-03-04T05:06:07.000+0000\",\"status\":" + status + ",\"error\":\"Bad Request\","
                + "\"message\":\"" + message + "\",\"path\":\"/bot/v1/updates\"}";
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "DeleteMessage | 401 | FORBIDDEN | DENIED",
            "DeleteMessage | 401 | Token is invalid | DENIED",
            "DeleteMessage | 401 | Token is not specified | DENIED",
            "DeleteMessage | 400 | Failed to read HTTP message | INVALID",
            "DeleteMessage | 400 | messageId is not a valid Time UUID | INVALID",
            "EditMessage | 400 | content length should be <= 4096 | INVALID",
            "SendMessage | 400 | Invalid JSON | INVALID",
            "DeleteMessage | 400 | Message not found | REFUSED",
            "SendMessage | 400 | Bot was blocked by user | REFUSED",
            "DeleteMessage | 403 | '' | REFUSED",
            "DeleteMessage | 404 | '' | REFUSED",
            "DeleteMessage | 422 | '' | REFUSED",
            "DeleteMessage | 302 | '' | REFUSED",
            "setWebhook | 400 | INVALID_HOST | INVALID",
            "setWebhook | 404 | Bot not found | REFUSED",
            "setWebhook | 500 | System error | UNAVAILABLE",
            "deleteWebhook | 504 | Gateway timeout | UNAVAILABLE",
            "retrieveUpdate | 400 | Webhook is specified | WEBHOOK_SET",
            "retrieveUpdate | 400 | WEBHOOK IS SPECIFIED | WEBHOOK_SET",
            "retrieveUpdate | 400 | Internal bot | REFUSED",
            "retrieveUpdate | 404 | '' | INVALID",
            "retrieveUpdate | 409 | Duplicate request not allowed in long polling | ASKED_ELSEWHERE",
            "SendMessage | 429 | '' | TOO_FAST",
            "SendMessage | 408 | '' | UNAVAILABLE",
            "SendMessage | 503 | '' | UNAVAILABLE"})
    void saysWhyNot(String method, int status, String reason, Failure failure) {
        for (var body : List.of(reason, spring(status, reason))) {
            assertThat(meaning(method, status, body)).asInstanceOf(InstanceOfAssertFactories.type(Answer.Failed.class))
                    .satisfies(failed -> {
                        assertThat(failed.failure()).isEqualTo(failure);
                        assertThat(failed.status()).isEqualTo(status);
                        assertThat(failed.sentence()).contains(" ").endsWith(".").doesNotContain(TOKEN);
                        assertThat(failed.words())
                                .isEqualTo(reason.isEmpty() && body.isEmpty() ? null : failed.words());
                        if (!reason.isEmpty()) {
                            assertThat(failed.words()).isEqualTo(reason);
                        }
                    });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "", "  ", "ok", "{\"a\":1}", "[]"})
    void whatIsAcceptedIsAcceptedWhateverItSays(String body) {
        assertThat(meaning("DeleteMessage", 200, body)).isInstanceOf(Answer.Ok.class);
    }

    @Test
    void updatesAreJsonOrUnreadable() {
        assertThat(meaning("retrieveUpdate", 200, "{\"updates\":[]}")).isInstanceOfSatisfying(Answer.Ok.class,
                ok -> assertThat(ok.object()).isEqualTo(Map.of("updates", List.of())));
        assertThat(meaning("retrieveUpdate", 200, "<html>")).isInstanceOf(Answer.Unreadable.class);
        assertThat(meaning("retrieveUpdate", 408, "")).isInstanceOf(Answer.Ok.class);
    }

    @Test
    void theTokenIsInNothingThatGoesOn() {
        var answer = meaning("SendMessage", 401, spring(401, "Token is invalid: " + TOKEN));

        assertThat(answer.toString()).doesNotContain(TOKEN).contains("***");
    }

    @Test
    void bannedAndUnknownAreToldApart() {
        assertThat(((Answer.Failed) meaning("SendMessage", 401, "FORBIDDEN")).sentence()).contains("banned");
        assertThat(((Answer.Failed) meaning("SendMessage", 401, "Token is invalid")).sentence())
                .contains("redline.accounts.bot.token");
    }

    @ParameterizedTest
    @CsvSource({"retrieveUpdate, GET, /updates", "SendMessage, POST, /updates", "EditMessage, POST, /updates",
            "DeleteMessage, POST, /updates", "getMe, GET, /getMe", "getWebhookInfo, GET, /webhook",
            "setWebhook, POST, /webhook", "deleteWebhook, DELETE, /webhook"})
    void eachMethodHasItsPlace(String name, String verb, String path) {
        var method = AITU.method(ACCOUNT, name);

        assertThat(method.verb()).isEqualTo(verb);
        assertThat(AITU.path(ACCOUNT, method, null)).isEqualTo(path);
        assertThat(method.isLongPoll()).isEqualTo(name.equals("retrieveUpdate"));
    }
}
