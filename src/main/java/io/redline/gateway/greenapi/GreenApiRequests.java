package io.redline.gateway.greenapi;

import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.redline.event.EventJson;
import io.redline.gateway.Command;
import io.redline.gateway.Fields;

/**
 * How GREEN-API is asked to send, edit or delete a message, for kamelets. The service has rates, limits and outcomes besides:
 * its routes ask by {@code green-api-call}. Threadsafe when set.
 *
 * @see <a href="https://green-api.com/en/docs/api/sending/">GREEN-API: sending</a>
 */
public final class GreenApiRequests {

    private static final String GATEWAY = "GREEN-API";
    private static final Map<String, String> METHODS = Map.of("send", "sendMessage", "edit", "editMessage", "delete",
            "deleteMessage");

    private volatile String url = "";
    private volatile String instance = "";
    private volatile String token = "";
    private volatile String operation = "";

    public void setUrl(String url) {
        this.url = url.replaceFirst("/+$", "");
    }

    public void setInstance(String instance) {
        this.instance = instance.strip();
    }

    public void setToken(String token) {
        this.token = token.strip();
    }

    /** What is done: {@code send}, {@code edit}, {@code delete}. */
    public void setOperation(String operation) {
        if (!METHODS.containsKey(operation)) {
            throw new IllegalArgumentException("The operation has to be send, edit or delete.");
        }
        this.operation = operation;
    }

    /** Where it is asked. The token is part of it. */
    public String url() {
        return url + "/waInstance" + instance + "/" + METHODS.get(operation) + "/" + token;
    }

    /**
     * What is posted.
     *
     * @throws IllegalArgumentException if something is missing, in a sentence
     */
    public String body(Map<?, ?> fields) {
        var command = new Command(operation, new Fields(fields));
        var chat = command.required("chatId");
        return EventJson.write(switch (operation) {
            case "send" -> Command.body("chatId", chat, "message", command.required("text"), "quotedMessageId",
                    command.fields().word("replyTo"));
            case "edit" -> Command.body("chatId", chat, "idMessage", command.required("messageId"), "message",
                    command.required("text"));
            default -> Command.body("chatId", chat, "idMessage", command.required("messageId"), "onlySenderDelete",
                    command.fields().flag("onlySenderDelete"));
        });
    }

    /**
     * What it answered.
     *
     * @throws IllegalStateException if it did not take it
     */
    public String answer(int status, @Nullable String body) {
        Command.expectTaken(GATEWAY, operation, status);
        return body == null || body.isBlank() ? "{}" : body;
    }
}
