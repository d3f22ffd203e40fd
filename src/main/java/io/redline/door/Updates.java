package io.redline.door;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

/**
 * What Aitu sends at once, by webhook or when it is asked: any number of updates, each of which is a notification.
 *
 * @param notifications the very bytes of each, in their order; all that was sent as one, where it is no list of updates
 * @param last the id of the last one, which is told when more are asked for; {@code null} if none has one
 * @param isList whether it is a list of updates
 */
record Updates(List<byte[]> notifications, @Nullable String last, boolean isList) {

    private static final JsonFactory JSON = new JsonFactory();
    /** Within a text a quotation mark has a backslash before it, so that this is never one. */
    private static final Pattern ID = Pattern.compile("\"updateId\"\\s*:\\s*\"([0-9a-fA-F-]{36})\"");

    static Updates of(byte[] sent) {
        try (var parser = JSON.createParser(sent)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return whole(sent, null);
            }
            var found = false;
            String last = null;
            List<byte[]> notifications = new ArrayList<>();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                var isUpdates = parser.currentName().equals("updates");
                if (parser.nextToken() == JsonToken.START_ARRAY && isUpdates) {
                    found = true;
                    while (parser.nextToken() != JsonToken.END_ARRAY) {
                        var id = take(parser, sent, notifications);
                        last = id == null ? last : id;
                    }
                } else {
                    parser.skipChildren();
                }
            }
            return found && parser.nextToken() == null
                    ? new Updates(List.copyOf(notifications), last, true)
                    : whole(sent, last);
        } catch (IOException e) {
            // Nothing comes after it before it is passed, unless it says how.
            var ids = ID.matcher(new String(sent, StandardCharsets.UTF_8));
            String last = null;
            while (ids.find()) {
                last = ids.group(1);
            }
            return whole(sent, last);
        }
    }

    private static Updates whole(byte[] sent, @Nullable String last) {
        return new Updates(List.of(sent), last, false);
    }

    /** Take the element that the parser stands at the beginning of; a null is none. */
    private static @Nullable String take(JsonParser parser, byte[] sent, List<byte[]> notifications)
            throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        var from = (int) parser.currentTokenLocation().getByteOffset();
        if (parser.currentToken() != JsonToken.START_OBJECT || from < 0) {
            // What is no object, or not in UTF-8, cannot be cut out.
            var copy = new ByteArrayOutputStream();
            try (var generator = JSON.createGenerator(copy)) {
                generator.copyCurrentStructure(parser);
            }
            notifications.add(copy.toByteArray());
            return null;
        }
        String id = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            var isId = parser.currentName().equals("updateId");
            if (parser.nextToken() == JsonToken.VALUE_STRING && isId) {
                id = parser.getText();
            } else {
                parser.skipChildren();
            }
        }
        notifications.add(Arrays.copyOfRange(sent, from, (int) parser.currentLocation().getByteOffset()));
        return id;
    }
}
