package io.redline.gateway.waha;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.redline.event.EventJson;
import io.redline.gateway.Command;
import io.redline.gateway.Fields;

/**
 * How WAHA is asked to do something to a message or chat, for kamelets. The service has rates, limits and outcomes besides: its
 * routes ask by {@code waha-call}. Threadsafe when set.
 *
 * @see <a href="https://waha.devlike.pro/docs/how-to/chats/">WAHA: chats</a>
 */
public final class WahaRequests {

    private static final String GATEWAY = "WAHA";
    /** Verb, and path below that of the chat; that of send is elsewhere. */
    private static final Map<String, String> WAYS = Map.ofEntries(Map.entry("send", "POST "),
            Map.entry("edit", "PUT /messages/{id}"), Map.entry("delete", "DELETE /messages/{id}"),
            Map.entry("pin", "POST /messages/{id}/pin"), Map.entry("unpin", "POST /messages/{id}/unpin"),
            Map.entry("read", "POST /messages/read"), Map.entry("unread", "POST /unread"),
            Map.entry("archive", "POST /archive"), Map.entry("unarchive", "POST /unarchive"),
            Map.entry("delete-messages", "DELETE /messages"), Map.entry("delete-chat", "DELETE "));

    private volatile String url = "";
    private volatile String session = "default";
    private volatile String operation = "";

    public void setUrl(String url) {
        this.url = url.replaceFirst("/+$", "");
    }

    public void setSession(String session) {
        this.session = session.strip();
    }

    /** What is done: {@code send}, {@code edit}, {@code delete}, {@code archive}, … */
    public void setOperation(String operation) {
        if (!WAYS.containsKey(operation)) {
            throw new IllegalArgumentException(
                    "The operation has to be one of " + WAYS.keySet().stream().sorted().toList()
                            + ".");
        }
        this.operation = operation;
    }

    public String verb() {
        return way().substring(0, way().indexOf(' '));
    }

    /**
     * Where it is asked.
     *
     * @throws IllegalArgumentException if an id is missing, in a sentence
     */
    public String url(Map<?, ?> fields) {
        if (operation.equals("send")) {
            return url + "/api/sendText";
        }
        var command = new Command(operation, new Fields(fields));
        var path = way().substring(way().indexOf(' ') + 1);
        if (path.contains("{id}")) {
            path = path.replace("{id}", encoded(command.required("messageId")));
        }
        return url + "/api/" + encoded(session) + "/chats/" + encoded(command.required("chatId")) + path;
    }

    /**
     * What is posted.
     *
     * @throws IllegalArgumentException if something is missing, in a sentence
     */
    public String body(Map<?, ?> fields) {
        var command = new Command(operation, new Fields(fields));
        return switch (operation) {
            case "send" ->
                EventJson.write(Command.body("session", session, "chatId", command.required("chatId"), "text",
                        command.required("text"), "reply_to", command.fields().word("replyTo")));
            // Without a text WAHA would make one up.
            case "edit" -> EventJson.write(Command.body("text", command.required("text")));
            case "pin" -> EventJson.write(Command.body("duration", command.fields().any("duration")));
            default -> "";
        };
    }

    /**
     * What it answered, as JSON: engines answer a word, an object or nothing.
     *
     * @throws IllegalStateException if it did not take it
     */
    public String answer(int status, @Nullable String body) {
        Command.expectTaken(GATEWAY, operation, status);
        return body == null || body.isBlank() ? "{}" : body;
    }

    private String way() {
        return String.valueOf(WAYS.get(operation));
    }

    /** An id as a part of a path, once. */
    private static String encoded(String id) {
        return URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
