package io.redline.endpoint;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.jackson.JsonFormat;
import io.redline.event.EventJson;

/** Changes as CloudEvents 1.0 in JSON: docs/architecture.md §5. */
public final class CloudEvents {

    /** What is about a message is of this kind; all else has a word of its own. */
    private static final Map<String, String> TYPES = Map.of("call", "redline.call.state", "chat", "redline.chat.state",
            "chat-alias", "redline.chat.alias", "account", "redline.account.state", "command",
            "redline.command.ended", "unrecognised",
            "redline.notification.unrecognised");
    private static final int ID_LENGTH = 8;

    private final JsonFormat format = new JsonFormat();

    /**
     * The id of what an event changed. One event can change two messages, and a receiver that drops repeats by their id has to
     * get both; so the message is part of it. It is the same at every attempt and replay.
     */
    public String id(Map<String, Object> change, String eventId) {
        return change.get("messageId") == null
                ? eventId
                : eventId + "-" + EventJson.digest(subject(change)).substring(0, ID_LENGTH);
    }

    /** The chat of a change, or the account where it is about none: what has to stay in its order. */
    public String chat(Map<String, Object> change) {
        var account = String.valueOf(change.get("account"));
        return change.get("chatId") == null ? account : account + "/" + escaped(change.get("chatId"));
    }

    /** The event as it is sent, in UTF-8. */
    public byte[] of(Map<String, Object> change, String id) {
        var what = change.get("change") instanceof Map<?, ?> map ? map : Map.of();
        var event = CloudEventBuilder.v1().withId(id)
                .withSource(URI.create("/redline/accounts/" + change.get("account")))
                .withType(type(change, String.valueOf(what.get("kind")))).withSubject(subject(change))
                .withData("application/json", EventJson.writeInOrder(change).getBytes(StandardCharsets.UTF_8));
        var time = time(what.get("at"));
        time = time == null ? time(what.get("receivedAt")) : time;
        if (time != null) {
            event.withTime(time);
        }
        if (Boolean.TRUE.equals(what.get("backfill"))) {
            event.withExtension("backfill", true);
        }
        return format.serialize(event.build());
    }

    private static String type(Map<String, Object> change, String kind) {
        return change.containsKey("aliasOf")
                ? "redline.message.moved"
                : TYPES.getOrDefault(kind, "redline.message." + kind);
    }

    /** The message key, or what else it is about. Ids may contain whatever they like, and so are escaped. */
    private String subject(Map<String, Object> change) {
        return change.get("messageId") == null
                ? String.valueOf(change.get("account"))
                : chat(change) + "/" + escaped(change.get("messageId"));
    }

    private static String escaped(@Nullable Object id) {
        return Objects.toString(id, "").replace("%", "%25").replace("/", "%2F");
    }

    /** A time as RFC 3339 knows it; a gateway can claim any year. */
    private static @Nullable OffsetDateTime time(@Nullable Object text) {
        try {
            var time = text == null
                    ? null
                    : OffsetDateTime.parse(text.toString()).withOffsetSameInstant(ZoneOffset.UTC);
            return time == null || time.getYear() < 0 || time.getYear() > 9999 ? null : time;
        } catch (DateTimeException e) {
            return null;
        }
    }
}
