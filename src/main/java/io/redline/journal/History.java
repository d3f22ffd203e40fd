package io.redline.journal;

import java.time.Duration;
import java.util.List;

import io.redline.gateway.Entry;
import io.redline.gateway.Notices;
import io.redline.ledger.Known;

/** How a gateway is asked for what happened to one account. One thread at a time. */
interface History {

    /** All that it lists of the time since then. */
    List<Entry> since(Duration back) throws CallFailed;

    /** One message by itself; empty if it is not to be had. */
    List<Entry> message(String chat, String messageId) throws CallFailed;

    /** The newest messages of a chat. */
    List<Entry> chat(String chat) throws CallFailed;

    /** How what it lists is told. */
    Notices notices();

    /** An entry as it is to be compared: what it says may mean something only beside what is known. */
    default Entry beside(Known known, Entry entry) {
        return entry;
    }

    /** Whether messages may have other ids after the account was authorised anew. */
    default boolean renumbers() {
        return false;
    }

    /** Whether a message may be known under another id of its chat than it is listed under. */
    default boolean hasTwins() {
        return false;
    }
}
