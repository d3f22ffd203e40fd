package io.redline.endpoint;

/** Notifications of the account sales, as GREEN-API documents them. */
public final class Notifications {

    private Notifications() {
    }

    public static String posted(String chat, String id, String text) {
        return incoming(chat, "John", id, """
                {"typeMessage":"textMessage","textMessageData":{"textMessage":"%s"}}""".formatted(text));
    }

    public static String edited(String chat, String id, String original, String text) {
        return incoming(chat, "John", id, """
                {"typeMessage":"editedMessage","editedMessageData":{"textMessage":"%s","stanzaId":"%s"}}"""
                .formatted(text, original));
    }

    public static String deleted(String chat, String id, String original) {
        return deleted(chat, "John", id, original);
    }

    public static String deleted(String chat, String chatName, String id, String original) {
        return incoming(chat, chatName, id, """
                {"typeMessage":"deletedMessage","deletedMessageData":{"stanzaId":"%s"}}""".formatted(original));
    }

    private static String incoming(String chat, String chatName, String id, String data) {
        return """
                {"typeWebhook":"incomingMessageReceived","instanceData":{"idInstance":1101000001,"wid":"79876543210@c.us",
                "typeInstance":"whatsapp"},"timestamp":1738566656,"idMessage":"%s","senderData":{"chatId":"%s",
                "chatName":"%s","sender":"%s","senderName":"%s"},"messageData":%s}"""
                .formatted(id, chat, chatName, chat, chatName, data);
    }

    public static String sent(String chat, String id, String text) {
        return """
                {"typeWebhook":"outgoingAPIMessageReceived","instanceData":{"idInstance":1101000001,
                "wid":"79876543210@c.us","typeInstance":"whatsapp"},"timestamp":1738566650,"idMessage":"%s",
                "senderData":{"chatId":"%s","chatName":"John","sender":"79876543210@c.us","senderName":"Sales"},
                "messageData":{"typeMessage":"textMessage","textMessageData":{"textMessage":"%s"}}}"""
                .formatted(id, chat, text);
    }

    public static String status(String chat, String id, String status, String description) {
        return """
                {"typeWebhook":"outgoingMessageStatus","chatId":"%s","instanceData":{"idInstance":1101000001,
                "wid":"79876543210@c.us","typeInstance":"whatsapp"},"timestamp":1738566656,"idMessage":"%s",
                "status":"%s","description":"%s","sendByApi":true}""".formatted(chat, id, status, description);
    }
}
