package io.redline.endpoint;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.redline.event.EventJson;

/**
 * What SQL in a route may name: {@code :?text} is a member of the message JSON, {@code :?sender_name} one of a part of it.
 * What a message does not have is null; what no message can have is an error that names it.
 */
public final class SqlParameters {

    /** The parts whose members have names of their own; other objects and lists are given as JSON. */
    private static final List<String> PARTS = List.of("chat", "sender", "aliasOf", "change");
    /** What may be missing, by kind of change, and is null then. */
    private static final List<String> MAY_BE_MISSING = List.of("messageId", "chatId", "chat_id", "chat_name",
            "chat_phone",
            "sender_id", "sender_name", "direction", "sentAt", "type", "text", "textKnown", "media", "replyTo",
            "edited",
            "deleted", "status", "statusAt", "statusDescription", "original", "revision", "receipts", "reactions",
            "votes", "aliasOf_chatId", "aliasOf_messageId", "change_at", "change_by", "change_byName", "change_target",
            "change_text", "change_previousText", "change_applied", "change_status", "change_description",
            "change_state", "change_backfill");

    /** The parameters of a change. */
    public Map<String, @Nullable Object> of(Map<String, Object> change) {
        Map<String, @Nullable Object> parameters = new LinkedHashMap<>();
        MAY_BE_MISSING.forEach(name -> parameters.put(name, null));
        change.forEach((name, value) -> {
            if (PARTS.contains(name)) {
                if (value instanceof Map<?, ?> part) {
                    part.forEach((member, inner) -> parameters.put(name + "_" + member, column(inner)));
                }
            } else {
                parameters.put(name, column(value));
            }
        });
        return parameters;
    }

    private static @Nullable Object column(@Nullable Object value) {
        if (value instanceof Map || value instanceof List) {
            return EventJson.writeInOrder(value);
        }
        return value instanceof String text ? storable(text) : value;
    }

    /** People can write what a column cannot hold: PostgreSQL refuses NUL, and half characters are no UTF-8. */
    private static String storable(String text) {
        if (text.indexOf('\0') < 0 && EventJson.isWhole(text)) {
            return text;
        }
        var storable = new StringBuilder(text.length());
        text.codePoints().forEach(point -> storable.appendCodePoint(
                point == 0 || Character.getType(point) == Character.SURROGATE ? 0xFFFD : point));
        return storable.toString();
    }
}
