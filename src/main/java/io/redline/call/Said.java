package io.redline.call;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** What gateways say, put into answers: the same for all of them. */
final class Said {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
    private static final int LONGEST_WORDS = 300;

    private Said() {
    }

    /** It answered 2xx. */
    static Answer taken(Method method, int status, byte[] body) {
        if (isBlank(body)) {
            return new Answer.Ok(null, new byte[0]);
        }
        try {
            return new Answer.Ok(JSON.readValue(body, Object.class), body);
        } catch (IOException e) {
            return new Answer.Unreadable(status, body, "The gateway answered " + method.name()
                    + " with what is no JSON. It is asked again.");
        }
    }

    /** Byte for byte: a day of a journal would be there twice as a text. */
    private static boolean isBlank(byte[] body) {
        for (var one : body) {
            if (one > ' ' || one < 0) {
                return false;
            }
        }
        return true;
    }

    /** What it says as JSON; {@code null} if it is none. */
    static @Nullable Object json(byte[] body) {
        try {
            return JSON.readValue(body, Object.class);
        } catch (IOException e) {
            return null;
        }
    }

    static Answer.Failed unavailable(Method method, int status, @Nullable String words) {
        return failed(Failure.UNAVAILABLE, status,
                "The gateway answered " + method.name() + " with " + status + ". It is asked again.", words);
    }

    static Answer.Failed invalid(Method method, int status, @Nullable String words) {
        return failed(Failure.INVALID, status, "The gateway does not take " + method.name() + " (" + status + ").",
                words);
    }

    static Answer.Failed failed(Failure failure, int status, String sentence, @Nullable String words) {
        return new Answer.Failed(failure, status, sentence, words);
    }

    /** The token is taken out before it is cut, or half of it could remain. */
    static @Nullable String words(String text, String token) {
        var redacted = (token.isEmpty() ? text : text.replace(token, "***")).strip();
        return redacted.isEmpty() ? null : redacted.substring(0, Math.min(redacted.length(), LONGEST_WORDS));
    }
}
