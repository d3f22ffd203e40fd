package io.redline.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import io.redline.account.Account;
import io.redline.account.Accounts;
import io.redline.database.Database;
import io.redline.database.Pipeline;
import io.redline.database.Rows;
import io.redline.event.Event;

/**
 * Reads the ledger: views are derived from the facts each time, by the very function that recording uses. JSON objects come
 * as maps, in the form of docs/architecture.md §5. Threadsafe.
 */
@Singleton
public class LedgerReader {

    private final Database database;
    private final Ledger ledger;
    private final Accounts accounts;
    private final boolean erase;

    LedgerReader(Database database, Ledger ledger, Accounts accounts) {
        this.database = database;
        this.ledger = ledger;
        this.accounts = accounts;
        this.erase = ledger.erases();
    }

    /** A place in a chat's list of messages, the newest first. */
    public record Place(long at, String messageId) {
    }

    /**
     * One page of a list.
     *
     * @param next where the next page begins, {@code null} after the last one
     */
    public record Page<P>(List<Map<String, Object>> items, @Nullable P next) {
    }

    /** The configured accounts with their last known state. */
    public List<Map<String, Object>> accounts() {
        return database.read(connection -> {
            List<Map<String, Object>> all = new ArrayList<>();
            for (var account : accounts.all()) {
                account(connection, account).ifPresent(all::add);
            }
            return all;
        });
    }

    private Optional<Map<String, Object>> account(Connection connection, Account account) throws SQLException {
        return Rows.query(connection, "select state, state_at, epoch from account where id = ?", row -> {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("name", account.name());
            json.put("gateway", account.gateway());
            json.put("instance", account.instance());
            json.put("state", row.getString(1));
            json.put("stateAt", MessageJson.time(Rows.number(row, 2)));
            json.put("epoch", row.getLong(3));
            return json;
        }, ledger.idOf(account)).stream().findFirst();
    }

    /** What an account's state was last told to be, in its gateway's words; empty before it was told. */
    public Optional<String> state(Account account) {
        return database.read(connection -> account(connection, account).map(json -> (String) json.get("state")));
    }

    /** The chats of an account, the one with the newest message first. */
    public List<Map<String, Object>> chats(Account account, int limit, int offset) {
        var id = ledger.idOf(account);
        return database.read(connection -> {
            // Jumps from chat to chat in the index instead of reading every message.
            var chats = Rows.query(connection, "with recursive known (chat) as ("
                    + " select min(chat) from message where account_id = ?"
                    + " union all select (select min(m.chat) from message m where m.account_id = ? and m.chat > k.chat)"
                    + " from known k where k.chat is not null)"
                    + " select chat, newest from (select chat, (select max(m.at) from message m where m.account_id = ?"
                    + " and m.chat = k.chat and not m.hidden) as newest from known k where chat is not null) shown"
                    + " where newest is not null order by newest desc, chat limit ? offset ?",
                    row -> Map.entry(row.getString(1), row.getLong(2)), id, id, id, limit, offset);
            List<Map<String, Object>> all = new ArrayList<>();
            for (var chat : chats) {
                var last = page(connection, account, chat.getKey(), 1, null).items();
                if (!last.isEmpty()) {
                    Map<String, Object> json = new LinkedHashMap<>();
                    var of = (Map<?, ?>) last.get(0).get("chat");
                    json.put("id", chat.getKey());
                    json.put("name", of.get("name"));
                    json.put("phone", of.get("phone"));
                    json.put("lastMessageAt", MessageJson.time(chat.getValue()));
                    json.put("lastMessage", last.get(0));
                    all.add(json);
                }
            }
            return all;
        });
    }

    /** The messages of a chat, the newest first, with their versions. */
    public Page<Place> messages(Account account, String chat, int limit, @Nullable Place before) {
        return database
                .read(connection -> page(connection, account, canonical(connection, account, chat), limit, before));
    }

