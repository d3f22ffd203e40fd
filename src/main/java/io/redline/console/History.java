package io.redline.console;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.redline.console.WordDifference.Piece;

/**
 * One message with all that happened to it, and who has which copy of it.
 *
 * @param path where this is
 */
record History(String account, String chat, String messageId, String path, String back, long revision,
        List<Version> versions,
        List<Receipt> receipts, List<Copy> copies) {

    /**
     * A version, the difference being to the one before that counted.
     *
     * @param by who did it, if that is known
     * @param told by whom we know
     * @param outcome how it went, if it did not simply go
     */
    record Version(int number, String title, @Nullable Moment at, boolean doubtful, @Nullable String by, String told,
            boolean applied, @Nullable String outcome, boolean textKnown, List<Piece> pieces) {
    }

    /** How far it came with one participant. */
    record Receipt(String participant, String status, @Nullable Moment at) {
    }

    /**
     * What an endpoint has of it.
     *
     * @param has the newest revision that it took
     * @param state {@code done}, {@code owed}, {@code parked} or {@code orphaned}
     */
    record Copy(String endpoint, @Nullable Long has, String state, List<Delivery> deliveries) {
    }

    /** One of its deliveries. */
    record Delivery(String id, @Nullable String revision, @Nullable String kind, String state, int attempts,
            @Nullable String said, @Nullable Moment at, boolean replay) {
    }

    /** The id of the message's element. */
    public String dom() {
        return Bubble.dom(messageId);
    }

    static History of(Map<String, Object> json, List<Map<String, Object>> deliveries) {
        var account = Json.known(json, "account");
        var chat = Json.known(json, "chatId");
        var id = Json.known(json, "messageId");
        return new History(account, chat, id, Paths.message(account, chat, id), Paths.chat(account, chat),
                Long.parseLong(Json.known(json, "revision")), versions(Json.objects(json, "versions")),
                Json.objects(json, "receipts").stream()
                        .map(one -> new Receipt(Json.known(one, "participant"), Json.known(one, "status"),
                                Moment.ofNullable(one.get("at"))))
                        .toList(),
                copies(deliveries));
    }

    private static List<Version> versions(List<Map<String, Object>> all) {
        List<Version> versions = new ArrayList<>();
        String before = null;
        for (var one : all) {
            var kind = Json.known(one, "kind");
            var text = Json.text(one, "text");
            var applied = Boolean.TRUE.equals(one.get("applied"));
            var known = text != null || kind.equals("deleted");
            versions.add(new Version(Integer.parseInt(Json.known(one, "version")), title(kind),
                    Moment.ofNullable(one.get("at")), Boolean.TRUE.equals(one.get("atDoubtful")), by(one), told(one),
                    applied, outcome(one, applied), known, text == null || kind.equals("deleted")
                            ? List.of()
                            : before == null ? WordDifference.whole(text) : WordDifference.of(before, text)));
            if (applied && text != null && !kind.equals("deleted")) {
                before = text;
            }
        }
        return versions;
    }

    private static String title(String kind) {
        return switch (kind) {
            case "posted" -> "Posted";
            case "edited" -> "Edited";
            case "deleted" -> "Deleted";
            default -> kind;
        };
    }

    private static @Nullable String by(Map<String, Object> version) {
        var name = Json.text(version, "byName");
        return name == null || name.isBlank() ? Json.text(version, "by") : name;
    }

    private static String told(Map<String, Object> version) {
        var source = Json.known(version, "source");
        var command = Json.text(version, "commandId");
        return (command == null ? "" : "command " + command + ", ") + switch (source) {
            case "webhook" -> "told by webhook";
            case "queue" -> "told by the queue";
            case "journal" -> "found in the journal";
            default -> "observed by Redline";
        };
    }

    private static @Nullable String outcome(Map<String, Object> version, boolean applied) {
        var status = Json.text(version, "status");
        var description = Json.text(version, "statusDescription");
        if (status == null) {
            return applied ? null : "Does not count: it came after the message was deleted";
        }
        return description == null ? status : status + ": " + description;
    }

    private static List<Copy> copies(List<Map<String, Object>> deliveries) {
        Map<String, List<Map<String, Object>>> byEndpoint = new LinkedHashMap<>();
        deliveries.forEach(one -> byEndpoint.computeIfAbsent(Json.known(one, "endpoint"), name -> new ArrayList<>())
                .add(one));
        List<Copy> copies = new ArrayList<>();
        byEndpoint.forEach((endpoint, all) -> {
            var has = all.stream().filter(one -> "done".equals(one.get("state")) && one.get("revision") != null)
                    .mapToLong(one -> (Long) one.get("revision")).max();
            var state = List.of("parked", "orphaned", "owed").stream()
                    .filter(word -> all.stream().anyMatch(one -> word.equals(one.get("state")))).findFirst()
                    .orElse("done");
            copies.add(new Copy(endpoint, has.isPresent() ? (Long) has.getAsLong() : null, state,
                    all.stream().map(History::delivery).toList()));
        });
        return copies;
    }

    private static Delivery delivery(Map<String, Object> one) {
        return new Delivery(Json.known(one, "id"), Json.text(one, "revision"), Json.text(one, "kind"),
                Json.known(one, "state"), (Integer) Objects.requireNonNullElse(one.get("attempts"), 0),
                one.get("lastError") == null ? Json.text(one, "answer") : Json.text(one, "lastError"),
                Moment.ofNullable(Objects.requireNonNullElse(one.get("endedAt"), one.get("createdAt"))),
                Boolean.TRUE.equals(one.get("replay")));
    }
}
