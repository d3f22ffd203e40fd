package io.redline.command;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Something asked of a gateway, and what came of it. Times are UNIX milliseconds by the database's clock.
 *
 * @param rule by which it was refused
 * @param description why it failed, in the gateway's words or in a sentence of ours
 * @param made the gateway's id of what it made
 * @param sentAt when the gateway was asked the last time
 * @param deadline when it is over, whatever is known by then
 */
public record Command(long id, Request request, State state, @Nullable String rule, @Nullable String description,
        @Nullable String made, int attempts, long createdAt, @Nullable Long sentAt, long deadline,
        @Nullable Long endedAt) {

    /** As the API shows it: docs/architecture.md §5. */
    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", String.valueOf(id));
        json.put("account", request.account().name());
        json.put("gateway", request.account().gateway());
        json.put("command", request.kind().word());
        json.put("chatId", request.chat());
        json.put("messageId", request.message());
        json.put("text", request.text());
        json.putAll(request.options());
        json.put("operator", request.operator());
        json.put("state", state.word());
        json.put("rule", rule);
        json.put("description", description);
        json.put("madeId", made);
        json.put("attempts", attempts);
        json.put("createdAt", time(createdAt));
        json.put("sentAt", time(sentAt));
        json.put("deadline", time(deadline));
        json.put("endedAt", time(endedAt));
        return json;
    }

    private static @Nullable String time(@Nullable Long millis) {
        return millis == null ? null : Instant.ofEpochMilli(millis).toString();
    }
}
