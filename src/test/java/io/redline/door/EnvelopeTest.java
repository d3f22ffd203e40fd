package io.redline.door;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

class EnvelopeTest {

    private static Envelope of(String answer) {
        return Envelope.of(answer.getBytes(StandardCharsets.UTF_8));
    }

    private static String notification(String answer) {
        return new String(of(answer).notification(), StandardCharsets.UTF_8);
    }

    @Test
    void theNotificationIsByteForByteWhatAWebhookBrings() {
        var bytes = "{ \"typeWebhook\" :\"x\", \"text\":\"\\u0041 👍\",\"n\":1.50}";
        assertThat(notification("{\"receiptId\": 12,\"body\": " + bytes + " }")).isEqualTo(bytes);
        assertThat(notification("{\"body\":" + bytes + ",\"receiptId\":12}")).isEqualTo(bytes);
        assertThat(of("{\"body\":{},\"new\":{\"receiptId\":7},\"receiptId\":12}").receipt()).isEqualTo("12");
    }

    @Test
    void whatIsNoNotificationIsKeptWhole() {
        var answer = "{\"receiptId\":12,\"body\":\"text\"}";
        assertThat(of(answer).receipt()).isEqualTo("12");
        assertThat(notification(answer)).isEqualTo(answer);
    }

    @Test
    void whatCannotBeParsedHasItsReceiptNevertheless() {
        var deep = "{\"receiptId\":12,\"body\":" + "[".repeat(2_000) + "]".repeat(2_000) + "}";
        assertThat(of(deep).receipt()).isEqualTo("12");
        assertThat(of("{\"receiptId\" : 12, \"body\":{\"a\":\\x}}").receipt()).isEqualTo("12");
        assertThat(of("<html>").receipt()).isNull();
        assertThat(of("[]").receipt()).isNull();
        assertThat(of("{\"receiptId\":\"x\"}").receipt()).isNull();
    }
}
