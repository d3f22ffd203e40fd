package io.redline.journal;

import org.jspecify.annotations.Nullable;

import io.redline.account.Account;

/** The methods of a gateway that tell of the past. Each answers parsed JSON, within the gateway's rates. */
interface JournalCalls {

    @Nullable
    Object lastIncomingMessages(Account account, long minutes) throws CallFailed;

    @Nullable
    Object lastOutgoingMessages(Account account, long minutes) throws CallFailed;

    @Nullable
    Object getMessage(Account account, String chat, String messageId) throws CallFailed;

    @Nullable
    Object getChatHistory(Account account, String chat, int count) throws CallFailed;

}
