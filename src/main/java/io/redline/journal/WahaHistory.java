package io.redline.journal;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.redline.account.Account;
import io.redline.call.Answer;
import io.redline.call.Call;
import io.redline.call.Waha;
import io.redline.gateway.Entry;
import io.redline.gateway.Notices;
import io.redline.gateway.waha.WahaJournal;
import io.redline.ledger.Known;

/**
 * WAHA's messages. Two engines list those of all chats at once; of the others the chats are listed, and those that changed, or
 * were active and not read for a while, are read. A page may be short or empty and yet not the last.
 */
final class WahaHistory implements History {

    /** The chat that stands for all. */
    private static final String ALL = "all";
    private static final int PAGE = 100;
    private static final int MOST_PAGES = 200;
    private static final int EMPTY_PAGES = 2;
    /** What is edited may not be the last message of its chat. */
    private static final Duration READ_AGAIN = Duration.ofMinutes(1);

    private final Account account;
    private final Function<Call, Answer> calls;
    private final Clock clock;
    private final WahaJournal journal;
    /** Chats as they were when they were read. */
    private final Map<String, Seen> seen = new HashMap<>();
    private String engine = "";

    private record Seen(int last, long at, Duration back) {
    }

    WahaHistory(Account account, Function<Call, Answer> calls, Clock clock) {
        this.account = account;
        this.calls = calls;
        this.clock = clock;
        this.journal = new WahaJournal(account.instance());
    }

    @Override
    public List<Entry> since(Duration back) throws CallFailed {
        // A session that does not work would make each call wait for it.
        var session = WahaJournal.session(ask(call("getSession", null)));
        if (!session.works()) {
            throw new CallFailed(CallFailed.Kind.OUTAGE, "The session is " + session.status()
                    + ": look at it in the gateway's dashboard.");
        }
        engine = session.engine();
        var from = clock.millis() - back.toMillis();
        if (journal.listsAllChats(engine)) {
            return messages(ALL, from);
        }
        List<Entry> entries = new ArrayList<>();
        for (var chat : chats(from)) {
            var last = chat.last().hashCode();
            var before = seen.get(chat.id());
            if (before != null && before.last() == last && before.back().compareTo(back) >= 0
                    && clock.millis() - before.at() < READ_AGAIN.toMillis()) {
                continue;
            }
            var at = clock.millis();
            entries.addAll(messages(chat.id(), from));
            seen.put(chat.id(), new Seen(last, at, back));
        }
        return entries;
    }

    private List<WahaJournal.Listed> chats(long from) throws CallFailed {
        Map<String, WahaJournal.Listed> active = new LinkedHashMap<>();
        for (int page = 0; page < MOST_PAGES; page++) {
            var listed = WahaJournal.chats(ask(call("getChatsOverview", null).query("limit", PAGE)
                    .query("offset", page * PAGE).query("merge", true)));
            listed.stream().filter(chat -> chat.at() == null || chat.at() >= from)
                    .forEach(chat -> active.putIfAbsent(chat.id(), chat));
            // The one with the newest message comes first.
            if (listed.isEmpty() || listed.stream().allMatch(chat -> chat.at() != null && chat.at() < from)) {
                break;
            }
        }
        return List.copyOf(active.values());
    }

    private List<Entry> messages(String chat, long from) throws CallFailed {
        List<Entry> entries = new ArrayList<>();
        for (int page = 0, empty = 0; page < MOST_PAGES && empty < EMPTY_PAGES; page++) {
            var answer = ask(call("getMessages", Waha.argument(chat)).query("limit", PAGE).query("offset", page * PAGE)
                    .query("filter.timestamp.gte", Math.floorDiv(from, 1_000)).query("merge", true)
                    .query("downloadMedia", false));
            entries.addAll(journal.entries(answer, engine));
            empty = answer instanceof List<?> list && !list.isEmpty() ? 0 : empty + 1;
        }
        return entries;
    }

    @Override
    public List<Entry> message(String chat, String messageId) throws CallFailed {
        for (var fromMe : new boolean[]{false, true}) {
            try {
                var answer = ask(call("getMessage", Waha.argument(chat, fromMe + "_" + chat + "_" + messageId))
                        .query("merge", true).query("downloadMedia", false));
                var entries = journal.entries(answer, engine);
                if (!entries.isEmpty()) {
                    return entries;
                }
            } catch (CallFailed e) {
                if (e.kind != CallFailed.Kind.REFUSED) {
                    throw e;
                }
            }
        }
        return List.of();
    }

    @Override
    public List<Entry> chat(String chat) throws CallFailed {
        return journal.entries(ask(call("getMessages", Waha.argument(chat)).query("limit", PAGE).query("merge", true)
                .query("downloadMedia", false)), engine);
    }

    @Override
    public Notices notices() {
        return journal;
    }

    /**
     * WAHA lists what a message says now, and not that it was edited: that shows only beside what is known. It lists no ids
     * of deletes either.
     */
    @Override
    public Entry beside(Known known, Entry entry) {
        var last = known.edits().stream().filter(Known.Edit::applied).reduce((one, next) -> next);
        var text = last.isPresent() && last.get().text() == null ? null : known.text();
        return journal.beside(entry, known.original(), text, !known.edits().isEmpty(),
                !known.deletes().isEmpty(), known.erased());
    }

    @Override
    public boolean hasTwins() {
        return true;
    }

    private Call call(String method, @Nullable String argument) {
        var call = Call.of(account, method);
        return argument == null ? call : call.argument(argument);
    }

    private @Nullable Object ask(Call call) throws CallFailed {
        return CallFailed.json(call, calls.apply(call));
    }
}
