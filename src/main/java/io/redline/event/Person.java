package io.redline.event;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * Somebody who wrote, edited, deleted or reacted.
 *
 * @param id the gateway's id, opaque
 * @param name what the gateway calls them
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Person(@Nullable String id, @Nullable String name) {
}
