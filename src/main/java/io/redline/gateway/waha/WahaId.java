package io.redline.gateway.waha;

import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * The id of a message at WAHA: {@code true_123@c.us_AAA}, in groups mostly {@code false_120363@g.us_AAA_456@c.us}. Of all that only the bare id
 * (AAA) is the same wherever the message is named: its chat may be {@code @lid} or {@code @c.us}, and what is {@code true} here
 * is {@code false} at its receiver.
 *
 * @param fromMe whether the account wrote it; {@code null} if a bare id does not say
 * @param chat as named here, in the form in which chats are addressed; {@code null} if a bare id does not say
 * @param bare what the ledger knows it by
 * @param participant who wrote it in a group, where the id says so
 */
public record WahaId(@Nullable Boolean fromMe, @Nullable String chat, String bare, @Nullable String participant) {

    private static final Pattern FULL = Pattern.compile("(true|false)_([^_]+)_([^_]+)(?:_(.+))?");
    private static final Pattern DEVICE = Pattern.compile(":\\d+(?=@)");

    /** Read an id, whether full or bare. */
    public static WahaId of(String id) {
        var full = FULL.matcher(id);
        if (!full.matches()) {
            return new WahaId(null, null, id, null);
        }
        var participant = full.group(4);
        // In one's chat with oneself it ends so, and says nothing of a participant.
        var none = participant == null || participant.equals("out") || participant.equals("in");
        return new WahaId(Boolean.valueOf(full.group(1)), address(full.group(2)), full.group(3),
                none ? null : address(participant));
    }

    /** An id as it has to be sent; a bare one stays bare. */
    public String full() {
        return chat == null ? bare : fromMe + "_" + chat + "_" + bare + (participant == null ? "" : "_" + participant);
    }

    /** The id of a chat or person as it is addressed: engines show their own form of it, and the device it was written with. */
    public static String address(String jid) {
        return DEVICE.matcher(jid).replaceFirst("").replace("@s.whatsapp.net", "@c.us");
    }
}
