package io.redline.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.redline.account.Account;
import io.redline.database.Pipeline;
import io.redline.database.Rows;
import io.redline.database.Table;
import io.redline.database.Table.Column;
import io.redline.event.Event;
import io.redline.event.EventJson;
import io.redline.event.EventKey;
import io.redline.event.Source;
import io.redline.ledger.Merge.Result;
import io.redline.ledger.MessageView.Original;
import io.redline.ledger.Recorded.Changed;
import io.redline.ledger.Recorded.Novelty;

/**
 * One batch of events on its way into the store: load what is known around them, merge one after the other, and write what
 * came of it. Lives as long as the transaction it is part of.
 */
final class Recording {

    private final Pipeline pipeline;
    private final Connection connection;
    private final Positions positions;
    private final ToLongFunction<Account> ids;
    private final boolean erase;
    private final Neighbourhood neighbourhood;
    private final Map<Long, Account> accounts = new HashMap<>();
    private final Map<RowKey, MessageRow> messages = new HashMap<>();
    private final List<Outcome> outcomes = new ArrayList<>();

    private record RowKey(long accountId, Node node) {
    }

    /** A row of {@code message}. */
    private static final class MessageRow {
        long revision;
        boolean dirty;
        long at;
        boolean hidden;
        @Nullable
        String replyTo;
    }

    private record PendingChange(StoredFact cause, String chat, @Nullable String messageId, long revision,
            Map<String, Object> data, Map<String, Object> difference, boolean told, Set<String> endpoints) {
    }

    private record Outcome(StoredFact stored, Submission submission, Novelty novelty, List<PendingChange> changes) {

        /** Whether endpoints hear of it only if they did not the first time. */
        boolean isNothingNew() {
            return novelty != Novelty.NEW && changes.isEmpty();
        }
    }

    /**
     * @param pipeline what is written is told to it, and stands in the store after its next run
     * @param positions where the numbers of rows come from
     * @param ids the store's number of an account
     * @param erase whether a deleted message loses its text
     */
    Recording(Pipeline pipeline, Positions positions, ToLongFunction<Account> ids, boolean erase) {
        this.pipeline = pipeline;
        this.connection = pipeline.connection();
        this.positions = positions;
        this.ids = ids;
        this.erase = erase;
        this.neighbourhood = new Neighbourhood(pipeline,
                (accountId, message, revision) -> row(accountId, message).revision = revision);
    }

    List<Recorded> record(List<Submission> batch) throws SQLException {
        for (var submission : batch) {
            accounts.put(ids.applyAsLong(submission.account()), submission.account());
        }
        for (var submission : batch) {
            neighbourhood.include(ids.applyAsLong(submission.account()), submission.event());
            if (erase && submission.event() instanceof Event.Posted posted && posted.replyTo() != null) {
                neighbourhood.include(ids.applyAsLong(submission.account()),
                        new Node(posted.chat().id(), posted.replyTo()));
            }
        }
        // An event, its notification and one change: few have more.
        positions.expect(3 * batch.size());
        positions.drawFor(accounts.keySet());
        neighbourhood.complete();
        for (var submission : batch) {
            outcomes.add(merge(submission));
        }
        return write();
    }

    private Outcome merge(Submission submission) throws SQLException {
        var accountId = ids.applyAsLong(submission.account());
        var telling = new Telling(submission.source(), submission.receivedAt(), submission.event());
        var key = submission.key();
        var known = neighbourhood.find(accountId, key);
        var aboutMessage = submission.event() instanceof Event.OfMessage of && of.target() != null
                || submission.event() instanceof Event.ChatAlias;
        if (known != null && !erase && known.fact.with(telling) == known.fact) {
            return new Outcome(known, submission, Novelty.REPEAT, List.of());
        }
        Result before = null;
        if (aboutMessage) {
            var around = around(accountId, submission.event());
            before = Merge.of(facts(around), erase);
            telling = erase ? withoutErased(telling, key, around) : telling;
        }
        Novelty novelty;
        StoredFact stored;
        if (known == null) {
            stored = new StoredFact(accountId, 0, Fact.of(key, telling),
                    new LinkedHashSet<>(submission.endpoints()));
            novelty = Novelty.NEW;
            stored.dirty = true;
            neighbourhood.add(stored);
        } else {
            stored = known;
            novelty = novelty(known.fact, telling);
            var joined = known.fact.with(telling);
            stored.dirty |= !joined.equals(known.fact);
            stored.fact = joined;
        }
        if (before == null) {
            return new Outcome(stored, submission, novelty,
                    novelty == Novelty.NEW ? List.of(ofAccount(stored, submission)) : List.of());
        }
        var changes = changes(stored, submission, before);
        // The same, but heard earlier: it may still change what is ordered by receipt.
        return new Outcome(stored, submission,
                novelty == Novelty.REPEAT && !changes.isEmpty() ? Novelty.ENRICHED : novelty, changes);
    }

