package io.redline.gateway;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/** Turns what a gateway's history says into the notifications that were lost, in the form of the gateway's webhooks. */
public interface Notices {

    /**
     * The message was posted. Where it was edited since, nobody knows what it said then.
     *
     * @param epoch how often the account had been authorised anew, if the message is older than the last time
     */
    Map<String, Object> posted(Entry entry, @Nullable Integer epoch);

    /**
     * The message was edited.
     *
     * @param text what it says now; {@code null} while that is in doubt
     */
    Map<String, Object> edited(Entry entry, @Nullable String text);

    /** The message was deleted for everyone. */
    Map<String, Object> deleted(Entry entry);

    /** The message came so far. */
    Map<String, Object> status(Entry entry);

    /** Somebody reacted or voted. */
    Map<String, Object> reaction(Entry entry);
}
