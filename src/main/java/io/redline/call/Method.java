package io.redline.call;

import java.util.Map;
import java.util.Set;

/**
 * A method of GREEN-API: how it is asked, and how often it may be in a second.
 *
 * @see <a href="https://green-api.com/en/docs/api/ratelimiter/">GREEN-API: rate limiter</a>
 */
record Method(String name, String verb, int perSecond) {

    private static final Set<String> READ = Set.of("getSettings", "getStateInstance", "getWaSettings",
            "getAccountSettings", "reboot", "logout", "qr", "receiveNotification", "lastIncomingMessages",
            "lastOutgoingMessages", "lastIncomingCalls", "lastOutgoingCalls", "getContacts", "getChats",
            "showMessagesQueue", "clearMessagesQueue", "getMessagesCount", "getWebhooksCount");
    private static final Set<String> DELETED = Set.of("deleteNotification", "clearWebhooksQueue");
    /** All others: 50 for what sends, else 1. getMessage has 10 for WhatsApp, but 1 for Telegram, which looks the same. */
    private static final Map<String, Integer> RATES = Map.of("receiveNotification", 100, "deleteNotification", 100,
            "deleteMessage", 10, "readChat", 10, "checkWhatsapp", 10, "archiveChat", 10, "unarchiveChat", 10,
            "downloadFile", 5, "qr", 3);

    static Method of(String name) {
        return new Method(name, DELETED.contains(name) ? "DELETE" : READ.contains(name) ? "GET" : "POST",
                RATES.getOrDefault(name, name.startsWith("send") ? 50 : 1));
    }

    /** It answers when something has happened, or after the time it was given. */
    boolean isLongPoll() {
        return name.equals("receiveNotification");
    }
}