    private Page<Place> page(Connection connection, Account account, String chat, int limit, @Nullable Place before)
            throws SQLException {
        var id = ledger.idOf(account);
        var from = before == null ? new Place(Long.MAX_VALUE, "") : before;
        record Row(Node node, long revision, Place place) {
        }
        var rows = Rows.query(connection,
                "select message_id, revision, at from message where account_id = ? and chat = ?"
                        + " and not hidden and (at, message_id) < (?, ?) order by at desc, message_id desc limit ?",
                row -> new Row(new Node(chat, row.getString(1)), row.getLong(2),
                        new Place(row.getLong(3), row.getString(1))),
                id, chat, from.at(), from.messageId(), limit + 1);
        var shown = rows.subList(0, Math.min(limit, rows.size()));
        var views = merged(connection, id, shown.stream().map(Row::node).toList()).messages();
        List<Map<String, Object>> items = new ArrayList<>();
        for (var row : shown) {
            var view = views.get(row.node());
            if (view != null) {
                items.add(MessageJson.of(account, view, row.revision(), true));
            }
        }
        return new Page<>(items, rows.size() > limit ? shown.get(shown.size() - 1).place() : null);
    }

    /** One message with its versions, found by its own id or by that of one of its edits. */
    public Optional<Map<String, Object>> message(Account account, String chat, String messageId) {
        return database.read(connection -> {
            var node = new Node(chat, messageId);
            var result = merged(connection, ledger.idOf(account), List.of(new Node(chat, chat), node));
            var root = result.root(node);
            var view = result.messages().get(root);
            return view == null
                    ? Optional.empty()
                    : Optional.of(MessageJson.of(account, view, revision(connection, account, root), true));
        });
    }

    /** What is known of one message, found like {@link #message}; not hidden ones alone. */
    public Optional<Standing> standing(Account account, String chat, String messageId) {
        return database.read(connection -> {
            var id = ledger.idOf(account);
            var neighbourhood = new Neighbourhood(new Pipeline(connection, database.dialect()));
            var node = new Node(chat, messageId);
            List.of(new Node(chat, chat), node).forEach(one -> neighbourhood.include(id, one));
            neighbourhood.complete();
            var facts = neighbourhood.all().stream().map(stored -> stored.fact).toList();
            var result = Merge.of(facts, erase);
            var root = result.root(node);
            var view = result.messages().get(root);
            return view == null
                    ? Optional.empty()
                    : Optional.of(standing(view, facts.stream()
                            .filter(fact -> root.equals(result.roots().get(fact.key()))).toList()));
        });
    }

    private static Standing standing(MessageView view, List<Fact> facts) {
        var posted = facts.stream().filter(fact -> fact.best().event() instanceof Event.Posted).reduce(Fact::with)
                .orElse(null);
        var statuses = facts.stream().filter(fact -> fact.best().event() instanceof Event.Status).toList();
        var changes = facts.stream().filter(fact -> fact.best().event() instanceof Event.Change).map(fact -> {
            var key = fact.key();
            var line = StatusLine.of(statuses.stream().filter(one -> one.key().target().equals(key.eventId())
                    && !key.eventId().equals(view.messageId())).toList());
            return new Standing.Change(key.kind(), key.eventId(), fact.best(Event.Edited.class, Event.Edited::text),
                    fact.at(), fact.receivedAt(), fact.best(Event.Change.class, Event.Change::direction),
                    line.status(), line.isFailure(), line.description());
        }).toList();
        var sender = view.sender();
        var media = view.media();
        return new Standing(view.chat().id(), view.messageId(), posted != null,
                posted == null ? null : posted.best(Event.Posted.class, Event.Posted::messenger), view.direction(),
                view.sentAt(), view.type(),
                posted == null ? null : posted.best(Event.Posted.class, Event.Posted::byApi),
                sender == null ? null : sender.id(), media != null && media.containsKey("forwardedFrom"),
                view.deleted(), view.status().status(), view.status().isFailure(),
                view.status().description(), changes);
    }

    /** Whether a chat was told to have come into a state. */
    public boolean wasChat(Account account, String chat, String state, long since) {
        return database.read(connection -> Rows.query(connection, "select " + StoredFact.COLUMNS + " from event e"
                + " where e.account_id = ? and e.chat = ? and e.kind in ('call', 'chat', 'command') and e.kind = 'chat'"
                + " and e.received_at >= ?", StoredFact::read, ledger.idOf(account), chat, since)).stream()
                .anyMatch(stored -> stored.fact.best().event() instanceof Event.ChatState told
                        && told.state().equals(state));
    }

