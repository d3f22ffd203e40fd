package io.redline.ledger;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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

    /** So many chats are looked through for a name at once. */
    private static final int LOOKED_THROUGH = 500;

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

    /** A place in a chat's list of messages. */
    public record Place(long at, String messageId) {

        /** As those who ask for pages carry it; they cannot read it. */
        public String cursor() {
            return Base64.getUrlEncoder().withoutPadding()
                    .encodeToString((at + " " + messageId).getBytes(StandardCharsets.UTF_8));
        }

        /** The place of a cursor; empty if it is none. */
        public static Optional<Place> of(String cursor) {
            try {
                var text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
                var space = text.indexOf(' ');
                return Optional.of(new Place(Long.parseLong(text.substring(0, space)), text.substring(space + 1)));
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                return Optional.empty();
            }
        }
    }

    /** A message with its versions, as JSON, and where it stands. */
    public record Placed(Place place, Map<String, Object> json) {
    }

    /**
     * Messages of a chat that stand one after the other.
     *
     * @param next from where to go on in the same direction, {@code null} at the end
     */
    public record Stretch(List<Placed> messages, @Nullable Place next) {
    }

    /**
     * A message that changed.
     *
     * @param event the number of the event that changed it
     */
    public record Changed(long event, long accountId, String chat, String messageId) {
    }

    /**
     * Some of the messages that changed, in the order in which they did.
     *
     * @param last the number of the event up to which all are told
     */
    public record Changes(List<Changed> messages, long last) {
    }

    /**
     * Chats in which something was found that was looked for.
     *
     * @param looked how many of the newest chats were looked through so far
     * @param more whether there are older ones
     */
    public record Found(List<Map<String, Object>> chats, int looked, boolean more) {
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
        return database.read(connection -> chats(connection, account, "", limit, offset));
    }

    /**
     * The chats whose id, name or phone has a text in it, whatever its case. Names stand in what was told and nowhere else: some
     * of the chats are looked through for them, the newest first, and the next ones when asked again. Ids are looked for in all
     * the first time.
     *
     * @param limit of so many found by name, at most, and as many by id
     * @param looked how many were looked through before
     */
    public Found chats(Account account, String search, int limit, int looked) {
        var wanted = search.toLowerCase(Locale.ROOT);
        return database.read(connection -> {
            var byId = chats(connection, account, wanted, limit, 0);
            var listed = byId.stream().map(chat -> chat.get("id")).collect(Collectors.toSet());
            List<Map<String, Object>> found = new ArrayList<>(looked == 0 ? byId : List.of());
            var atFirst = found.size();
            var chats = chats(connection, account, "", LOOKED_THROUGH + 1, looked);
            var index = 0;
            while (index < Math.min(LOOKED_THROUGH, chats.size()) && found.size() - atFirst < limit) {
                var chat = chats.get(index++);
                if (!listed.contains(chat.get("id")) && has(chat, wanted)) {
                    found.add(chat);
                }
            }
            found.sort(Comparator.comparing(LedgerReader::lastMessageAt).reversed());
            return new Found(found, looked + index, index < chats.size());
        });
    }

    private static Instant lastMessageAt(Map<String, Object> chat) {
        return Instant.parse((String) Objects.requireNonNull(chat.get("lastMessageAt")));
    }

    private static boolean has(Map<String, Object> chat, String wanted) {
        return Stream.of("id", "name", "phone").map(chat::get).filter(Objects::nonNull)
                .anyMatch(text -> text.toString().toLowerCase(Locale.ROOT).contains(wanted));
    }

    private List<Map<String, Object>> chats(Connection connection, Account account, String inId, int limit, int offset)
            throws SQLException {
        var id = ledger.idOf(account);
        record Row(Node node, long revision, long at) {
        }
        // Jumps from chat to chat in the index instead of reading every message, and a cross join, or
        // SQLite would read every message after all, and the page for each.
        var rows = Rows.query(connection, "with recursive known (chat) as ("
                + " select min(chat) from message where account_id = ?"
                + " union all select (select min(m.chat) from message m where m.account_id = ? and m.chat > k.chat)"
                + " from known k where k.chat is not null),"
                + " shown (chat, newest) as (select chat, (select max(m.at) from message m where m.account_id = ?"
                + " and m.chat = k.chat and not m.hidden) from known k where chat is not null"
                + (inId.isEmpty() ? "" : " and lower(chat) like ? escape '!'") + "),"
                + " page (chat, newest) as (select chat, newest from shown where newest is not null"
                + " order by newest desc, chat limit ? offset ?)"
                + " select p.chat, m.message_id, m.revision, p.newest from page p cross join message m where m.account_id = ?"
                + " and m.chat = p.chat and m.at = p.newest and not m.hidden"
                + " order by p.newest desc, p.chat, m.message_id desc",
                row -> new Row(new Node(row.getString(1), row.getString(2)), row.getLong(3), row.getLong(4)),
                inId.isEmpty()
                        ? new Object[]{id, id, id, limit, offset, id}
                        : new Object[]{id, id, id, "%" + inId.replaceAll("([!%_])", "!$1") + "%", limit, offset, id});
        // Of several within one moment the first.
        Map<String, Row> newest = new LinkedHashMap<>();
        rows.forEach(row -> newest.putIfAbsent(row.node().chat(), row));
        var views = merged(connection, id, newest.values().stream().map(Row::node).toList()).messages();
        List<Map<String, Object>> all = new ArrayList<>();
        newest.forEach((chat, row) -> {
            var view = views.get(row.node());
            if (view != null) {
                Map<String, Object> json = new LinkedHashMap<>();
                json.put("id", chat);
                json.put("name", view.chat().name());
                json.put("phone", view.chat().phone());
                json.put("lastMessageAt", MessageJson.time(row.at()));
                json.put("lastMessage", MessageJson.of(account, view, row.revision(), true));
                all.add(json);
            }
        });
        return all;
    }

    /** The messages of a chat, the newest first, with their versions. */
    public Page<Place> messages(Account account, String chat, int limit, @Nullable Place before) {
        var stretch = before(account, chat, limit, before);
        return new Page<>(stretch.messages().stream().map(Placed::json).toList(), stretch.next());
    }

    /** The same, each with its place. */
    public Stretch before(Account account, String chat, int limit, @Nullable Place before) {
        return database.read(connection -> stretch(connection, account, canonical(connection, account, chat), limit,
                before == null ? new Place(Long.MAX_VALUE, "") : before, true));
    }

    /** The messages of a chat that are newer than a place, the oldest of them first. */
    public Stretch after(Account account, String chat, int limit, Place after) {
        return database.read(connection -> stretch(connection, account, canonical(connection, account, chat), limit,
                after, false));
    }

    private Stretch stretch(Connection connection, Account account, String chat, int limit, Place from,
            boolean backwards) throws SQLException {
        var id = ledger.idOf(account);
        record Row(Node node, long revision, Place place) {
        }
        var rows = Rows.query(connection,
                "select message_id, revision, at from message where account_id = ? and chat = ?"
                        + " and not hidden and (at, message_id) "
                        + (backwards
                                ? "< (?, ?) order by at desc, message_id desc"
                                : "> (?, ?) order by at, message_id")
                        + " limit ?",
                row -> new Row(new Node(chat, row.getString(1)), row.getLong(2),
                        new Place(row.getLong(3), row.getString(1))),
                id, chat, from.at(), from.messageId(), limit + 1);
        var shown = rows.subList(0, Math.min(limit, rows.size()));
        var views = merged(connection, id, shown.stream().map(Row::node).toList()).messages();
        List<Placed> messages = new ArrayList<>();
        for (var row : shown) {
            var view = views.get(row.node());
            if (view != null) {
                messages.add(new Placed(row.place(), MessageJson.of(account, view, row.revision(), true)));
            }
        }
        return new Stretch(messages, rows.size() > limit ? shown.get(shown.size() - 1).place() : null);
    }

    /** One message with its place; empty where it is not shown, or stands under another id by now. */
    public Optional<Placed> placed(Account account, String chat, String messageId) {
        var at = database.read(connection -> Rows.query(connection, "select at from message where account_id = ?"
                + " and message_id = ? and chat = ? and not hidden", row -> row.getLong(1), ledger.idOf(account),
                messageId, chat)).stream().findFirst();
        return at.flatMap(when -> message(account, chat, messageId)
                .filter(json -> messageId.equals(json.get("messageId")))
                .map(json -> new Placed(new Place(when, messageId), json)));
    }

    /** The chat under its canonical id. */
    public String canonical(Account account, String chat) {
        return database.read(connection -> canonical(connection, account, chat));
    }

    /** By name of the account, when we last heard of it by a notification, in UNIX milliseconds; to the second. */
    public Map<String, Long> heard() {
        return database.read(connection -> {
            Map<String, Long> heard = new HashMap<>();
            Rows.query(connection, "select name, heard_at from account where heard_at is not null",
                    row -> heard.put(row.getString(1), row.getLong(2)));
            return heard;
        });
    }

    /** The number of the newest event, from which to go on with {@link #changes}. */
    public long newest() {
        return changes(Long.MAX_VALUE - 1, 1).last();
    }

    /**
     * The messages that events changed.
     *
     * @param after the number of the event after which to begin
     * @param limit of so many events, at most
     */
    public Changes changes(long after, int limit) {
        var settled = AccountLocks.settled(database);
        return database.read(connection -> {
            var newest = Rows.query(connection, "select coalesce(max(id), 0) from event where id <= ?",
                    row -> row.getLong(1), settled).get(0);
            if (newest <= after) {
                return new Changes(List.of(), newest);
            }
            var last = Rows.query(connection, "select max(id), count(*) from (select id from event where id > ?"
                    + " and id <= ? order by id limit ?) part", row -> row.getLong(1), after, newest, limit).get(0);
            return new Changes(Rows.query(connection, "select event_id, account_id, chat, message_id"
                    + " from message_change where event_id > ? and event_id <= ? order by event_id, id",
                    row -> new Changed(row.getLong(1), row.getLong(2), row.getString(3), row.getString(4)), after,
                    last), last);
        });
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
