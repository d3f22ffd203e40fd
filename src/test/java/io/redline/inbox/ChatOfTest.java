package io.redline.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.redline.account.Gateway;

class ChatOfTest {

    private static String chat(Gateway gateway, String notification) {
        return ChatOf.notification(gateway, notification.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "GREEN_API | {\"a\":{\"chatId\":\"x\"},\"senderData\":{\"chatName\":\"n\",\"chatId\":\"1@c.us\"}} | 1@c.us",
            "GREEN_API | {\"typeWebhook\":\"outgoingMessageStatus\",\"chatId\":\"1@c.us\"} | 1@c.us",
            "GREEN_API | {\"typeWebhook\":\"quotaExceeded\"} | ",
            "WAHA | {\"payload\":{\"from\":\"1@c.us\",\"to\":\"me\",\"fromMe\":false}} | 1@c.us",
            "WAHA | {\"payload\":{\"fromMe\":true,\"from\":\"me\",\"to\":\"1@c.us\"}} | 1@c.us",
            "WAHA | {\"payload\":{\"after\":{\"from\":\"1@c.us\"}}} | ",
            "AITU | {\"dialog\":{\"type\":\"USER\",\"id\":\"1\"}} | 1",
            "AITU | {\"groupId\":\"1\"} | ",
            "GREEN_API | [1 | ",
            "GREEN_API | {\"senderData\":{\"chatId\":[1]}} | "})
    void theChatIsWhereOneLooksFirst(Gateway gateway, String notification, String chat) {
        assertThat(chat(gateway, notification)).isEqualTo(chat);
    }

    @Test
    void noDepthOrLengthIsAnObstacle() {
        assertThat(chat(Gateway.GREEN_API, "{\"a\":".repeat(20_000))).isNull();
        assertThat(chat(Gateway.GREEN_API, "{\"chatId\":\"" + "7".repeat(10_000) + "\"}")).hasSize(200);
    }
}
