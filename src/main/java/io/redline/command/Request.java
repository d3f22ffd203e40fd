package io.redline.command;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.redline.account.Account;
import io.redline.event.EventJson;

/**
 * What somebody wants a gateway to do.
 *
 * @param chat the chat, as the gateway names it
 * @param message the message it is about, where it is about one
 * @param text for what has a text, verbatim
 * @param options what else was asked, by the names of docs/architecture.md §5: text, numbers, booleans
 * @param operator who asks
 * @param key the caller's own name of the request, under which it is asked once
 */
public record Request(Account account, Kind kind, String chat, @Nullable String message, @Nullable String text,
        Map<String, Object> options, @Nullable String operator, @Nullable String key) {

    public Request {
        options = Map.copyOf(options);
    }

    /** The same about a message under another id, with an option more. */
    Request message(String id, String option, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(options);
        more.put(option, value);
        return new Request(account, kind, chat, id, text, more, operator, key);
    }

    /** What tells two requests apart; who asks does not. */
    String digest() {
        Map<String, Object> asked = new LinkedHashMap<>();
        asked.put("kind", kind.word());
        asked.put("chat", chat);
        asked.put("message", message);
        asked.put("text", text);
        asked.put("options", options);
        return EventJson.digest(EventJson.write(asked));
    }
}
