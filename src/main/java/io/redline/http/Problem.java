package io.redline.http;

import java.util.LinkedHashMap;
import java.util.Map;

import io.redline.event.EventJson;
import io.vertx.core.http.HttpServerResponse;

/**
 * A refusal as RFC 9457 {@code application/problem+json}.
 *
 * @param status the HTTP status
 * @param title its name
 * @param detail a sentence that says what to do
 * @param more members besides those of the RFC
 */
public record Problem(int status, String title, String detail, Map<String, Object> more) {

    public static final String MEDIA_TYPE = "application/problem+json";

    /** Seconds after which to try again. */
    public static final String RETRY_AFTER = "5";

    public Problem(int status, String title, String detail) {
        this(status, title, detail, Map.of());
    }

    /** The same, saying more. */
    public Problem with(Map<String, Object> members) {
        return new Problem(status, title, detail, members);
    }

    public static Problem badRequest(String detail) {
        return new Problem(400, "Bad Request", detail);
    }

    public static Problem unauthorized(String detail) {
        return new Problem(401, "Unauthorized", detail);
    }

    public static Problem forbidden(String detail) {
        return new Problem(403, "Forbidden", detail);
    }

    public static Problem notFound(String detail) {
        return new Problem(404, "Not Found", detail);
    }

    public static Problem conflict(String detail) {
        return new Problem(409, "Conflict", detail);
    }

    public static Problem unprocessable(String detail) {
        return new Problem(422, "Unprocessable Content", detail);
    }

    public static Problem tooLarge(String largest) {
        return new Problem(413, "Content Too Large", "The largest notification taken is " + largest
                + ": set redline.max-body if larger ones are wanted.");
    }

    /** Nothing could be stored. */
    public static Problem unavailable() {
        return unavailable("Nothing could be stored, so nothing was taken: send it again in " + RETRY_AFTER + " s.");
    }

    public static Problem unavailable(String detail) {
        return new Problem(503, "Service Unavailable", detail);
    }

    public String toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("type", "about:blank");
        json.put("title", title);
        json.put("status", status);
        json.put("detail", detail);
        json.putAll(more);
        return EventJson.writeInOrder(json);
    }

    /** Answer with it. */
    public void send(HttpServerResponse response) {
        response.setStatusCode(status).putHeader("Content-Type", MEDIA_TYPE);
        if (status == 401) {
            response.putHeader("WWW-Authenticate", "Bearer");
        }
        if (status == 503) {
            response.putHeader("Retry-After", RETRY_AFTER);
        }
        response.end(toJson());
    }
}
