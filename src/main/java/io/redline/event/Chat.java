package io.redline.event;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * A chat as one telling names it.
 *
 * @param id the gateway's id, opaque
 * @param name what people call it
 * @param phone digits of the peer's phone number, where the chat has one
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Chat(String id, @Nullable String name, @Nullable String phone) {

    /** The id of a chat that may be absent; empty if it is. */
    public static String idOf(@Nullable Chat chat) {
        return chat == null ? "" : chat.id();
    }
}