    private List<StoredFact> around(long accountId, Event event) {
        return neighbourhood.around(accountId, event.key());
    }

    private static List<Fact> facts(List<StoredFact> stored) {
        return stored.stream().map(one -> one.fact).toList();
    }

    /**
     * Other content under one key from a source as good is worth counting, for one of the two must be wrong. A journal
     * that says the same later may put an edit last.
     */
    private static Novelty novelty(Fact known, Telling telling) {
        var same = known.tellings().stream().filter(other -> other.sameAs(telling)).findFirst();
        if (same.isPresent()) {
            return telling.source() == Source.JOURNAL && telling.receivedAt() > same.get().receivedAt()
                    ? Novelty.ENRICHED
                    : Novelty.REPEAT;
        }
        return known.tellings().stream().anyMatch(other -> other.source().rank() == telling.source().rank())
                ? Novelty.CONFLICT
                : Novelty.ENRICHED;
    }

    /** What is told of an erased message later comes without its text. */
    private static Telling withoutErased(Telling telling, EventKey key, List<StoredFact> around) {
        Map<EventKey, Fact> facts = new HashMap<>();
        around.forEach(stored -> facts.put(stored.fact.key(), stored.fact));
        facts.merge(key, Fact.of(key, telling), Fact::with);
        return isErased(Merge.of(facts.values(), true), key) ? Erasure.of(telling) : telling;
    }

    private static boolean isErased(Result result, EventKey key) {
        var root = result.roots().get(key);
        var message = root == null ? null : result.messages().get(root);
        return message != null && message.deleted();
    }

    private List<PendingChange> changes(StoredFact cause, Submission submission, Result before)
            throws SQLException {
        var around = around(cause.accountId, submission.event());
        var after = Merge.of(facts(around), erase);
        var endpoints = new LinkedHashSet<>(submission.endpoints());
        for (var stored : around) {
            if (before.unresolved().contains(stored.fact.key())
                    && !after.unresolved().contains(stored.fact.key())) {
                endpoints.addAll(stored.endpoints);
            }
        }
        List<PendingChange> changes = new ArrayList<>();
        var nodes = new TreeSet<>(before.messages().keySet());
        nodes.addAll(after.messages().keySet());
        for (var node : nodes) {
            var now = after.messages().get(node);
            if (now == null) {
                moved(cause, node, before, after, endpoints).ifPresent(changes::add);
            } else if (!now.equals(before.messages().get(node))) {
                var row = row(cause.accountId, node);
                row.dirty = true;
                row.hidden = now.hidden();
                row.replyTo = now.replyTo();
                row.at = now.sentAt() != null ? now.sentAt() : firstKnown(now, around);
                if (!now.saysSameAs(before.messages().get(node))) {
                    row.revision++;
                    changes.add(change(cause, submission, before.messages().get(node), now, row.revision, endpoints));
                }
                if (erase && now.deleted()) {
                    erase(cause.accountId, node, after, around, changes);
                }
            }
        }
        // A row that nobody sees: it is how the neighbourhood finds by its time what has no message of its own.
        after.reposted().forEach((node, at) -> {
            var row = row(cause.accountId, node);
            row.dirty = true;
            row.hidden = true;
            row.at = at;
        });
        return changes;
    }

    private static PendingChange change(StoredFact cause, Submission submission, @Nullable MessageView previous,
            MessageView now, long revision, Set<String> endpoints) {
        var told = now.original() != Original.UNMATCHED;
        return new PendingChange(cause, now.chat().id(), now.messageId(), revision,
                MessageJson.of(submission.account(), now, revision, false),
                difference(cause, submission, previous, now), told, told ? endpoints : Set.of());
    }

    /** What only the change itself can say: the text before, and whether an edit or delete counts. */
    private static Map<String, Object> difference(StoredFact cause, Submission submission,
            @Nullable MessageView previous, MessageView now) {
        var difference = backfill(submission);
        if (previous != null && previous.text() != null && !previous.text().equals(now.text())) {
            difference.put("previousText", previous.text());
        }
        now.versions().stream().filter(version -> cause.fact.best().event() instanceof Event.Change)
                .filter(version -> version.eventId().equals(cause.fact.key().eventId())
                        && version.kind().equals(cause.fact.key().kind()))
                .findFirst().ifPresent(version -> {
                    difference.put("applied", version.applied());
                    if (version.commandId() != null) {
                        difference.put("by", version.by());
                        difference.put("byName", version.byName());
                        difference.put("commandId", version.commandId());
                    }
                });
        return difference;
    }

