package io.redline.console;

import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * The page of conversations: an account, its chats, and one of them.
 *
 * @param search what chats were looked for
 * @param more where more chats are, {@code null} if these are all
 * @param looked how many chats were looked through so far, where something was looked for
 * @param further whether others were looked through before
 * @param position up to which event it shows what happened
 */
record Conversation(List<AccountLink> accounts, String account, String search, List<ChatLine> chats,
        @Nullable String more, int looked, boolean further, @Nullable Chat chat, @Nullable Stretch stretch,
        long position, @Nullable History history) {

    /** An account to go to. */
    record AccountLink(String name, String path, boolean here, boolean well) {
    }

    /** A chat that is open. */
    record Chat(String id, String name, String path) {
    }

    /**
     * A chat in the list.
     *
     * @param mark {@code deleted}, {@code edited} or empty: what became of its last message
     */
    record ChatLine(String id, String name, String path, boolean here, Moment last, boolean outgoing, String tick,
            String mark, String text) {

        private static final int LONG = 120;

        static ChatLine of(String account, Map<String, Object> chat, @Nullable String open) {
            var id = Json.known(chat, "id");
            @SuppressWarnings("unchecked")
            var message = (Map<String, Object>) Objects.requireNonNull(chat.get("lastMessage"));
            var text = Json.text(message, "text");
            var said = text == null || text.isBlank()
                    ? Objects.requireNonNullElse(Json.text(message, "type"), "")
                    : text;
            return new ChatLine(id, name(chat), Paths.chat(account, id), id.equals(open),
                    Moment.of(Json.known(chat, "lastMessageAt")), "outgoing".equals(message.get("direction")),
                    Bubble.tick(Json.text(message, "status")), Boolean.TRUE.equals(message.get("deleted"))
                            ? "deleted"
                            : Boolean.TRUE.equals(message.get("edited")) ? "edited" : "",
                    said.codePointCount(0, said.length()) <= LONG
                            ? said
                            : said.substring(0, said.offsetByCodePoints(0, LONG)) + "…");
        }

        static String name(Map<String, Object> chat) {
            var name = Json.text(chat, "name");
            var phone = Json.text(chat, "phone");
            return name != null && !name.isBlank() ? name : phone != null ? phone : Json.known(chat, "id");
        }
    }
}
