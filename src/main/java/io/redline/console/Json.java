package io.redline.console;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/** Reads the JSON that the ledger and the outbox show, of which anything may be missing. */
final class Json {

    private Json() {
    }

    static @Nullable String text(Map<String, Object> json, String name) {
        var value = json.get(name);
        return value == null ? null : value.toString();
    }

    /** What is never missing. */
    static String known(Map<String, Object> json, String name) {
        return String.valueOf(json.get(name));
    }

    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> objects(Map<String, Object> json, String name) {
        return json.get(name) instanceof List<?> all ? (List<Map<String, Object>>) all : List.of();
    }

    /** What a chat is called. */
    static @Nullable String chat(@Nullable Object chat) {
        if (!(chat instanceof Map<?, ?> map)) {
            return null;
        }
        var phone = map.get("phone");
        return phone == null || map.get("name") != null ? person(chat) : phone.toString();
    }

    /** What somebody is called. */
    static @Nullable String person(@Nullable Object person) {
        if (!(person instanceof Map<?, ?> map)) {
            return null;
        }
        var name = map.get("name");
        var id = map.get("id");
        return name != null && !name.toString().isBlank() ? name.toString() : id == null ? null : id.toString();
    }
}
