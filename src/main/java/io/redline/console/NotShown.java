package io.redline.console;

/** Why a page is not shown, or what it asked for not done, in a sentence. */
final class NotShown extends RuntimeException {

    private static final long serialVersionUID = 1L;

    final int status;

    NotShown(int status, String sentence) {
        super(sentence);
        this.status = status;
    }
}
