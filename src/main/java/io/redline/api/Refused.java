package io.redline.api;

import java.util.Map;

/** A request that cannot be answered; the message is a sentence that says what to do. */
final class Refused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    final int status;
    /** What else the problem says, by name. */
    final transient Map<String, Object> more;

    Refused(int status, String sentence) {
        this(status, sentence, Map.of());
    }

    Refused(int status, String sentence, Map<String, Object> more) {
        super(sentence);
        this.status = status;
        this.more = more;
    }
}
