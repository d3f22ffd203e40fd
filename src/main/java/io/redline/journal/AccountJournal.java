package io.redline.journal;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.redline.account.Account;
import io.redline.database.StoreUnavailable;
import io.redline.event.Reading;
import io.redline.event.Reading.Kind;
import io.redline.gateway.Entry;
import io.redline.ledger.Comparison;
import io.redline.ledger.Comparison.Authorisation;
import io.redline.ledger.Known;

/**
 * The journals of one account: reads them, finds what differs from the ledger, and hands that over as notifications. What was
 * looked at and found known is not looked at again while nothing is said or known of it that was not. One thread at a time.
 */
final class AccountJournal {

    private static final int MESSAGES_ASKED_FOR = 10;
    /** Besides a journal's lag: clocks differ. */
    private static final Duration MARGIN = Duration.ofMillis(Difference.LAG).plusMinutes(1);

    private final Account account;
    private final History history;
    private final JournalSettings settings;
    private final Comparison comparison;
    private final HandsOver route;
    private final JournalStore store;
    private final Clock clock;
    private final Doubts doubts = new Doubts();
    /** What was said of something when it was last looked at, and how much was known of it. */
    private final Map<Place, Integer> settled = new HashMap<>();
    private long nextDeep;
    private JournalStore.@Nullable Row row;

    private record Place(Kind kind, String chat, String message) {
    }

    /**
     * What a pass came to.
     *
     * @param compared entries read
     * @param drift messages that differed
     * @param repaired messages of which what differed was told
     */
    record Pass(long compared, long repaired, long drift) {

        Pass with(Pass other) {
            return new Pass(compared + other.compared, repaired + other.repaired, drift + other.drift);
        }
    }

    AccountJournal(Account account, JournalSettings settings, History history, Comparison comparison,
            HandsOver route, JournalStore store, Clock clock) {
        this.account = account;
        this.history = history;
        this.settings = settings;
        this.comparison = comparison;
        this.route = route;
        this.store = store;
        this.clock = clock;
    }

    /**
     * Read the journals once.
     *
     * @param whoeverDoes whether to do it even if another replica does
     * @return what came of it; {@code null} if another replica does it
     */
    @Nullable
    Pass read(boolean whoeverDoes) throws CallFailed {
        var begun = clock.millis();
        if (!store.isOurs(account)) {
            row = null;
            if (!whoeverDoes) {
                return null;
            }
            store.take(account);
        }
        var known = known(begun);
        var completed = known.completedAt();
        var deep = begun >= nextDeep;
        var backfill = completed == null;
        var entries = history.since(back(begun, known, deep));

        var look = look(entries, known.looked());
        var pass = tell(entries, look.suspicions(), begun, known.since(), backfill);
        look.missing().forEach(missing -> doubts.miss(new Doubts.Of(missing.chat(), missing.messageId()), begun));
        pass = pass.with(ask(known.since(), backfill));
        if (deep) {
            forget(entries);
        }
        store.complete(account, begun, look.looked());
        row = new JournalStore.Row(known.since(), begun, look.looked());
        if (deep) {
            nextDeep = begun + settings.deepPeriod().toMillis();
        }
        return pass;
    }

    /** While nobody else reads them the store need not be asked each time. */
    private JournalStore.Row known(long now) {
        var first = settings.first();
        return row != null ? row : store.row(account, first == null ? 0 : now - first.toMillis());
    }

