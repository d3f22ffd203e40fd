package io.redline.api;

import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import io.redline.event.EventJson;

/** The JSON object that a request has as its body. */
final class Wish {

    private final Map<String, Object> members;

    /**
     * @param body none is an empty object
     * @param known the members that it may have
     */
    Wish(@Nullable String body, Set<String> known) {
        try {
            members = body == null || body.isBlank() ? Map.of() : EventJson.readObject(body);
        } catch (IllegalStateException | NullPointerException e) {
            throw new Refused(400, "The body has to be a JSON object with some of " + new TreeSet<>(known) + ".");
        }
        for (var name : members.keySet()) {
            if (!known.contains(name)) {
                throw new Refused(400, "The body may have the members " + new TreeSet<>(known) + " and no others.");
            }
        }
    }

    @Nullable
    String text(String name) {
        var value = members.get(name);
        if (value == null) {
            return null;
        }
        if (!(value instanceof String text) || text.isBlank()) {
            throw new Refused(400, name + " has to be a text.");
        }
        return text.strip();
    }

    /** A text as it is, of blanks too. */
    @Nullable
    String verbatim(String name) {
        var value = members.get(name);
        if (value != null && !(value instanceof String)) {
            throw new Refused(400, name + " has to be a text.");
        }
        return (String) value;
    }

    long number(String name, long otherwise) {
        var value = members.get(name);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof Integer || value instanceof Long) {
            return ((Number) value).longValue();
        }
        throw new Refused(400, name + " has to be a whole number.");
    }

    String required(String name) {
        var text = text(name);
        if (text == null) {
            throw new Refused(400, name + " is missing in the body.");
        }
        return text;
    }

    /** A time as UNIX milliseconds. */
    @Nullable
    Long time(String name) {
        var text = text(name);
        try {
            return text == null ? null : (Long) OffsetDateTime.parse(text).toInstant().toEpochMilli();
        } catch (DateTimeException | ArithmeticException e) {
            throw new Refused(400, name + " has to be a time as in 2026-02-03T07:10:56Z.");
        }
    }
}
