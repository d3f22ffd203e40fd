package io.redline.journal;

import java.util.Map;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import io.redline.account.Account;
import io.redline.call.Call;
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
        return CallFailed.json(call, calls.ask(call));
    }
}
