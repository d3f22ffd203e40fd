package io.redline.gateway;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What a kamelet asks a gateway for, by our names: {@code chatId}, {@code messageId}, {@code text}, {@code replyTo}, …
 *
 * @param operation what is done, for sentences
 * @param fields its members
 */
public record Command(String operation, Fields fields) {

    /**
     * A member that it cannot do without.
     *
     * @throws IllegalArgumentException if it is missing or says nothing
     */
    public String required(String name) {
        var word = fields.word(name);
        if (word == null) {
            throw new IllegalArgumentException("The operation " + operation + " needs " + name + " in the body.");
        }
        return word;
    }

    /** What is posted: pairs of the gateway's name and a value; without a value it is left out. */
    public static Map<String, Object> body(@Nullable Object... pairs) {
        Map<String, Object> body = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            if (pairs[i] instanceof String name && pairs[i + 1] != null) {
                body.put(name, pairs[i + 1]);
            }
        }
        return body;
    }

    /**
     * Judge what the gateway answered.
     *
     * @param gateway its name, for the sentence
     * @throws IllegalStateException if it did not take the command, in a sentence that holds nothing of it
     */
    public static void expectTaken(String gateway, String operation, int status) {
        if (status / 100 != 2) {
            throw new IllegalStateException(gateway + " answered " + status + " to the operation " + operation + ".");
        }
    }
}
