package io.redline.config;

/**
 * The service cannot start as it is configured. The message is a sentence that names the property and says what to do.
 */
public final class Unusable extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    public Unusable(String sentence) {
        super(sentence);
    }
}
