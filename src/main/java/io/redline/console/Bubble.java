package io.redline.console;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.redline.ledger.LedgerReader.Placed;

/**
 * A message as it is shown among others.
 *
 * @param dom its id in the page
 * @param cursor its place in the chat
 * @param path where more of it is
 * @param excerpt its text, or the beginning of a long one
 * @param length of the whole text, if it is a long one
 * @param tick how far one of ours came: {@code none}, {@code pending}, {@code sent}, {@code delivered}, {@code read},
 *        {@code failed}
 * @param failures what did not work, in the gateway's words
 * @param notes what is not known of it
 */
record Bubble(String dom, String cursor, String path, boolean outgoing, @Nullable String sender, String type,
        @Nullable String excerpt, @Nullable Integer length, Moment sent, String tick, @Nullable String tickLabel,
        int edits, boolean deleted, @Nullable String deletion, List<String> failures, List<String> notes,
        List<Attached> attached, List<Reacted> reactions, @Nullable String replyTo) {

    private static final int LONG = 1_200;
    private static final List<String> SHOWN_OF_MEDIA = List.of("fileName", "caption", "url", "downloadUrl", "name",
            "address", "latitude", "longitude", "phone", "displayName", "mimeType");

    /** Something that is not text. */
    record Attached(String name, String value) {
    }

    /** A reaction and by how many. */
    record Reacted(String emoji, int count) {
    }

    static Bubble of(Placed placed) {
        var json = placed.json();
        var versions = Json.objects(json, "versions");
        var deleted = Boolean.TRUE.equals(json.get("deleted"));
        var text = Json.text(json, "text");
        var status = Json.text(json, "status");
        return new Bubble(dom(placed.place().messageId()), placed.place().cursor(),
                Paths.message(Json.known(json, "account"), Json.known(json, "chatId"), Json.known(json, "messageId")),
                "outgoing".equals(json.get("direction")), Json.person(json.get("sender")),
                Objects.requireNonNullElse(Json.text(json, "type"), "message"), excerpt(text),
                text != null && text.length() > LONG ? text.codePointCount(0, text.length()) : null,
                Moment.of(placed.place().at()), tick(status), status, applied(versions, "edited"), deleted,
                deleted ? deletion(versions) : null, failures(json, versions), notes(json),
                deleted ? List.of() : attached(json.get("media")), reactions(Json.objects(json, "reactions")),
                Json.text(json, "replyTo"));
    }

    /** The id of a message's element. */
    static String dom(String messageId) {
        return "m-" + Base64.getUrlEncoder().withoutPadding()
                .encodeToString(messageId.getBytes(StandardCharsets.UTF_8));
    }

    private static @Nullable String excerpt(@Nullable String text) {
        if (text == null || text.length() <= LONG) {
            return text;
        }
        return text.substring(0, text.offsetByCodePoints(0, Math.min(LONG, text.codePointCount(0, text.length()))))
                + "…";
    }

    static String tick(@Nullable String status) {
        return status == null ? "none" : switch (status) {
            case "pending", "sent", "delivered", "read" -> status;
            case "played" -> "read";
            default -> "failed";
        };
    }

    private static int applied(List<Map<String, Object>> versions, String kind) {
        return (int) versions.stream()
                .filter(one -> kind.equals(one.get("kind")) && Boolean.TRUE.equals(one.get("applied"))).count();
    }

    private static @Nullable String deletion(List<Map<String, Object>> versions) {
        return versions.stream().filter(one -> "deleted".equals(one.get("kind"))
                && Boolean.TRUE.equals(one.get("applied"))).findFirst().map(one -> {
                    var by = Objects.requireNonNullElse(Json.text(one, "byName"),
                            Objects.requireNonNullElse(Json.text(one, "by"), ""));
                    return "Deleted" + (by.isEmpty() ? "" : " by " + by)
                            + (one.get("at") == null ? "" : ", " + Moment.of(Json.known(one, "at")).text());
                }).orElse("Deleted");
    }

    private static List<String> failures(Map<String, Object> json, List<Map<String, Object>> versions) {
        List<String> failures = new ArrayList<>();
        if ("failed".equals(tick(Json.text(json, "status")))) {
            failures.add(failure("Not delivered", json));
        }
        for (var version : versions) {
            if ("failed".equals(tick(Json.text(version, "status")))) {
                failures.add(failure("deleted".equals(version.get("kind")) ? "A delete failed" : "An edit failed",
                        version));
            }
        }
        return failures;
    }

    private static String failure(String what, Map<String, Object> json) {
        var description = Json.text(json, "statusDescription");
        return what + ": " + (description == null ? json.get("status") : description);
    }

    private static List<String> notes(Map<String, Object> json) {
        List<String> notes = new ArrayList<>();
        if ("missing".equals(json.get("original"))) {
            notes.add("Its posting was never told");
        } else if ("unmatched".equals(json.get("original"))) {
            notes.add("Of the time before the account was authorised anew");
        }
        if (Boolean.FALSE.equals(json.get("textKnown"))) {
            notes.add("It was edited since, to a text that was never told");
        }
        return notes;
    }

    private static List<Attached> attached(@Nullable Object media) {
        if (!(media instanceof Map<?, ?> map)) {
            return List.of();
        }
        return SHOWN_OF_MEDIA.stream().filter(name -> map.get(name) != null)
                .map(name -> new Attached(name, map.get(name).toString())).filter(one -> !one.value().isEmpty())
                .toList();
    }

    private static List<Reacted> reactions(List<Map<String, Object>> all) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        all.forEach(one -> {
            if (one.get("emoji") != null) {
                counts.merge(one.get("emoji").toString(), 1, Integer::sum);
            }
        });
        return counts.entrySet().stream().map(one -> new Reacted(one.getKey(), one.getValue())).toList();
    }
}
