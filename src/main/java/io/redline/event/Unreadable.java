package io.redline.event;

/**
 * A notification does not have the shape its type promises. The message is a sentence for the operator and holds nothing of
 * the notification's content, for it is logged and shown.
 */
public final class Unreadable extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    public Unreadable(String sentence) {
        super(sentence);
    }
}
