package io.redline.gateway.aitu;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Makes of the fields of a command ({@code id}, {@code chat}, {@code message}, {@code text}, {@code replyTo}) what is posted to
 * Aitu. Each is a request of its own: of several nobody is told which one was refused. Threadsafe.
 *
 * @see <a href="https://btsdigital.github.io/bot-api-contract/commandrequest.html">BTS Digital: CommandRequest</a>
 */
public final class AituCommands {

    /** So that it is no name that another program gives to what it sends by the same bot. */
    private static final String OURS = "redline-";
    private static final Pattern LOCAL_ID = Pattern.compile(OURS + "(\\d{1,19})");

    /** A message; the platform tells its id with the name that we give to it here. */
    public Map<String, Object> send(Map<String, Object> command) {
        var send = command("SendMessage", "recipient", command);
        send.put("content", command.get("text"));
        send.put("localId", OURS + command.get("id"));
        if (command.get("replyTo") != null) {
            send.put("replyToMessageId", command.get("replyTo"));
        }
        return alone(send);
    }

    public Map<String, Object> edit(Map<String, Object> command) {
        var edit = command("EditMessage", "recipient", command);
        edit.put("messageId", command.get("message"));
        edit.put("content", command.get("text"));
        return alone(edit);
    }

    public Map<String, Object> delete(Map<String, Object> command) {
        var delete = command("DeleteMessage", "dialog", command);
        delete.put("messageId", command.get("message"));
        return alone(delete);
    }

    /** The command of ours that a message was given this name by; empty if it is none of ours. */
    static Optional<String> commandId(@Nullable String localId) {
        var ours = LOCAL_ID.matcher(localId == null ? "" : localId);
        return ours.matches() ? Optional.of(ours.group(1)) : Optional.empty();
    }

    private static Map<String, Object> command(String type, String where, Map<String, Object> command) {
        var chat = String.valueOf(command.get("chat"));
        var colon = chat.indexOf(':');
        Map<String, Object> peer = new LinkedHashMap<>();
        peer.put("type", chat.substring(0, colon));
        peer.put("id", chat.substring(colon + 1));
        Map<String, Object> made = new LinkedHashMap<>();
        made.put("type", type);
        made.put(where, peer);
        return made;
    }

    private static Map<String, Object> alone(Map<String, Object> command) {
        return Map.of("commands", List.of(command));
    }
}
