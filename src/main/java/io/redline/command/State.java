package io.redline.command;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How far a command came. */
public enum State {
    /** Kept, and not sent yet. */
    PENDING,
    /** On its way; if nobody is there any more to hear the answer it becomes ambiguous. */
    SENDING,
    /** Nobody knows whether the gateway has it: it is read there before it is sent again. */
    AMBIGUOUS,
    /** The gateway took it. That is no proof that it was done. */
    ACCEPTED,
    /** A notification or a journal shows it. */
    CONFIRMED,
    /** Nothing showed it in time; if something does later, it is confirmed or failed after all. */
    UNCONFIRMED,
    /** The gateway took it, and is one that never tells what came of this. */
    ACCEPTED_UNVERIFIED,
    /** The gateway or the messenger did not do it. */
    FAILED,
    /** A rule says that it cannot work, so it was not sent. */
    REFUSED;

    /** The word in JSON, the database and metrics. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static State of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    public static List<String> words() {
        return Arrays.stream(values()).map(State::word).toList();
    }

    /** Whether whoever sent it has to be told. */
    boolean isFailure() {
        return this == FAILED || this == UNCONFIRMED || this == REFUSED;
    }
}
