package io.redline.outbox;

/** The store refuses one event for what it contains; others of the same commit are not concerned. */
public final class EventRefused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    EventRefused(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
