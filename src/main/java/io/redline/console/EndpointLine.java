package io.redline.console;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.redline.operation.EndpointOverview.Status;

/**
 * An endpoint as it is shown.
 *
 * @param delivered by this process since it started
 * @param rate a minute, {@code null} while that is not known
 * @param lag how long the oldest delivery is owed
 * @param error why something is tried again or parked
 */
record EndpointLine(String name, String path, boolean served, @Nullable Moment pausedAt, @Nullable String pausedBy,
        long owed, long retrying, long parked, long orphaned, long suspended, long delivered, @Nullable Long rate,
        @Nullable String lag, @Nullable String error) {

    static final String PATH = "/console/endpoints/";

    static EndpointLine of(Status status, long delivered, @Nullable Long rate, @Nullable String error) {
        var lag = status.lag();
        return new EndpointLine(status.name(), PATH + Paths.encoded(status.name()), status.served(),
                status.pausedAt() == null ? null : Moment.of(status.pausedAt()), status.pausedBy(),
                status.owed() - status.orphaned(), status.retrying(), status.parked(), status.orphaned(),
                status.suspended(), delivered, rate, lag == null ? null : Moment.span(Duration.ofMillis(lag)), error);
    }

    /** One that waits for a person, or is tried again. */
    record Waiting(String id, String account, @Nullable String chat, @Nullable String message, @Nullable String kind,
            @Nullable String revision, int attempts, @Nullable String error, Moment since, @Nullable Moment next) {

        static Waiting of(Map<String, Object> delivery) {
            var chat = Json.text(delivery, "chatId");
            var message = Json.text(delivery, "messageId");
            var account = Json.known(delivery, "account");
            return new Waiting(Json.known(delivery, "id"), account, chat, chat == null || message == null
                    ? null
                    : Paths.chat(account, chat) + "?message=" + Paths.encoded(message), Json.text(delivery, "kind"),
                    Json.text(delivery, "revision"), Integer.parseInt(Json.known(delivery, "attempts")),
                    Json.text(delivery, "lastError"), Moment.of(Json.known(delivery, "createdAt")),
                    Moment.ofNullable(delivery.get("nextAt")));
        }
    }

    /**
     * A replay and how far it is.
     *
     * @param looked how many it has looked at
     * @param total of how many, {@code null} before they are counted
     */
    record Progress(String id, boolean done, String owed, long looked, @Nullable Long total, Moment begun,
            @Nullable Moment ended) {

        static Progress of(Map<String, Object> replay) {
            var total = Json.text(replay, "total");
            return new Progress(Json.known(replay, "id"), "done".equals(replay.get("state")),
                    Json.known(replay, "owed"),
                    Long.parseLong(Json.known(replay, "looked")), total == null ? null : Long.valueOf(total),
                    Moment.of(Json.known(replay, "createdAt")),
                    Moment.ofNullable(replay.get("endedAt")));
        }
    }

    /**
     * The page of one endpoint.
     *
     * @param more where more of what is parked is, {@code null} if this is all
     */
    record Details(EndpointLine line, List<Waiting> parked, @Nullable String more, List<Waiting> retrying,
            List<Progress> replays) {
    }
}
