package io.redline.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import io.redline.account.Account;
import io.redline.database.Database;
import io.redline.database.Pipeline;
import io.redline.database.Rows;
import io.redline.database.Table;
import io.redline.database.Table.Column;
import io.redline.event.Event;
import io.redline.event.Reading;
import io.redline.event.Source;

/**
 * Compares what a journal says with the ledger. One query passes over all that is known already, however much that is; only
 * for the rest are messages put together. Threadsafe.
 */
@Singleton
public class Comparison {

    private static final Column[] NAMED = {Column.NUMBER, Column.TEXT, Column.TEXT, Column.NUMBER, Column.TEXT,
            Column.TEXT, Column.TEXT, Column.NUMBER};
    /** So many messages without an original are looked at in a pass. */
    private static final int MISSING_AT_ONCE = 200;
    private static final int KNOWN_AT_ONCE = 500;

    private final Database database;
    private final Ledger ledger;
    private final boolean erase;

    Comparison(Database database, Ledger ledger) {
        this.database = database;
        this.ledger = ledger;
        this.erase = ledger.erases();
    }

    /**
     * A reading that may say something new.
     *
     * @param index which of them
     * @param facts how much is known of the message by its id, 0 for nothing: as long as it is as much, the same reading says
     *        the same
     */
    public record Suspicion(int index, long facts) {
    }

    /** A message known only from what was done to it. */
    public record Missing(String chat, String messageId) {
    }

    /**
     * What one look at the ledger found.
     *
     * @param missing messages of which later events alone are known
     * @param looked the event up to which those were looked for
     */
    public record Look(List<Suspicion> suspicions, List<Missing> missing, long looked) {
    }

    /**
     * Look for what may be new, in one query.
     *
     * @param looked the event after which messages without an original are looked for
     */
    public Look look(Account account, List<Reading> readings, long looked) {
        var id = ledger.idOf(account);
        var named = new Table(NAMED);
        for (int i = 0; i < readings.size(); i++) {
            var reading = readings.get(i);
            named.add((long) i, reading.chatId(), reading.messageId(),
                    reading.kind() == Reading.Kind.MESSAGE ? 1L : 0L, reading.editId(), reading.deleteId(),
                    reading.reactionId(), (long) StatusLine.rank(reading.status()));
        }
        var ranks = IntStream.range(0, StatusLine.line().size())
                .mapToObj(rank -> "when '" + StatusLine.line().get(rank) + "' then " + rank)
                .collect(Collectors.joining(" ", "case x.variant ", " else -1 end"));
        return database.read(connection -> {
            List<Suspicion> suspicions = new ArrayList<>();
            List<Missing> missing = new ArrayList<>();
            var last = new long[]{looked, looked};
            var pipeline = new Pipeline(connection, database.dialect());
            pipeline.ask("with named (nr, chat, id, posted, edit, del, reaction, status) as ("
                    + Table.query(database.dialect(), NAMED)
                    + ") select 0, n.nr, count(x.id) + coalesce(sum(case when x.kind in ('posted', 'edited') then length(x.tellings)"
                    + " else 0 end), 0), cast(null as text), cast(null as text) from named n"
                    + " left join event x on x.account_id = ? and x.target = n.id and (x.chat = n.chat"
            // An id is the same under the phone number of a chat and its hidden one.
                    + " or x.chat like '%" + Merge.HIDDEN + "' or n.chat like '%" + Merge.HIDDEN + "')"
                    + " group by n.nr, n.posted, n.edit, n.del, n.reaction, n.status"
                    + " having (n.posted = 1 and " + no("x.kind = 'posted'") + ")"
            // A member named text is there if one telling has it; within text its quotes are escaped. What journals
            // say of the text of an edit may change.
                    + " or (n.edit <> '' and (" + no("x.kind = 'edited' and x.event_id = n.edit"
                            + " and x.source <> 'journal' and x.tellings like '%\"text\":%'")
                    + " or (n.posted = 1 and not " + no("x.kind = 'edited' and x.event_id <> n.edit") + ")))"
            // Which came first may not be told by their times.
                    + " or (n.posted = 1 and n.edit <> '' and n.del <> '')"
                    + " or (n.del <> '' and " + no("x.kind = 'deleted' and x.event_id = n.del") + ")"
                    + " or (n.reaction <> '' and " + no("x.kind = 'reaction' and x.event_id = n.reaction") + ")"
                    + " or (n.status >= 0 and max(case when x.kind = 'status' then " + ranks
                    + " else -1 end) < n.status)"
                    + " union all select * from (select 1, e.id, 0, e.chat, e.target from event e"
                    + " where e.account_id = ? and e.id > ? and e.kind in ('edited', 'deleted') and e.chat <> ''"
                    + " and not exists (select 1 from event p where p.account_id = e.account_id"
                    + " and p.target = e.target and p.chat = e.chat and p.kind = 'posted')"
                    + " and not exists (select 1 from event a where a.account_id = e.account_id"
                    + " and a.event_id = e.target and a.kind in ('edited', 'deleted') and a.event_id <> a.target)"
                    + " order by e.id limit " + MISSING_AT_ONCE + ") m"
                    + " union all select 2, coalesce(max(e.id), 0), 0, null, null from event e"
                    + " where e.account_id = ? and e.kind in ('edited', 'deleted')",
                    row -> {
                        var number = row.getLong(2);
                        switch (row.getInt(1)) {
                            case 0 -> suspicions.add(new Suspicion((int) number, row.getLong(3)));
                            case 1 -> {
                                missing.add(new Missing(row.getString(4), row.getString(5)));
                                last[0] = Math.max(last[0], number);
                            }
                            default -> last[1] = Math.max(last[1], number);
                        }
                    }, named, id, id, looked, id);
            pipeline.run();
            removeForgotten(connection, id, readings, suspicions);
            return new Look(suspicions, List.copyOf(new LinkedHashSet<>(missing)),
                    missing.size() < MISSING_AT_ONCE ? last[1] : last[0]);
        });
    }