    /** Back to the last completed pass, and as far as messages may still have changed. */
    private Duration back(long now, JournalStore.Row known, boolean deep) {
        var completed = known.completedAt();
        var window = settings.windowOf(account);
        if (completed == null) {
            window = longer(window, Duration.ofMillis(now - known.since()));
        } else {
            window = longer(window, Duration.ofMillis(now - completed).plus(MARGIN));
            window = deep ? longer(window, settings.deepWindow()) : window;
        }
        return window.compareTo(settings.longest()) > 0 ? settings.longest() : window;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    private Comparison.Look look(List<Entry> entries, long looked) {
        return comparison.look(account, entries.stream().map(Entry::reading).toList(), looked);
    }

    /** Tell what differs of those entries that may. */
    private Pass tell(List<Entry> entries, List<Comparison.Suspicion> suspicions, long now, long since,
            boolean backfill) {
        Map<Entry, Integer> looks = new LinkedHashMap<>();
        suspicions.stream().sorted(Comparator.comparing(one -> at(entries.get(one.index())))).forEach(one -> {
            var entry = entries.get(one.index());
            var said = Objects.hash(entry.reading(), entry.reading().at() == null, one.facts());
            if (!Objects.equals(settled.get(place(entry)), said)) {
                looks.put(entry, said);
            }
        });
        var strangers = suspicions.stream().filter(one -> one.facts() == 0)
                .map(one -> entries.get(one.index())).collect(Collectors.toSet());
        var asked = looks.keySet().stream().filter(entry -> history.hasTwins() || !strangers.contains(entry))
                .toList();
        var found = comparison.known(account, asked.stream().map(Entry::reading).toList()).iterator();
        Map<Entry, Known> known = new HashMap<>();
        asked.forEach(entry -> known.put(entry, found.next()));
        Set<Doubts.Of> drifted = new HashSet<>();
        List<Told> told = new ArrayList<>();
        var handingOver = new HandingOver(now, backfill);
        Authorisation authorisation = null;
        for (var look : looks.entrySet()) {
            var listed = look.getKey();
            var beside = known.getOrDefault(listed, Known.NOTHING);
            var entry = history.beside(beside, listed);
            var reading = entry.reading();
            var message = Doubts.of(reading);
            var difference = Difference.of(reading, beside, now, since,
                    () -> doubts.isReadBefore(reading, now));
            if (difference.posted() && authorisation == null && history.renumbers()) {
                authorisation = comparison.authorisation(account);
            }
            if (!difference.isNone() || difference.open()) {
                drifted.add(message);
            }
            told.add(new Told(listed, look.getValue(), difference, notifications(entry, difference,
                    epoch(reading, authorisation)).stream().map(handingOver::add).toList()));
        }
        Set<Doubts.Of> repaired = new HashSet<>();
        for (var one : told) {
            var message = Doubts.of(one.entry().reading());
            var kept = true;
            for (var notification : one.notifications()) {
                kept &= isKept(notification);
            }
            if (kept && !one.notifications().isEmpty()) {
                repaired.add(message);
            }
            if (one.difference().open()) {
                doubts.open(message, now);
            } else {
                if (!history.hasTwins() || !strangers.contains(one.entry())) {
                    // What is known under another name may change without our seeing it here.
                    settled.put(place(one.entry()), one.said());
                }
                if (one.entry().reading().kind() == Kind.MESSAGE) {
                    doubts.settle(message);
                }
            }
        }
        return new Pass(entries.size(), repaired.size(), drifted.size());
    }

    /**
     * An entry that was looked at.
     *
     * @param said what it said, and how much was known of it
     * @param notifications what is told of it: whether each was kept as something that is known
     */
    private record Told(Entry entry, int said, Difference difference, List<CompletableFuture<Boolean>> notifications) {
    }

    /** Notifications on their way into the outbox: so many share a commit, and no more are in memory. */
    private final class HandingOver {

        private static final int AT_ONCE = 64;

        private final long readAt;
        private final boolean backfill;
        private final Queue<CompletableFuture<Boolean>> underWay = new ArrayDeque<>();

        HandingOver(long readAt, boolean backfill) {
            this.readAt = readAt;
            this.backfill = backfill;
        }

        CompletableFuture<Boolean> add(Map<String, Object> notification) {
            if (underWay.size() == AT_ONCE) {
                isKept(underWay.remove());
            }
            var one = route.handOver(account, notification, readAt, backfill);
            underWay.add(one);
            return one;
        }
    }

    private static boolean isKept(CompletableFuture<Boolean> notification) {
        try {
            return notification.join();
        } catch (CompletionException e) {
            throw new StoreUnavailable("What a journal told was not kept.", e.getCause());
        }
    }

    private static long at(Entry entry) {
        var at = entry.reading().at();
        return at == null ? 0 : at;
    }

    private static Place place(Entry entry) {
        var reading = entry.reading();
        return new Place(reading.kind(), reading.chatId(), reading.messageId()
                + (reading.kind() == Kind.MESSAGE
                        ? ""
                        : ' ' + reading.editId() + reading.deleteId()
                                + reading.reactionId()));
    }

    /** What the journals of Telegram list of the time before an account was authorised anew may have new ids. */
    private static @Nullable Integer epoch(Reading reading, @Nullable Authorisation authorisation) {
        return authorisation == null || authorisation.epoch() == 0 || reading.at() == null || authorisation.at() == null
                || reading.at() >= authorisation.at() ? null : (Integer) authorisation.epoch();
    }

    private List<Map<String, Object>> notifications(Entry entry, Difference difference, @Nullable Integer epoch) {
        var journal = history.notices();
        List<Map<String, Object>> notifications = new ArrayList<>();
        if (difference.posted()) {
            notifications.add(journal.posted(entry, epoch));
        }
        var edit = difference.edit();
        if (edit != null) {
            notifications.add(journal.edited(entry, edit.text()));
        }
        if (difference.deleted()) {
            notifications.add(journal.deleted(entry));
        }
        if (difference.status()) {
            notifications.add(journal.status(entry));
        }
        if (difference.reaction()) {
            notifications.add(journal.reaction(entry));
        }
        return notifications;
    }

    /**
     * Ask for those messages by themselves that are in doubt. If that does not work now, the pass is none the worse for it: it
     * is asked again in the next one.
     */
    private Pass ask(long since, boolean backfill) {
        var pass = new Pass(0, 0, 0);
        var histories = 0;
        var due = doubts.due(clock.millis(), MESSAGES_ASKED_FOR);
        for (var message : due.isEmpty() ? due : missing(due)) {
            List<Entry> entries;
            try {
                entries = message(message);
                if (entries.isEmpty() && histories++ == 0) {
                    entries = chat(message);
                }
            } catch (CallFailed e) {
                return pass;
            }
            doubts.asked(message);
            var now = clock.millis();
            pass = pass.with(tell(entries, look(entries, Long.MAX_VALUE).suspicions(), now, since, backfill));
        }
        return pass;
    }

    /** It was seen to fail for edited messages: then there is none. */
    private List<Entry> message(Doubts.Of message) throws CallFailed {
        try {
            return history.message(message.chat(), message.messageId());
        } catch (CallFailed e) {
            if (e.kind != CallFailed.Kind.REFUSED) {
                throw e;
            }
            return List.of();
        }
    }

    /** Those whose original came meanwhile are not asked for. */
    private List<Doubts.Of> missing(List<Doubts.Of> asked) {
        var readings = asked.stream().map(of -> new Reading(Kind.MESSAGE, of.chat(), of.messageId(), null, null, "", "",
                "", "")).toList();
        var known = comparison.known(account, readings);
        List<Doubts.Of> missing = new ArrayList<>();
        for (int i = 0; i < asked.size(); i++) {
            if (known.get(i).original() && doubts.isMissed(asked.get(i))) {
                doubts.settle(asked.get(i));
            } else {
                missing.add(asked.get(i));
            }
        }
        return missing;
    }

    private List<Entry> chat(Doubts.Of message) throws CallFailed {
        try {
            return history.chat(message.chat());
        } catch (CallFailed e) {
            if (e.kind != CallFailed.Kind.REFUSED) {
                throw e;
            }
            return List.of();
        }
    }

    /** What is in no window any more need not be remembered. */
    private void forget(List<Entry> entries) {
        var listed = new HashSet<Place>();
        entries.forEach(entry -> listed.add(place(entry)));
        settled.keySet().retainAll(listed);
        doubts.forgetOld(clock.millis());
    }

}