    private static Map<String, Object> backfill(Submission submission) {
        return submission.backfill() ? new LinkedHashMap<>(Map.of("backfill", true)) : new LinkedHashMap<>();
    }

    private static long firstKnown(MessageView view, List<StoredFact> around) {
        return view.versions().stream().map(Version::at).filter(at -> at != null).mapToLong(at -> at).min()
                .orElseGet(() -> around.stream().mapToLong(s -> s.fact.receivedAt()).min().orElseThrow());
    }

    /** What was taken for a message of its own is known to be (an edit of) another one: tell who has a copy. */
    private Optional<PendingChange> moved(StoredFact cause, Node node, Result before, Result after,
            Set<String> endpoints) {
        var row = row(cause.accountId, node);
        if (row.revision == 0) {
            return Optional.empty();
        }
        row.revision++;
        row.dirty = true;
        row.hidden = true;
        var was = before.messages().get(node);
        // Where its facts went: an alias of a chat may take them from a chat that is none.
        var to = before.roots().entrySet().stream().filter(entry -> entry.getValue().equals(node))
                .map(entry -> after.roots().getOrDefault(entry.getKey(), node)).filter(root -> !root.equals(node))
                .min(Comparator.naturalOrder()).orElse(after.root(node));
        var told = was != null && !was.hidden();
        return Optional.of(new PendingChange(cause, node.chat(), node.id(), row.revision,
                MessageJson.moved(accounts.get(cause.accountId), node, to, row.revision), new LinkedHashMap<>(),
                told, told ? endpoints : Set.of()));
    }

    private MessageRow row(long accountId, Node node) {
        return messages.computeIfAbsent(new RowKey(accountId, node), key -> new MessageRow());
    }

    /**
     * Take the text out of everything kept of a deleted message, under whatever id it was known, and of what quotes it.
     *
     * @param changes those of the event that is being merged
     */
    private void erase(long accountId, Node message, Result after, List<StoredFact> around,
            List<PendingChange> changes) throws SQLException {
        var names = new TreeSet<>(Set.of(message.id()));
        for (var stored : around) {
            if (message.equals(after.roots().get(stored.fact.key()))) {
                names.add(stored.fact.key().target());
                var erased = Erasure.of(stored.fact);
                if (!erased.equals(stored.fact)) {
                    stored.fact = erased;
                    stored.dirty = true;
                }
                if (stored.eventId > 0) {
                    eraseNotifications("event_id = ?", stored.eventId);
                }
            }
        }
        for (var name : names) {
            eraseNotifications("event_id in (select e.id from message m"
                    + " join event e on e.account_id = m.account_id and e.target = m.message_id"
                    + " where m.account_id = ? and m.reply_to = ?)", accountId, name);
            eraseChanges(accountId, name, message, after);
            Rows.update(connection, "update command set text = null where account_id = ? and message = ?"
                    + " and chat = ?", accountId, name, message.chat());
            Rows.update(connection, "update command set text = null where account_id = ? and made = ?"
                    + " and chat = ?", accountId, name, message.chat());
        }
        Stream.concat(outcomes.stream().flatMap(outcome -> outcome.changes().stream()), changes.stream())
                .filter(change -> change.messageId() != null && change.cause().accountId == accountId
                        && after.root(new Node(change.chat(), change.messageId())).equals(message))
                .forEach(change -> {
                    var erased = Erasure.of(change.data());
                    change.data().clear();
                    change.data().putAll(erased);
                    change.difference().remove("previousText");
                });
    }

    /** Who is owed a notification as it came cannot get it any more. */
    private void eraseNotifications(String which, Object... parameters) throws SQLException {
        var erased = "notification_id in (select id from notification where " + which + ")";
        Rows.update(connection, "delete from delivery where change_id is null and " + erased, parameters);
        Rows.update(connection, "update delivery set notification_id = null where " + erased, parameters);
        Rows.update(connection, "delete from notification where " + which, parameters);
    }

    private void eraseChanges(long accountId, String name, Node message, Result after) throws SQLException {
        record Kept(long id, Node node, String data) {
        }
        for (var kept : Rows.query(connection,
                "select id, chat, data from message_change where account_id = ? and message_id = ?",
                row -> new Kept(row.getLong(1), new Node(row.getString(2), name), row.getString(3)),
                accountId, name)) {
            if (after.root(kept.node()).equals(message)) {
                Rows.update(connection, "update change set data = ? where id = ?",
                        EventJson.writeInOrder(Erasure.of(EventJson.readObject(kept.data()))), kept.id());
            }
        }
    }

