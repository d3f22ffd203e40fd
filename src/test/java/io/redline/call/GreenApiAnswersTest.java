package io.redline.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.redline.account.Account;
import io.redline.account.ConfiguredAccounts;
import io.redline.account.Gateway;

/** What each answer of the gateway means. */
class GreenApiAnswersTest {

    private static final Protocol GREEN_API = new GreenApi();
    private static final String TOKEN = "d75b3a66374942c5b3c019c698abc2067e151558acbd412345";
    private static final Account ACCOUNT = new Account("sales", Gateway.GREEN_API, "1100000000");

    private static Answer meaning(String method, int status, String body) {
        return GREEN_API.meaning(ACCOUNT, GREEN_API.method(ACCOUNT, method), TOKEN, status,
                body.getBytes(StandardCharsets.UTF_8));
    }

    private static String sample(String name) {
        try (var file = GreenApiAnswersTest.class.getResourceAsStream("/green-api/not-webhooks/" + name + ".json")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "400 | instance in starting process try later | STARTING",
            "400 | instance account not authorized | NOT_AUTHORIZED",
            "400 | Message cannot be received because custom webhook url is set | WEBHOOK_SET",
            "400 | bad request data | INVALID",
            "400 | {\"message\":\"'chatId' is required\"} | INVALID",
            "401 | '' | DENIED",
            "403 | <html>403 Forbidden</html> | DENIED",
            "404 | <html>404 Not Found</html> | INVALID",
            "429 | <html>Too Many Requests</html> | TOO_FAST",
            "469 | '' | UNAVAILABLE",
            "499 | '' | UNAVAILABLE",
            "500 | {\"statusCode\":500} | UNAVAILABLE",
            "502 | <html>502 Bad Gateway</html> | UNAVAILABLE",
            "302 | '' | INVALID",
            "200 | {\"status\":false,\"reason\":\"no such chat\"} | REFUSED",
            "200 | {\"result\":false,\"reason\":\"\"} | REFUSED",
            "200 | {\"saveSettings\":false} | REFUSED"})
    void saysWhyNot(int status, String body, Failure failure) {
        assertThat(meaning("getSettings", status, body)).asInstanceOf(InstanceOfAssertFactories.type(
                Answer.Failed.class)).satisfies(failed -> {
                    assertThat(failed.failure()).isEqualTo(failure);
                    assertThat(failed.status()).isEqualTo(status);
                    assertThat(failed.sentence()).contains(" ").endsWith(".");
                });
    }

    @Test
    void theQuotaIsRecognisedInBothForms() {
        for (var sample : List.of("error-466-quota-flat", "error-466-quota-nested")) {
            assertThat(meaning("getChatHistory", 466, sample(sample)).word()).isEqualTo("quota");
        }
    }

    @Test
    void whatEchoesTheTokenIsTakenWithoutIt() {
        var body = sample("error-404-wrong-verb").replace("REDACTED_TOKEN", TOKEN);
        assertThat(body).contains(TOKEN);
        var answer = (Answer.Failed) meaning("deleteNotification", 404, body);
        assertThat(answer.words()).contains("Cannot GET").contains("/deleteNotification/***/1");
        assertThat(answer.toString()).doesNotContain(TOKEN, TOKEN.substring(0, 20));
        // Cut in the middle of a token, half of it would remain.
        var padded = (Answer.Failed) meaning("getSettings", 404, " ".repeat(280) + "x".repeat(280) + TOKEN);
        assertThat(padded.toString()).doesNotContain(TOKEN.substring(0, 10));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"200 | null", "200 | ''", "200 | ' '", "408 | <html>408</html>"})
    void nothingInTheQueueIsAnAnswer(int status, String body) {
        assertThat(meaning("receiveNotification", status, body)).isInstanceOf(Answer.Ok.class)
                .extracting(answer -> ((Answer.Ok) answer).json()).isNull();
    }

    @Test
    void jsonIsGivenAsItIs() {
        assertThat(((Answer.Ok) meaning("getSettings", 200, "{\"wid\":\"1\",\"n\":115689763107266127}")).object())
                .isEqualTo(Map.of("wid", "1", "n", 115689763107266127L));
        assertThat(((Answer.Ok) meaning("lastIncomingMessages", 200, "[1,2]")).list()).hasSize(2);
        assertThat(meaning("getSettings", 200, "<html>")).isInstanceOf(Answer.Unreadable.class);
        assertThat(meaning("getSettings", 200, "{} {}")).isInstanceOf(Answer.Unreadable.class);
    }

    @Test
    void methodsAreAskedAsDocumented() {
        assertThat(List.of("getSettings", "receiveNotification", "lastOutgoingMessages"))
                .allSatisfy(name -> assertThat(GREEN_API.method(ACCOUNT, name).verb()).isEqualTo("GET"));
        assertThat(List.of("setSettings", "getChatHistory", "getMessage", "editMessage", "sendMessage"))
                .allSatisfy(name -> assertThat(GREEN_API.method(ACCOUNT, name).verb()).isEqualTo("POST"));
        assertThat(GREEN_API.method(ACCOUNT, "deleteNotification").verb()).isEqualTo("DELETE");
    }

    @ParameterizedTest
    @CsvSource({"getSettings,1", "setSettings,1", "getStateInstance,1", "reboot,1", "logout,1", "getContacts,1",
            "getChatHistory,1", "lastIncomingMessages,1", "lastOutgoingMessages,1", "editMessage,1", "qr,3",
            "downloadFile,5", "getMessage,10", "deleteMessage,10", "readChat,10", "checkWhatsapp,10",
            "archiveChat,10", "sendMessage,50", "sendFileByUrl,50", "receiveNotification,100",
            "deleteNotification,100", "whatIsNotDocumented,1"})
    void ratesAreThoseDocumented(String method, int perSecond) {
        var accounts = ConfiguredAccounts.of("1101000001", "7103000001", "3100000001", "4100000001");
        for (var account : accounts.all()) {
            var telegram = account.instance().startsWith("41");
            assertThat(GREEN_API.method(account, method).perSecond()).as(account.instance())
                    .isEqualTo(telegram && method.equals("getMessage") ? 1 : perSecond);
        }
    }
}
