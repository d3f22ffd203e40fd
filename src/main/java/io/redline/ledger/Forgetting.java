package io.redline.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import io.redline.database.Dialect;
import io.redline.database.Pipeline;
import io.redline.database.Rows;
import io.redline.event.Event;

/**
 * Finds what of the ledger is old enough to be forgotten, and forgets it: an event about no message by itself, a message only
 * with all that is bound to it, and not before the last of that is old. That two chats are the same stays known, for messages
 * to come. Lives as long as the transaction it is part of.
 */
public final class Forgetting {

    private final Connection connection;
    private final Dialect dialect;

    /**
     * What is forgotten together.
     *
     * @param events our numbers of the events
     * @param ids the ids under which their message is known, whatever the chat; none if they are about no message
     */
    public record Bundle(long accountId, List<Long> events, Set<String> ids) {
    }

    /**
     * A part of the ledger that was looked at.
     *
     * @param old what is old enough
     * @param last our number of the last event looked at; those after it are to be looked at next
     * @param end whether those after it are too young
     */
    public record Part(List<Bundle> old, long last, boolean end) {
    }

    public Forgetting(Connection connection, Dialect dialect) {
        this.connection = connection;
        this.dialect = dialect;
    }

    /**
     * Look at events in the order in which they came. Their accounts are locked until the transaction ends.
     *
     * @param before what was heard then or later is young, in UNIX milliseconds
     */
    public Part look(long after, long before, int limit) throws SQLException {
        record Row(long id, long accountId, long receivedAt) {
        }
        var rows = Rows.query(connection,
                "select id, account_id, received_at from event where id > ? order by id limit ?",
                row -> new Row(row.getLong(1), row.getLong(2), row.getLong(3)), after, limit);
        if (rows.isEmpty()) {
            return new Part(List.of(), after, true);
        }
        var last = rows.get(rows.size() - 1);
        var end = rows.size() < limit || last.receivedAt() >= before;
        var accounts = new TreeSet<Long>();
        rows.stream().filter(row -> row.receivedAt() < before).forEach(row -> accounts.add(row.accountId()));
        if (accounts.isEmpty()) {
            return new Part(List.of(), last.id(), end);
        }
        AccountLocks.take(connection, dialect, accounts);
        // Read again what may have changed before the accounts were locked.
        var events = Rows.query(connection,
                "select " + StoredFact.COLUMNS + " from event e where e.id > ? and e.id <= ?"
                        + " and e.received_at < ? order by e.id",
                StoredFact::read, after, last.id(), before);
        return new Part(old(events, before), last.id(), end);
    }

    /** The ids under which a chat is known, the given one among them. */
    public static Set<String> names(Connection connection, long accountId, String chat) throws SQLException {
        Set<String> names = new TreeSet<>(Set.of(chat));
        var found = true;
        while (found) {
            found = false;
            for (var name : List.copyOf(names)) {
                found |= names.addAll(Rows.query(connection, "select target from event where account_id = ?"
                        + " and chat = ? and kind = 'chat-alias'", row -> row.getString(1), accountId, name));
                found |= names.addAll(Rows.query(connection, "select chat from event where account_id = ?"
                        + " and target = ? and kind = 'chat-alias'", row -> row.getString(1), accountId, name));
            }
        }
        return names;
    }

    /**
     * Erase some of what is known of a chat, whatever its age, with all that is owed of it. Its account is locked until the
     * transaction ends.
     *
     * @param chats the ids under which the chat is known
     * @return how many messages; 0 if nothing is left
     */
    public int eraseOf(long accountId, Set<String> chats, int limit) throws SQLException {
        AccountLocks.take(connection, dialect, Set.of(accountId));
        var nodes = new ArrayList<Node>();
        for (var chat : chats) {
            nodes.addAll(Rows.query(connection,
                    "select message_id from message where account_id = ? and chat = ? limit ?",
                    row -> new Node(chat, row.getString(1)), accountId, chat, limit));
        }
        var neighbourhood = new Neighbourhood(new Pipeline(connection, dialect));
        nodes.forEach(node -> neighbourhood.include(accountId, node));
        neighbourhood.complete();
        var all = List.copyOf(neighbourhood.all());
        var roots = Merge.of(all.stream().map(stored -> stored.fact).toList(), false).roots();
        var events = new TreeSet<Long>();
        for (var stored : all) {
            var root = roots.get(stored.fact.key());
            if (root != null && chats.contains(root.chat())) {
                events.add(stored.eventId);
            }
        }
        if (nodes.isEmpty()) {
            for (var chat : chats) {
                events.addAll(Rows.query(connection, "select id from event where account_id = ? and chat = ?"
                        + " and kind in ('call', 'chat', 'command')", row -> row.getLong(1), accountId, chat));
                events.addAll(Rows.query(connection, "select id from event where account_id = ? and target = ?"
                        + " and kind = 'chat-alias'", row -> row.getLong(1), accountId, chat));
            }
        }
        var changes = new TreeSet<Long>();
        var notifications = new TreeSet<Long>();
        for (var event : events) {
            changes.addAll(Rows.query(connection, "select id from change where event_id = ?", row -> row.getLong(1),
                    event));
            notifications.addAll(Rows.query(connection, "select id from notification where event_id = ?",
                    row -> row.getLong(1), event));
        }
        for (var node : nodes) {
            changes.addAll(Rows.query(connection, "select id from message_change where account_id = ?"
                    + " and message_id = ? and chat = ?", row -> row.getLong(1), accountId, node.id(), node.chat()));
        }
        delete("delete from delivery where change_id = ?", changes);
        delete("delete from delivery where notification_id = ?", notifications);
        delete("delete from change where id = ?", changes);
        delete("delete from notification where id = ?", notifications);
        delete("delete from event where id = ?", events);
        Rows.batch(connection, "delete from message where account_id = ? and message_id = ? and chat = ?",
                nodes.stream().map(node -> new Object[]{accountId, node.id(), node.chat()}).toList());
        return nodes.size();
    }

