package io.redline.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.redline.account.Account;
import io.redline.account.Gateway;

/** What WAHA's answers mean, by its samples, and where it is asked. */
class WahaAnswerTest {

    private static final String TOKEN = "secret-api-key";
    private static final Account ACCOUNT = new Account("shop", Gateway.WAHA, "my shop");

    private static Answer meaning(String method, int status, byte[] body) {
        var waha = new Waha();
        return waha.meaning(ACCOUNT, waha.method(ACCOUNT, method), TOKEN, status, body);
    }

    private static Answer meaning(String method, int status, String body) {
        return meaning(method, status, body.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource({
            "readMessages, rest-400-pin-duration, 400, INVALID", "getMessages, rest-401, 401, DENIED",
            "getMessage, rest-404-message, 404, REFUSED", "getMessages, rest-422-session-missing, 422, INVALID",
            "getMessages, rest-422-session-not-working, 422, NOT_AUTHORIZED",
            "archiveChat, rest-501-gows-archive, 501, REFUSED", "deleteMessage, rest-500-bad-message-id, 500, INVALID",
            "deleteMessage, rest-500-webjs-double-delete, 500, REFUSED",
            "getMessage, rest-500-webjs-double-delete, 500, UNAVAILABLE"})
    void failures_areToldApart(String method, String sample, int status, Failure failure) {
        assertThat(meaning(method, status, io.redline.Waha.sample("not-webhooks/" + sample)))
                .isInstanceOfSatisfying(Answer.Failed.class, failed -> {
                    assertThat(failed.failure()).isEqualTo(failure);
                    assertThat(failed.sentence()).endsWith(".").doesNotContain("15551230001", "null");
                    assertThat(String.valueOf(failed.words())).doesNotContain("15551230001", "stack", "path");
                });
    }

    @ParameterizedTest
    @CsvSource({"403, DENIED", "404, REFUSED", "408, INVALID", "429, TOO_FAST", "502, UNAVAILABLE", "503, UNAVAILABLE"})
    void statusAlone_isEnough(int status, Failure failure) {
        for (var body : new String[]{"", "<html>no</html>", "null", "[]", "{}"}) {
            assertThat(meaning("getMessages", status, body)).isInstanceOfSatisfying(Answer.Failed.class,
                    failed -> assertThat(failed.failure()).isEqualTo(failure));
        }
    }

    @Test
    void startingSession_isWaitedFor() {
        assertThat(meaning("getMessages", 422, "{\"error\":\"e\",\"session\":\"s\",\"status\":\"STARTING\"}"))
                .isInstanceOfSatisfying(Answer.Failed.class,
                        failed -> assertThat(failed.failure()).isEqualTo(Failure.STARTING));
    }

    /** They say nothing of whether it happened; even {@code false} is what a success looks like. */
    @Test
    void changes_areAcceptedWhateverTheBody() {
        for (var body : new String[]{"", "true", "false", "done", "{\"id\":\"x\"}", "{"}) {
            for (var method : new String[]{"editMessage", "deleteMessage", "archiveChat", "unarchiveChat"}) {
                assertThat(meaning(method, 200, body)).as(body).isInstanceOf(Answer.Ok.class);
                assertThat(meaning(method, 201, body)).as(body).isInstanceOf(Answer.Ok.class);
            }
        }
        assertThat(meaning("getMessages", 200, "<html>")).isInstanceOf(Answer.Unreadable.class);
    }

    @Test
    void apiKeyThatIsEchoed_isTakenOut() {
        assertThat(meaning("getMessages", 500, "{\"exception\":{\"message\":\"x-api-key " + TOKEN + "\"}}"))
                .isInstanceOfSatisfying(Answer.Failed.class,
                        failed -> assertThat(failed.words()).isEqualTo("x-api-key ***"));
    }

    @ParameterizedTest
    @CsvSource({"getSession, GET, '', /api/sessions/my%20shop",
            "getChatsOverview, GET, '', /api/my%20shop/chats/overview",
            "getMessages, GET, all, /api/my%20shop/chats/all/messages",
            "editMessage, PUT, 1@c.us true_1@c.us_A, /api/my%20shop/chats/1%40c.us/messages/true_1%40c.us_A",
            "archiveChat, POST, 1-2@g.us, /api/my%20shop/chats/1-2%40g.us/archive",
            "deleteMessage, DELETE, 1@c.us a/b$1, /api/my%20shop/chats/1%40c.us/messages/a%2Fb%241"})
    void ids_areEncodedOnce(String name, String verb, String ids, String path) {
        var waha = new Waha();
        var method = waha.method(ACCOUNT, name);
        assertThat(method.verb()).isEqualTo(verb);
        assertThat(waha.path(ACCOUNT, method, ids.isEmpty() ? null : Waha.argument(ids.split(" ")))).isEqualTo(path);
    }

    @Test
    void whatIsMissing_isSaid() {
        var waha = new Waha();
        assertThatThrownBy(() -> waha.method(ACCOUNT, "sendFax")).hasMessageContaining("RedlineMethod");
        assertThatThrownBy(() -> waha.path(ACCOUNT, waha.method(ACCOUNT, "editMessage"), "1%40c.us"))
                .hasMessageContaining("RedlineArgument");
    }
}
