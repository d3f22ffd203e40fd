package io.redline.inbox;

import java.io.IOException;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import io.redline.account.Gateway;

/**
 * The chat that a notification names where one looks first, so that the many chats of an account can be taken from the topic
 * side by side. It decides where a record goes and nothing else: of what it does not find, the account is enough.
 */
final class ChatOf {

    private static final JsonFactory JSON = new JsonFactory();
    private static final int LONGEST = 200;

    /** The object that names it, and its names there. At the top GREEN-API alone has one. */
    private record Place(String object, String received, String sent) {
    }

    private static final Map<Gateway, Place> PLACES = Map.of(
            Gateway.GREEN_API, new Place("senderData", "chatId", "chatId"),
            Gateway.WAHA, new Place("payload", "from", "to"),
            Gateway.AITU, new Place("dialog", "id", "id"));

    private ChatOf() {
    }

    static @Nullable String notification(Gateway gateway, byte[] notification) {
        var place = PLACES.get(gateway);
        if (place == null) {
            return null;
        }
        try (var parser = JSON.createParser(notification)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                var name = parser.currentName();
                var value = parser.nextToken();
                if (name.equals(place.object()) && value == JsonToken.START_OBJECT) {
                    return in(parser, place);
                } else if (name.equals("chatId") && value == JsonToken.VALUE_STRING) {
                    return shortened(parser.getText());
                }
                parser.skipChildren();
            }
        } catch (IOException e) {
            // What nobody can read is parked, by whoever takes it from the topic.
            return null;
        }
        return null;
    }

    private static @Nullable String in(JsonParser parser, Place place) throws IOException {
        String received = null;
        String sent = null;
        var isSent = false;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            var name = parser.currentName();
            var value = parser.nextToken();
            if (value == JsonToken.VALUE_STRING && name.equals(place.received())) {
                received = parser.getText();
            } else if (value == JsonToken.VALUE_STRING && name.equals(place.sent())) {
                sent = parser.getText();
            } else if (name.equals("fromMe")) {
                isSent = value == JsonToken.VALUE_TRUE;
            }
            if (received != null && place.received().equals(place.sent())) {
                break;
            }
            parser.skipChildren();
        }
        var chat = isSent ? sent : received;
        return chat == null ? null : shortened(chat);
    }

    /** A sender may call a chat what he likes. */
    private static String shortened(String chat) {
        return chat.length() > LONGEST ? chat.substring(0, LONGEST) : chat;
    }
}