    private void delete(String sql, Set<Long> ids) throws SQLException {
        Rows.batch(connection, sql, ids.stream().map(id -> new Object[]{id}).toList());
    }

    private List<Bundle> old(List<StoredFact> events, long before) throws SQLException {
        var neighbourhood = new Neighbourhood(new Pipeline(connection, dialect));
        for (var stored : events) {
            if (isAboutMessage(stored)) {
                neighbourhood.include(stored.accountId, stored.fact.best().event());
            }
        }
        neighbourhood.complete();
        List<Bundle> bundles = new ArrayList<>();
        Set<Long> seen = new HashSet<>();
        for (var stored : events) {
            if (seen.contains(stored.eventId) || stored.fact.best().event() instanceof Event.ChatAlias) {
                continue;
            }
            var bound = isAboutMessage(stored)
                    ? neighbourhood.around(stored.accountId, stored.fact.key()).stream()
                            .filter(Forgetting::isAboutMessage).toList()
                    : List.of(stored);
            bound.forEach(one -> seen.add(one.eventId));
            if (bound.stream().allMatch(one -> one.fact.tellings().stream().allMatch(t -> t.receivedAt() < before))) {
                bundles.add(bundle(stored.accountId, bound));
            }
        }
        return bundles;
    }

    private static boolean isAboutMessage(StoredFact stored) {
        return stored.fact.best().event() instanceof Event.OfMessage of && of.target() != null;
    }

    private static Bundle bundle(long accountId, List<StoredFact> bound) {
        Set<String> ids = new TreeSet<>();
        for (var one : bound) {
            if (isAboutMessage(one)) {
                ids.add(one.fact.key().target());
                if (one.fact.best().event() instanceof Event.Change && !one.fact.key().eventId().isEmpty()) {
                    ids.add(one.fact.key().eventId());
                }
            }
        }
        return new Bundle(accountId, bound.stream().map(one -> one.eventId).toList(), ids);
    }

    /** The changes that go with a bundle, by our own numbers. */
    public Set<Long> changes(Bundle bundle) throws SQLException {
        Set<Long> changes = new TreeSet<>();
        for (var event : bundle.events()) {
            changes.addAll(Rows.query(connection, "select id from change where event_id = ?", row -> row.getLong(1),
                    event));
        }
        for (var id : bundle.ids()) {
            changes.addAll(
                    Rows.query(connection, "select id from message_change where account_id = ? and message_id = ?",
                            row -> row.getLong(1), bundle.accountId(), id));
        }
        return changes;
    }

    /** The notifications that go with a bundle, by our own numbers. */
    public Set<Long> notifications(Bundle bundle) throws SQLException {
        Set<Long> notifications = new TreeSet<>();
        for (var event : bundle.events()) {
            notifications.addAll(Rows.query(connection, "select id from notification where event_id = ?",
                    row -> row.getLong(1), event));
        }
        return notifications;
    }

    /** Forget them; nothing may be owed for them any more. */
    public void forget(List<Bundle> bundles) throws SQLException {
        for (var bundle : bundles) {
            var ids = bundle.ids().stream().map(id -> new Object[]{bundle.accountId(), id}).toList();
            var events = bundle.events().stream().map(id -> new Object[]{id}).toList();
            Rows.batch(connection, "delete from change where id in (select id from message_change where account_id = ?"
                    + " and message_id = ?)", ids);
            Rows.batch(connection, "delete from change where event_id = ?", events);
            Rows.batch(connection, "delete from notification where event_id = ?", events);
            Rows.batch(connection, "delete from event where id = ?", events);
            Rows.batch(connection, "delete from message where account_id = ? and message_id = ?", ids);
        }
    }
}
