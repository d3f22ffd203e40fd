package io.redline.database;

/**
 * The store could not keep something, or it is not known whether it did. Nothing is wrong with what it was given: whoever
 * sent it should send it again, and the keys see to it that it counts once.
 */
public final class StoreUnavailable extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public StoreUnavailable(String sentence, Throwable cause) {
        super(sentence, cause);
    }

    public StoreUnavailable(String sentence) {
        super(sentence);
    }
}