    /** The id of the message that a command of ours made, where the gateway names the command. */
    public Optional<String> madeBy(Account account, String commandId) {
        return database.read(connection -> Rows.query(connection, "select target from event where account_id = ?"
                + " and kind = 'commanded' and variant = ?", row -> row.getString(1), ledger.idOf(account), commandId))
                .stream().findFirst();
    }

    /**
     * An id under which something was told of a message.
     *
     * @param chat the chat, as it was known then
     */
    public record Named(String chat, String messageId) {
    }

    /** Every id under which something was told of a message, its own among them. */
    public Set<Named> namesOf(Account account, String chat, String messageId) {
        return database.read(connection -> {
            var node = new Node(chat, messageId);
            var result = merged(connection, ledger.idOf(account), List.of(new Node(chat, chat), node));
            var root = result.root(node);
            Set<Named> names = new LinkedHashSet<>(List.of(new Named(root.chat(), root.id())));
            result.roots().forEach((key, of) -> {
                if (of.equals(root)) {
                    names.add(new Named(key.chat(), key.target()));
                    names.add(new Named(result.chat(key.chat()), key.target()));
                }
            });
            return names;
        });
    }

    private long revision(Connection connection, Account account, Node node) throws SQLException {
        return Rows
                .query(connection, "select revision from message where account_id = ? and message_id = ? and chat = ?",
                        row -> row.getLong(1), ledger.idOf(account), node.id(), node.chat())
                .stream().findFirst().orElse(0L);
    }

    private Merge.Result merged(Connection connection, long accountId, List<Node> nodes) throws SQLException {
        var neighbourhood = new Neighbourhood(new Pipeline(connection, database.dialect()));
        nodes.forEach(node -> neighbourhood.include(accountId, node));
        neighbourhood.complete();
        return Merge.of(neighbourhood.all().stream().map(stored -> stored.fact).toList(), erase);
    }

    /** The chat under its canonical id, by the merge's own rule: the aliases of aliases are among the facts around it. */
    private String canonical(Connection connection, Account account, String chat) throws SQLException {
        return merged(connection, ledger.idOf(account), List.of(new Node(chat, chat))).chat(chat);
    }

    /**
     * Events, the oldest first.
     *
     * @param after the number of the event after which to begin
     */
    public Page<Long> events(long after, @Nullable String kind, @Nullable Account account, int limit) {
        var settled = AccountLocks.settled(database);
        return database.read(connection -> {
            var rows = Rows.query(connection, "select " + StoredFact.COLUMNS + ", a.name, a.gateway"
                    + " from event e join account a on a.id = e.account_id"
                    + " where e.id > ? and e.id <= ? and (cast(? as text) is null or e.kind = ?)"
                    + " and (cast(? as bigint) is null or e.account_id = ?) order by e.id limit ?",
                    row -> {
                        var stored = StoredFact.read(row);
                        Map<String, Object> json = new LinkedHashMap<>();
                        json.put("account", row.getString(10));
                        json.put("gateway", row.getString(11));
                        json.put("chatId", stored.fact.key().chat().isEmpty() ? null : stored.fact.key().chat());
                        json.putAll(MessageJson.change(stored));
                        return Map.entry(stored, json);
                    }, after, settled, kind, kind, account == null ? null : ledger.idOf(account),
                    account == null ? null : ledger.idOf(account), limit + 1);
            List<Map<String, Object>> items = new ArrayList<>();
            var shown = rows.subList(0, Math.min(limit, rows.size()));
            for (var row : shown) {
                if (isUnresolved(connection, row.getKey())) {
                    row.getValue().put("resolved", false);
                }
                items.add(row.getValue());
            }
            return new Page<>(items, rows.size() > limit ? shown.get(shown.size() - 1).getKey().eventId : null);
        });
    }

    /** Whether it is about a message, but it is not known about which. */
    private boolean isUnresolved(Connection connection, StoredFact stored) throws SQLException {
        var key = stored.fact.key();
        return key.chat().isEmpty() && stored.fact.best().event() instanceof Event.OfMessage about
                && about.target() != null
                && merged(connection, stored.accountId, List.of(new Node("", key.target()))).unresolved().contains(key);
    }
}