    /** What was erased on purpose is not found again in a journal. */
    private static void removeForgotten(Connection connection, long accountId, List<Reading> readings,
            List<Suspicion> suspicions) throws SQLException {
        if (suspicions.isEmpty()) {
            return;
        }
        Map<String, Long> forgotten = new HashMap<>();
        Rows.query(connection, "select chat, at from forgotten where account_id = ?",
                row -> forgotten.put(row.getString(1), row.getLong(2)), accountId);
        suspicions.removeIf(one -> {
            var reading = readings.get(one.index());
            var at = forgotten.get(reading.chatId());
            return at != null && reading.at() != null && reading.at() <= at;
        });
    }

    private static String no(String condition) {
        return "max(case when " + condition + " then 1 else 0 end) = 0";
    }

    /** Put together what is known of messages. */
    public List<Known> known(Account account, List<Reading> readings) {
        List<Known> all = new ArrayList<>();
        for (int from = 0; from < readings.size(); from += KNOWN_AT_ONCE) {
            var part = readings.subList(from, Math.min(readings.size(), from + KNOWN_AT_ONCE));
            all.addAll(database.read(connection -> {
                var id = ledger.idOf(account);
                var neighbourhood = new Neighbourhood(new Pipeline(connection, database.dialect()));
                for (var reading : part) {
                    neighbourhood.include(id, new Node(reading.chatId(), reading.chatId()));
                    neighbourhood.include(id, new Node(reading.chatId(), reading.messageId()));
                }
                neighbourhood.complete();
                var facts = neighbourhood.all().stream().map(stored -> stored.fact).toList();
                return known(facts, part);
            }));
        }
        return all;
    }

    /**
     * What is known of a message by a guess only is to be told: the guess may end when nothing of the message changes, and
     * nobody would look again.
     */
    private List<Known> known(List<Fact> facts, List<Reading> readings) {
        var result = Merge.of(facts, erase);
        var sure = result.guessed() ? Merge.ofWhatIsSure(facts, erase) : result;
        Map<Node, List<Fact>> byRoot = new HashMap<>();
        for (var fact : facts) {
            var root = sure.roots().get(fact.key());
            if (root != null) {
                byRoot.computeIfAbsent(root, node -> new ArrayList<>()).add(fact);
            }
        }
        return readings.stream().map(reading -> {
            var named = new Node(reading.chatId(), reading.messageId());
            var root = sure.root(named);
            var shown = result.messages().get(result.root(named));
            return known(reading, byRoot.getOrDefault(root, List.of()), sure.messages().get(root),
                    erase && shown != null && shown.deleted());
        }).toList();
    }

    private static Known known(Reading reading, List<Fact> facts, @Nullable MessageView view, boolean erased) {
        if (view == null) {
            return Known.NOTHING;
        }
        var posted = facts.stream().filter(fact -> fact.best().event() instanceof Event.Posted).toList();
        var edits = Merge.editsInOrder(facts, view.sentAt()).stream().map(fact -> new Known.Edit(fact.key().eventId(),
                fact.best(Event.Edited.class, Event.Edited::text), isAnnounced(fact), isRead(fact), applied(view, fact),
                Merge.happenedBy(fact))).toList();
        // What a journal lists is a message of its own, even if what was told of it was taken for another one's.
        var original = posted.stream().anyMatch(fact -> fact.key().target().equals(reading.messageId()));
        return new Known(original, posted.stream().reduce(Fact::with).map(fact -> fact.best(Event.Posted.class,
                Event.Posted::text)).orElse(null), view.text(), edits,
                ids(facts, Event.Deleted.KIND), view.status().status(), erased,
                ids(facts, Event.Reaction.KIND));
    }

    private static boolean isAnnounced(Fact edit) {
        return edit.tellings().stream().anyMatch(telling -> telling.source().rank() < Source.JOURNAL.rank()
                && telling.event() instanceof Event.Edited edited && edited.text() != null);
    }

    private static boolean isRead(Fact edit) {
        return edit.tellings().stream().anyMatch(telling -> telling.source() == Source.JOURNAL);
    }

    private static boolean applied(MessageView view, Fact edit) {
        return view.versions().stream().noneMatch(version -> version.kind().equals(Event.Edited.KIND)
                && version.eventId().equals(edit.key().eventId()) && !version.applied());
    }

    private static Set<String> ids(List<Fact> facts, String kind) {
        return facts.stream().map(Fact::key).filter(key -> key.kind().equals(kind)).map(key -> key.eventId())
                .collect(Collectors.toSet());
    }

    /**
     * How often an account was authorised anew, and when that was last said.
     *
     * @param at UNIX milliseconds
     */
    public record Authorisation(int epoch, @Nullable Long at) {
    }

    /** Since when the ids of an account hold. */
    public Authorisation authorisation(Account account) {
        return database.read(connection -> Rows.query(connection, "select epoch, state_at from account where id = ?",
                row -> new Authorisation(row.getInt(1), Rows.number(row, 2)), ledger.idOf(account))).get(0);
    }
}
