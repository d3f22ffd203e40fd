package io.redline.journal;

/** A gateway did not answer a call as it should. The message is a sentence without anything of the call or the answer. */
final class CallFailed extends Exception {

    private static final long serialVersionUID = 1L;

    /** What to make of it. */
    enum Kind {
        /** Nothing comes of asking again before somebody does something; whoever calls sees to that. */
        STOPPED,
        /** This one cannot be had; others can. */
        REFUSED,
        /** It does not work just now. */
        OUTAGE
    }

    final Kind kind;

    CallFailed(Kind kind, String sentence) {
        super(sentence);
        this.kind = kind;
    }
}
