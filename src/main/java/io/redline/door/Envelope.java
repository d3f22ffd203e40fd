package io.redline.door;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;

/**
 * What receiveNotification answers: a notification, and the receipt by which it is deleted.
 *
 * @param receipt null if there is none, so that it cannot be deleted
 * @param notification the very bytes that a webhook would have brought; all of the answer, if there are none in it
 */
record Envelope(@Nullable String receipt, byte[] notification) {

    private static final JsonFactory JSON = new JsonFactory();
    private static final Pattern RECEIPT = Pattern.compile("\\s*\\{\\s*\"receiptId\"\\s*:\\s*(\\d{1,19})\\b");
    private static final int BEGINNING = 200;

    static Envelope of(byte[] answer) {
        String receipt = null;
        byte[] notification = answer;
        try (var parser = JSON.createParser(answer)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return new Envelope(null, answer);
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                var name = parser.currentName();
                var value = parser.nextToken();
                var from = (int) parser.currentTokenLocation().getByteOffset();
                if (name.equals("receiptId") && value == JsonToken.VALUE_NUMBER_INT) {
                    receipt = parser.getText();
                } else if (name.equals("body") && value == JsonToken.START_OBJECT) {
                    parser.skipChildren();
                    notification = Arrays.copyOfRange(answer, from, (int) parser.currentLocation().getByteOffset());
                } else {
                    parser.skipChildren();
                }
            }
            return new Envelope(receipt, notification);
        } catch (IOException e) {
            // What cannot be parsed blocks the queue like anything else, unless its receipt is found.
            var beginning = new String(answer, 0, Math.min(answer.length, BEGINNING), StandardCharsets.UTF_8);
            var matcher = RECEIPT.matcher(beginning);
            return new Envelope(matcher.lookingAt() ? matcher.group(1) : null, answer);
        }
    }
}
