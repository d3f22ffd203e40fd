package io.redline.journal;

import java.util.Map;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import io.redline.account.Account;
import io.redline.call.Answer;
import io.redline.call.Call;
import io.redline.call.Failure;
import io.redline.call.GatewayCalls;

/** GREEN-API's journals, asked by the route that all its calls take. */
@Singleton
class GreenApiJournalCalls implements JournalCalls {

    private final GatewayCalls calls;

    GreenApiJournalCalls(GatewayCalls calls) {
        this.calls = calls;
    }

    @Override
    public @Nullable Object lastIncomingMessages(Account account, long minutes) throws CallFailed {
        return ask(Call.of(account, "lastIncomingMessages").query("minutes", minutes));
    }

    @Override
    public @Nullable Object lastOutgoingMessages(Account account, long minutes) throws CallFailed {
        return ask(Call.of(account, "lastOutgoingMessages").query("minutes", minutes));
    }

    @Override
    public @Nullable Object getMessage(Account account, String chat, String messageId) throws CallFailed {
        return ask(Call.of(account, "getMessage").body(Map.of("chatId", chat, "idMessage", messageId)));
    }

    @Override
    public @Nullable Object getChatHistory(Account account, String chat, int count) throws CallFailed {
        return ask(Call.of(account, "getChatHistory").body(Map.of("chatId", chat, "count", count)));
    }

    private @Nullable Object ask(Call call) throws CallFailed {
        var answer = calls.ask(call);
        if (answer instanceof Answer.Ok ok) {
            return ok.json();
        } else if (answer instanceof Answer.Failed failed) {
            throw new CallFailed(kind(call, failed), failed.sentence());
        }
        throw new CallFailed(CallFailed.Kind.OUTAGE,
                "The gateway answered " + call.method() + " with what is no JSON.");
    }

    private static CallFailed.Kind kind(Call call, Answer.Failed failed) {
        if (failed.failure().isStop()) {
            return CallFailed.Kind.STOPPED;
        }
        // https://github.com/green-api/issues/issues/757: it failed with 500 for some edited messages.
        var one = call.method().equals("getMessage") && failed.status() >= 500;
        return one || failed.failure() == Failure.INVALID || failed.failure() == Failure.REFUSED
                ? CallFailed.Kind.REFUSED
                : CallFailed.Kind.OUTAGE;
    }
}
