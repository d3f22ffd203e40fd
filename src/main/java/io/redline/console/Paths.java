package io.redline.console;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Where things are. Ids are opaque and may have any character. */
final class Paths {

    static final String CONVERSATIONS = "/console/conversations";

    private Paths() {
    }

    static String account(String account) {
        return CONVERSATIONS + "/" + encoded(account);
    }

    static String chat(String account, String chat) {
        return account(account) + "/" + encoded(chat);
    }

    static String message(String account, String chat, String message) {
        return chat(account, chat) + "/messages/" + encoded(message);
    }

    static String encoded(String id) {
        return URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
