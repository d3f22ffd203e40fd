package io.redline.gateway;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A JSON object as it came, read leniently: whatever is missing or of another type is {@code null}.
 */
public record Fields(Map<?, ?> members) {

    /** Greater numbers cannot be seconds of our days. */
    private static final BigDecimal MILLISECONDS = BigDecimal.valueOf(100_000_000_000L);
    private static final Fields NONE = new Fields(Map.of());

    /** An object member; without members if it is missing. */
    public Fields object(String name) {
        return members.get(name) instanceof Map<?, ?> object ? new Fields(object) : NONE;
    }

    /** Text, or a number as text: ids come as either. */
    @Nullable
    public String text(String name) {
        var value = members.get(name);
        return value instanceof String || value instanceof Number || value instanceof Boolean ? value.toString() : null;
    }

    /** Text that says something. */
    @Nullable
    public String word(String name) {
        var text = text(name);
        return text == null || text.isBlank() ? null : text;
    }

    /** The first of several names that says something. */
    @Nullable
    public String firstWord(String... names) {
        for (var name : names) {
            var word = word(name);
            if (word != null) {
                return word;
            }
        }
        return null;
    }

    @Nullable
    public Boolean flag(String name) {
        return members.get(name) instanceof Boolean flag ? flag : null;
    }

    /** UNIX seconds as milliseconds; what is beyond all calendars becomes the largest number there is. */
    @Nullable
    public Long secondsAsMillis(String name) {
        var text = word(name);
        if (text == null || !text.matches("-?\\d{1,1000}")) {
            return null;
        }
        var millis = new BigInteger(text).multiply(BigInteger.valueOf(1000));
        return millis.bitLength() < Long.SIZE
                ? millis.longValue()
                : millis.signum() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }

    /** A UNIX time in seconds or milliseconds, whichever it can be, as milliseconds; with a fraction or without. */
    public @Nullable Long asMillis(String name) {
        var text = word(name);
        if (text == null || !text.matches("\\d{1,18}(\\.\\d{1,18})?")) {
            return null;
        }
        var time = new BigDecimal(text);
        return time.compareTo(MILLISECONDS) > 0 ? time.longValue() : time.movePointRight(3).longValue();
    }

    @Nullable
    public Object any(String name) {
        return members.get(name);
    }

    public boolean isEmpty() {
        return members.isEmpty();
    }
}