    private PendingChange ofAccount(StoredFact cause, Submission submission) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("account", submission.account().name());
        data.put("gateway", submission.account().gateway());
        return new PendingChange(cause, cause.fact.key().chat(), null, 0, data, backfill(submission), true,
                new LinkedHashSet<>(submission.endpoints()));
    }

    private List<Recorded> write() throws SQLException {
        var fresh = outcomes.stream().map(Outcome::stored).distinct().filter(s -> s.eventId == 0).toList();
        var known = new TreeSet<Long>();
        outcomes.stream().filter(outcome -> outcome.isNothingNew() && outcome.stored().eventId != 0)
                .forEach(outcome -> known.add(outcome.stored().eventId));
        var earlier = earlierChanges(known);
        var notifications = outcomes.stream().filter(this::keepsNotification).toList();
        var changes = outcomes.stream().flatMap(outcome -> outcome.changes().stream()).toList();
        var next = positions.next(fresh.size() + notifications.size() + changes.size()).iterator();

        fresh.forEach(stored -> stored.eventId = next.next());
        writeEvents(fresh);
        Map<Outcome, Long> notificationIds = new IdentityHashMap<>();
        var kept = new Table(Column.NUMBER, Column.NUMBER, Column.NUMBER, Column.BYTES);
        for (var outcome : notifications) {
            var id = next.next();
            notificationIds.put(outcome, id);
            kept.add(id, outcome.stored().eventId, outcome.submission().receivedAt(),
                    outcome.submission().notification());
        }
        pipeline.insert("notification (id, event_id, received_at, body)", kept, "");
        writeMessages();

        Map<PendingChange, Long> changeIds = new IdentityHashMap<>();
        var written = new Table(Column.NUMBER, Column.NUMBER, Column.NUMBER, Column.TEXT, Column.TEXT, Column.NUMBER,
                Column.FLAG, Column.NUMBER, Column.TEXT, Column.FLAG);
        for (var change : changes) {
            var id = next.next();
            changeIds.put(change, id);
            var what = MessageJson.change(change.cause());
            what.putAll(change.difference());
            change.data().put("change", what);
            written.add(id, change.cause().eventId, change.cause().accountId, change.chat(), change.messageId(),
                    change.revision(), change.told(), change.cause().fact.receivedAt(),
                    EventJson.writeInOrder(change.data()),
                    !change.cause().fact.key().target().equals(change.messageId()));
        }
        pipeline.insert(
                "change (id, event_id, account_id, chat, message_id, revision, told, created_at, data, stray)",
                written,
                "");
        recordAccountStates();

        List<Recorded> recorded = new ArrayList<>();
        for (var outcome : outcomes) {
            recorded.add(new Recorded(outcome.stored().eventId, outcome.stored().accountId,
                    notificationIds.get(outcome), outcome.novelty(),
                    outcome.isNothingNew()
                            ? told(outcome, earlier, changeIds)
                            : outcome.changes().stream().map(change -> new Changed(changeIds.get(change),
                                    change.cause().accountId, change.chat(), change.endpoints())).toList()));
        }
        return recorded;
    }

    private boolean keepsNotification(Outcome outcome) {
        return outcome.submission().notification() != null && outcome.novelty() != Novelty.REPEAT
                && !(erase && tellsOfErased(outcome));
    }

    /** Whether it is about a message that has been erased by now, or may quote one. */
    private boolean tellsOfErased(Outcome outcome) {
        var stored = outcome.stored();
        var key = stored.fact.key();
        if (isErased(Merge.of(facts(neighbourhood.around(stored.accountId, key)), true), key)) {
            return true;
        }
        var quoted = outcome.submission().event() instanceof Event.Posted posted ? posted.replyTo() : null;
        if (quoted == null) {
            return false;
        }
        var named = new EventKey(Event.Posted.KIND, key.chat(), quoted, "", "");
        var result = Merge.of(facts(neighbourhood.around(stored.accountId, named)), true);
        var message = result.messages().get(result.root(new Node(key.chat(), quoted)));
        return message != null && message.deleted();
    }

    private void writeEvents(Collection<StoredFact> fresh) {
        var events = new Table(Column.NUMBER, Column.NUMBER, Column.TEXT, Column.TEXT, Column.TEXT, Column.TEXT,
                Column.TEXT, Column.TEXT, Column.NUMBER, Column.TEXT, Column.TEXT);
        for (var stored : fresh) {
            stored.dirty = false;
            var key = stored.fact.key();
            events.add(stored.eventId, stored.accountId, key.kind(), key.chat(), key.target(), key.eventId(),
                    key.variant(), stored.fact.best().source().word(), stored.fact.receivedAt(),
                    Endpoints.format(stored.endpoints), tellings(stored));
        }
        var changed = new Table(Column.NUMBER, Column.TEXT);
        var ids = new Table(Column.NUMBER);
        neighbourhood.all().stream().filter(stored -> stored.dirty).forEach(stored -> {
            changed.add(stored.eventId, tellings(stored));
            ids.add(stored.eventId);
        });
        if (!changed.isEmpty()) {
            // The ids by themselves as well, so that no plan begins with all events.
            pipeline.tell("with named (id, tellings) as (" + Table.query(pipeline.dialect(), Column.NUMBER, Column.TEXT)
                    + ") update event set tellings = named.tellings from named where event.id = named.id and event.id "
                    + Table.among(pipeline.dialect(), Column.NUMBER), changed, ids);
        }
        pipeline.insert("event (id, account_id, kind, chat, target, event_id, variant, source, received_at, endpoints,"
                + " tellings)", events, "");
    }

    private static String tellings(StoredFact stored) {
        return EventJson.write(stored.fact.tellings());
    }

    private void writeMessages() {
        var rows = new Table(Column.NUMBER, Column.TEXT, Column.TEXT, Column.NUMBER, Column.NUMBER, Column.FLAG,
                Column.TEXT);
        messages.forEach((key, row) -> {
            if (row.dirty) {
                rows.add(key.accountId(), key.node().id(), key.node().chat(), row.revision, row.at, row.hidden,
                        row.replyTo);
            }
        });
        pipeline.insert("message (account_id, message_id, chat, revision, at, hidden, reply_to)", rows,
                " on conflict (account_id, message_id, chat) do update set revision = excluded.revision,"
                        + " at = excluded.at, hidden = excluded.hidden, reply_to = excluded.reply_to");
    }

    /** The last word on an account's state, and how often it was authorised anew. */
    private void recordAccountStates() {
        for (var outcome : outcomes) {
            if (outcome.novelty() == Novelty.NEW && outcome.submission().event() instanceof Event.AccountState state
                    && "state".equals(state.aspect())) {
                pipeline.tell("update account set epoch = epoch + case when state = 'notAuthorized'"
                        + " and cast(? as text) = 'authorized' then 1 else 0 end, state = ?, state_at = ?"
                        + " where id = ? and coalesce(state_at, 0) <= ?",
                        state.state(), state.state(), at(outcome), outcome.stored().accountId, at(outcome));
            }
        }
    }

    private static long at(Outcome outcome) {
        var at = outcome.stored().fact.at();
        return at != null ? at : outcome.submission().receivedAt();
    }

    /** What is known to follow from events, by their number. */
    private Map<Long, List<Changed>> earlierChanges(Set<Long> events) throws SQLException {
        Map<Long, List<Changed>> changes = new HashMap<>();
        if (!events.isEmpty()) {
            var named = new Table(Column.NUMBER);
            events.forEach(named::add);
            pipeline.ask("with named (id) as (" + Table.query(pipeline.dialect(), Column.NUMBER) + ") select c.id,"
                    + " c.account_id, c.chat, c.event_id"
                    + pipeline.dialect().forEachNamed("change c", "c.event_id = n.id and c.told") + " order by c.id",
                    row -> changes.computeIfAbsent(row.getLong(4), id -> new ArrayList<>())
                            .add(new Changed(row.getLong(1), row.getLong(2), row.getString(3), Set.of())),
                    named);
            pipeline.run();
        }
        return changes;
    }

    /** A repeat may name endpoints that did not hear of it the first time. */
    private List<Changed> told(Outcome repeat, Map<Long, List<Changed>> earlier, Map<PendingChange, Long> now) {
        var endpoints = new LinkedHashSet<>(repeat.submission().endpoints());
        return Stream.concat(
                earlier.getOrDefault(repeat.stored().eventId, List.of()).stream()
                        .map(change -> new Changed(change.id(), change.accountId(), change.chat(), endpoints)),
                outcomes.stream().filter(other -> other.stored() == repeat.stored())
                        .flatMap(other -> other.changes().stream()).filter(PendingChange::told)
                        .map(change -> new Changed(now.get(change), repeat.stored().accountId, change.chat(),
                                endpoints)))
                .toList();
    }
}
