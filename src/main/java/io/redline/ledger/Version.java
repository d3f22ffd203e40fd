package io.redline.ledger;

import org.jspecify.annotations.Nullable;

import io.redline.event.Source;

/**
 * One version of a message: as it was posted, as an edit left it, or its deletion.
 *
 * @param kind {@code posted}, {@code edited}, {@code deleted}
 * @param text the whole text of this version; {@code null} if it was not told, or erased
 * @param at UNIX milliseconds; {@code null} if unknown
 * @param doubtful whether a time was claimed that cannot be true
 * @param eventId the gateway's id of the event that made this version
 * @param by id of who did it; of what a command made, the operator who gave it
 * @param applied whether it counts: an edit after the delete, or one that failed on its way, does not
 * @param commandId the command of ours that made it
 * @param status of an edit or delete of ours, how far it came
 */
public record Version(int version, String kind, @Nullable String text, @Nullable Long at, boolean doubtful,
        String eventId, @Nullable String by, @Nullable String byName, Source source, boolean applied,
        @Nullable String commandId, @Nullable String status, @Nullable String statusDescription) {

    /** Without how it came about: who told it, when it was and who did it. */
    Version bare() {
        return new Version(version, kind, text, null, false, eventId, null, null, Source.WEBHOOK, applied, null, status,
                statusDescription);
    }

    /** The same, made by a command. */
    Version by(String command, @Nullable String operator) {
        return new Version(version, kind, text, at, doubtful, eventId, operator == null ? by : operator,
                operator == null ? byName : operator, source, applied, command, status, statusDescription);
    }
}
