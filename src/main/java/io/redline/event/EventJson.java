package io.redline.event;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * The JSON form of events and of all that is kept or sent of them. Whatever text a chat contains, the result can be stored
 * and sent: NUL is always escaped by JSON, and text with half a surrogate pair is written in ASCII.
 */
public final class EventJson {

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();
    private static final ObjectWriter IN_ORDER = MAPPER.writer()
            .without(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);
    private static final ObjectWriter CANONICAL = MAPPER.writer();
    private static final ObjectWriter ASCII = IN_ORDER.with(JsonWriteFeature.ESCAPE_NON_ASCII);
    private static final ObjectWriter CANONICAL_ASCII = CANONICAL.with(JsonWriteFeature.ESCAPE_NON_ASCII);
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {
    };

    private EventJson() {
    }

    /** Whether text can be written in UTF-8: no half of a surrogate pair stands alone. */
    public static boolean isWhole(String text) {
        for (int i = 0; i < text.length(); i++) {
            var unit = text.charAt(i);
            if (unit < Character.MIN_SURROGATE) {
                continue;
            }
            if (Character.isHighSurrogate(unit) && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(unit)) {
                return false;
            }
        }
        return true;
    }

    /** The canonical JSON of a value: maps ordered by key, so that equal values give equal text. */
    public static String write(Object value) {
        return write(value, CANONICAL, CANONICAL_ASCII);
    }

    /** The JSON of a value, maps in their own order, for people to read. */
    public static String writeInOrder(Object value) {
        return write(value, IN_ORDER, ASCII);
    }

    private static String write(Object value, ObjectWriter writer, ObjectWriter ascii) {
        try {
            var json = writer.writeValueAsString(value);
            return isWhole(json) ? json : ascii.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("An event could not be written as JSON.", e);
        }
    }

    /**
     * Read what {@link #write} wrote.
     *
     * @throws IllegalStateException if it is not that
     */
    public static <T> T read(String json, TypeReference<T> type) {
        try {
            return MAPPER.readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Stored JSON could not be read back.", e);
        }
    }

    /** Read a stored JSON object, members in their own order. */
    public static Map<String, Object> readObject(String json) {
        return read(json, OBJECT);
    }

    /** SHA-256 of a text's UTF-8, in hexadecimal. */
    public static String digest(String text) {
        return digest(text.getBytes(StandardCharsets.UTF_8));
    }

    /** SHA-256, in hexadecimal. */
    public static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256.", e);
        }
    }
}
