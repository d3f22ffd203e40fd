package io.redline.api;

/** A request that cannot be answered; the message is a sentence that says what to do. */
final class Refused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    final int status;

    Refused(int status, String sentence) {
        super(sentence);
        this.status = status;
    }
}
