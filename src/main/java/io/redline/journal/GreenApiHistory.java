package io.redline.journal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.redline.account.Account;
import io.redline.event.Direction;
import io.redline.gateway.Entry;
import io.redline.gateway.Notices;
import io.redline.gateway.greenapi.GreenApiJournal;

/** GREEN-API's journals: two calls for all of an account, however many chats it has. */
final class GreenApiHistory implements History {

    private static final int NEWEST = 100;

    private final Account account;
    private final JournalCalls calls;
    private final GreenApiJournal journal;

    GreenApiHistory(Account account, JournalCalls calls) {
        this.account = account;
        this.calls = calls;
        this.journal = new GreenApiJournal(account.instance());
    }

    @Override
    public List<Entry> since(Duration back) throws CallFailed {
        var minutes = Math.max(1, (back.toSeconds() + 59) / 60);
        List<Entry> entries = new ArrayList<>();
        entries.addAll(GreenApiJournal.entries(calls.lastIncomingMessages(account, minutes), Direction.INCOMING));
        entries.addAll(GreenApiJournal.entries(calls.lastOutgoingMessages(account, minutes), Direction.OUTGOING));
        return entries;
    }

    @Override
    public List<Entry> message(String chat, String messageId) throws CallFailed {
        return GreenApiJournal.entries(calls.getMessage(account, chat, messageId), Direction.INCOMING);
    }

    @Override
    public List<Entry> chat(String chat) throws CallFailed {
        return GreenApiJournal.entries(calls.getChatHistory(account, chat, NEWEST), Direction.INCOMING);
    }

    @Override
    public Notices notices() {
        return journal;
    }

    @Override
    public boolean renumbers() {
        return GreenApiJournal.isTelegram(account.instance());
    }
}
