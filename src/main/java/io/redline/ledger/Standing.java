package io.redline.ledger;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.redline.event.Direction;

/**
 * What is known of one message, for whoever wants something done to it.
 *
 * @param chat the chat under its canonical id
 * @param messageId the id of the original
 * @param posted whether its posting was told
 * @param forwarded whether it was told to be somebody else's, passed on
 * @param sentAt UNIX milliseconds
 * @param status how far it came, on the line of docs/ledger.md §3
 * @param failed whether that is a failure
 * @param changes its edits and deletes, in no order
 */
public record Standing(String chat, String messageId, boolean posted, @Nullable String messenger,
        @Nullable Direction direction, @Nullable Long sentAt, @Nullable String type, @Nullable Boolean byApi,
        @Nullable String sender, boolean forwarded, boolean deleted, @Nullable String status, boolean failed,
        @Nullable String description,
        List<Change> changes) {

    /**
     * An edit or delete.
     *
     * @param kind {@code edited}, {@code deleted}
     * @param at UNIX milliseconds
     * @param status how far it came itself
     * @param failed whether that is a failure
     */
    public record Change(String kind, String eventId, @Nullable String text, @Nullable Long at, long receivedAt,
            @Nullable Direction direction, @Nullable String status, boolean failed, @Nullable String description) {
    }
}
