package io.redline.journal;

import org.jspecify.annotations.Nullable;

import io.redline.call.Answer;
import io.redline.call.Call;
import io.redline.call.Failure;

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

    /** What was answered, parsed. */
    static @Nullable Object json(Call call, Answer answer) throws CallFailed {
        if (answer instanceof Answer.Ok ok) {
            return ok.json();
        } else if (answer instanceof Answer.Failed failed) {
            throw new CallFailed(kind(call, failed), failed.sentence());
        }
        throw new CallFailed(Kind.OUTAGE, "The gateway answered " + call.method() + " with what is no JSON.");
    }

    private static Kind kind(Call call, Answer.Failed failed) {
        if (failed.failure().isStop()) {
            return Kind.STOPPED;
        }
        // https://github.com/green-api/issues/issues/757: it failed with 500 for some edited messages.
        var one = call.method().equals("getMessage") && failed.status() >= 500;
        return one || failed.failure() == Failure.INVALID || failed.failure() == Failure.REFUSED
                ? Kind.REFUSED
                : Kind.OUTAGE;
    }

    CallFailed(Kind kind, String sentence) {
        super(sentence);
        this.kind = kind;
    }
}
