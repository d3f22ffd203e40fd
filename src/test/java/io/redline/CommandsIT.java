package io.redline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.ObjectMapper;

import io.redline.gateway.greenapi.GreenApiDouble;

/** {@code kill -9} while commands are on their way: nothing is sent twice, and nothing is said that is not known. */
class CommandsIT {

    private static final String TOKEN = "d75b3a66374942c5b3c019c698abc2067e151558acbd412345";
    private static final String SALES = "1101000001";
    private static final String SUPPORT = "7103000000";
    private static final String CHAT = "71234567890@c.us";
    private static final String OTHER_CHAT = "79998887766@c.us";
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final PackagedService redline = new PackagedService(OnSqlite.newFolder());
    private final GreenApiDouble gateway = new GreenApiDouble().pollingAtMost(Duration.ofMillis(300));

    @AfterEach
    void stop() {
        redline.close();
        gateway.close();
    }

    @Test
    void nothingIsSentTwice_whateverTheServiceWasAtWhenItWasKilled() throws Exception {
        var sales = gateway.instance(SALES, TOKEN, "whatsapp");
        var support = gateway.instance(SUPPORT, TOKEN, "whatsapp");
        redline.configure("redline.database.url=jdbc:sqlite:redline.db", "redline.command.confirm-within=10s",
                "redline.accounts.sales.url=" + gateway.url(), "redline.accounts.sales.token=" + TOKEN,
                "redline.accounts.sales.intake=queue", "redline.accounts.sales.journal=false",
                "redline.accounts.support.url=" + gateway.url(), "redline.accounts.support.token=" + TOKEN,
                "redline.accounts.support.intake=queue", "redline.accounts.support.journal=false");
        redline.startAndAwait();
        var message = support.sendByApi(CHAT, "First");
        await().atMost(SOON).until(() -> redline.get(messages("support", CHAT) + "/" + message).statusCode() == 200);

        // Of sales the gateway does nothing, of support everything; of neither an answer is heard.
        gateway.hang(SALES, "sendMessage", false);
        gateway.hang(SUPPORT, "sendMessage", true);
        gateway.hang(SUPPORT, "editMessage", true);
        var lost = redline.command("POST", messages("sales", CHAT), text("lost"));
        await().atMost(SOON).until(() -> gateway.hung(SALES, "sendMessage") == 1);
        var behind = redline.command("POST", messages("sales", CHAT), text("behind it"));
        var sent = redline.command("POST", messages("support", OTHER_CHAT), text("once"));
        var edit = redline.command("PUT", messages("support", CHAT) + "/" + message, text("Second"));
        await().atMost(SOON).until(() -> support.calls("sendMessage") == 1 && support.calls("editMessage") == 1);
        // Marked before the gateway was asked; and in a chat one waits for the other.
        assertThat(command(lost)).containsEntry("state", "sending").containsEntry("attempts", 1);
        assertThat(command(behind)).containsEntry("state", "pending").containsEntry("attempts", 0);
        redline.kill();
        gateway.answer(SALES);
        gateway.answer(SUPPORT);
        redline.startAndAwait();

        // What was done is found, what cannot be known is said to be so, and what only waited is sent.
        awaitState(sent, "confirmed");
        awaitState(edit, "confirmed");
        assertThat((String) awaitState(lost, "unconfirmed").get("description")).contains("not known");
        awaitState(behind, "confirmed");
        for (var id : new String[]{lost, behind, sent, edit}) {
            assertThat(command(id)).containsEntry("attempts", 1).containsEntry("operator", "anna");
        }
        assertThat(gateway.hung(SALES, "sendMessage")).isOne();
        assertThat(sales.posted("sendMessage")).singleElement().asString().contains("behind it");
        assertThat(support.calls("sendMessage")).isOne();
        assertThat(support.calls("editMessage")).isOne();
        await().atMost(SOON).untilAsserted(() -> assertThat(redline.events("command")).singleElement()
                .satisfies(event -> assertThat(event).containsEntry("state", "unconfirmed")
                        .containsEntry("by", "anna")));
    }

    private static String messages(String account, String chat) {
        return "/api/accounts/" + account + "/chats/" + chat.replace("@", "%40") + "/messages";
    }

    private static String text(String text) {
        return "{\"text\":\"" + text + "\"}";
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> command(String id) throws Exception {
        return JSON.readValue(redline.get("/api/commands/" + id).body(), Map.class);
    }

    private Map<String, Object> awaitState(String id, String state) throws Exception {
        await().atMost(SOON).untilAsserted(() -> assertThat(command(id)).containsEntry("state", state));
        return command(id);
    }
}
