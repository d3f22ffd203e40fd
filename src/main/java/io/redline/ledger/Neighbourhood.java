package io.redline.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.redline.database.Pipeline;
import io.redline.database.Table;
import io.redline.database.Table.Column;
import io.redline.event.Event;
import io.redline.event.EventKey;

/**
 * Everything the store knows about the messages that a batch touches, and about whatever is bound to them: the facts that
 * name them, their edits and deletes, the facts that name those, the messages that might be the same under another id, and
 * the chats that are the same under another id.
 */
final class Neighbourhood {

    /** As many as one statement may safely name. */
    private static final int AT_ONCE = 1_024;
    /** Ids of accounts and of what is looked for. */
    static final Column[] NAMED = {Column.NUMBER, Column.TEXT};

    private record Id(long accountId, String id) {
    }

    private record Address(long accountId, EventKey key) {
    }

    /** What the rules for MAX ids and for new ids after an authorisation may bind to another id of about that time. */
    private record Twin(long accountId, String chat, String id, long at, boolean max) {

        Id place() {
            return new Id(accountId, chat);
        }
    }

    private record Search(Twin twin, Id chat) {
    }

    /** When and where twins meet. */
    private record Slot(Id chat, boolean max, long time) {
    }

    private final Pipeline pipeline;
    private final Map<Address, StoredFact> facts = new LinkedHashMap<>();
    private final Map<Id, Set<StoredFact>> byId = new HashMap<>();
    private final Map<Id, Set<StoredFact>> byChat = new HashMap<>();
    /** Ids that may name one message although no fact says so. */
    private final Map<Id, Set<Id>> likely = new HashMap<>();
    private final Set<Twin> twins = new LinkedHashSet<>();
    private final Set<Search> searched = new HashSet<>();
    /** Chats by the ids they were seen under, and the same both ways. */
    private final Map<Id, Set<Id>> canonical = new HashMap<>();
    private final Map<Id, Set<Id>> sameChats = new HashMap<>();
    /** Chats whose messages may have to move because an alias is new. */
    private final Set<Id> moving = new LinkedHashSet<>();
    /** Aliases that are about to be recorded. */
    private final List<Address> aliases = new ArrayList<>();
    private final Set<Id> moved = new HashSet<>();
    private final Set<Id> loaded = new HashSet<>();
    private final Set<Id> wanted = new LinkedHashSet<>();
    /** Chats that messages are in: of them it is only to be known whether they are the same as others. */
    private final Set<Id> wantedChats = new LinkedHashSet<>();
    private final Set<Id> loadedChats = new HashSet<>();
    private final Set<Long> read = new HashSet<>();
    private final RevisionTaker revisions;

    /** Takes the revision of a message that the store has a row of. */
    @FunctionalInterface
    interface RevisionTaker {
        void take(long accountId, Node message, long revision);
    }

    Neighbourhood(Pipeline pipeline) {
        this(pipeline, (accountId, message, revision) -> {
        });
    }

    /** @param revisions gets those of all messages that are loaded */
    Neighbourhood(Pipeline pipeline, RevisionTaker revisions) {
        this.pipeline = pipeline;
        this.revisions = revisions;
    }

    /** Load what is known around an event that is about to be recorded. */
    void include(long accountId, Event event) {
        want(accountId, event);
        if (event instanceof Event.ChatAlias alias) {
            aliases.add(new Address(accountId, alias.key()));
        }
    }

    /** Load what is known of a message. */
    void include(long accountId, Node node) {
        wanted.add(new Id(accountId, node.id()));
    }

    private void want(long accountId, Event event) {
        var key = event.key();
        wanted.add(new Id(accountId, key.target()));
        if (event instanceof Event.Change && !key.eventId().isEmpty()) {
            wanted.add(new Id(accountId, key.eventId()));
        }
        if (event instanceof Event.ChatAlias) {
            var seen = new Id(accountId, key.target());
            var chat = new Id(accountId, key.chat());
            wanted.add(chat);
            canonical.computeIfAbsent(seen, id -> new LinkedHashSet<>()).add(chat);
            link(sameChats, seen, chat);
        } else if (event instanceof Event.OfMessage && !key.chat().isEmpty()) {
            wantedChats.add(new Id(accountId, key.chat()));
            var twin = twin(accountId, key.chat(), key.target(), event);
            if (twin != null) {
                twins.add(twin);
            }
        }
    }

    private static @Nullable Twin twin(long accountId, String chat, String id, Event event) {
        if (MaxIds.isLong(id)) {
            return new Twin(accountId, chat, id, MaxIds.millis(id), true);
        } else if (event instanceof Event.Posted posted && posted.at() != null) {
            if (MaxIds.isShort(id)) {
                return new Twin(accountId, chat, id, posted.at(), true);
            } else if ("telegram".equals(posted.messenger())) {
                return new Twin(accountId, chat, id, posted.at(), false);
            }
        }
        return null;
    }

    private static void link(Map<Id, Set<Id>> links, Id one, Id other) {
        links.computeIfAbsent(one, id -> new LinkedHashSet<>()).add(other);
        links.computeIfAbsent(other, id -> new LinkedHashSet<>()).add(one);
    }

    private static Set<Id> reachable(Id from, Map<Id, Set<Id>> links) {
        var seen = new LinkedHashSet<Id>();
        var next = new ArrayDeque<>(List.of(from));
        while (!next.isEmpty()) {
            var id = next.poll();
            if (seen.add(id)) {
                next.addAll(links.getOrDefault(id, Set.of()));
            }
        }
        return seen;
    }

    /** Load until nothing more is named. */
    void complete() throws SQLException {
        var first = true;
        while (isAnythingWanted()) {
            var ids = some(wanted);
            var chats = some(wantedChats);
            var found = load(table(ids), table(chats));
            if (first) {
                searchTwins();
                first = false;
            }
            pipeline.run();
            loaded.addAll(ids);
            loadedChats.addAll(chats);
            for (var stored : found) {
                if (add(stored)) {
                    for (var telling : stored.fact.tellings()) {
                        want(stored.accountId, telling.event());
                    }
                }
            }
            if (!isAnythingWanted()) {
                aliases.stream().filter(alias -> !facts.containsKey(alias))
                        .forEach(alias -> moving.add(new Id(alias.accountId(), alias.key().target())));
                aliases.clear();
                searchTwins();
                searchMoving();
                pipeline.run();
            }
        }
        linkTwins();
    }

    private boolean isAnythingWanted() {
        wanted.removeAll(loaded);
        wantedChats.removeAll(loadedChats);
        wantedChats.removeAll(loaded);
        return !wanted.isEmpty() || !wantedChats.isEmpty();
    }

    private static List<Id> some(Set<Id> ids) {
        return ids.stream().limit(AT_ONCE).toList();
    }

    private static Table table(List<Id> ids) {
        var named = new Table(NAMED);
        ids.forEach(id -> named.add(id.accountId(), id.id()));
        return named;
    }

    private void searchTwins() {
        var places = new Table(Column.NUMBER, Column.TEXT, Column.NUMBER, Column.NUMBER);
        var spans = new Table(Column.NUMBER, Column.TEXT, Column.TEXT);
        for (var twin : twins) {
            for (var chat : reachable(twin.place(), sameChats)) {
                if (searched.add(new Search(twin, chat))) {
                    var tolerance = twin.max() ? MaxIds.TOLERANCE : 0;
                    places.add(twin.accountId(), chat.id(), twin.at() - tolerance, twin.at() + tolerance);
                }
            }
            if (twin.max() && MaxIds.isShort(twin.id()) && searched.add(new Search(twin, new Id(0, "")))) {
                spans.add(twin.accountId(), MaxIds.first(twin.at() - MaxIds.TOLERANCE),
                        MaxIds.first(twin.at() + MaxIds.TOLERANCE + 1));
            }
        }
        if (!places.isEmpty()) {
            want("with named (account, chat, since, until) as ("
                    + Table.query(pipeline.dialect(), Column.NUMBER, Column.TEXT, Column.NUMBER, Column.NUMBER)
                    + ") select m.account_id, m.message_id" + pipeline.dialect().forEachNamed("message m",
                            "m.account_id = n.account and m.chat = n.chat and m.at between n.since and n.until"),
                    places);
        }
        if (!spans.isEmpty()) {
            want("with named (account, since, until) as ("
                    + Table.query(pipeline.dialect(), Column.NUMBER, Column.TEXT, Column.TEXT)
                    + ") select distinct e.account_id, e.target" + pipeline.dialect().forEachNamed("event e",
                            "e.account_id = n.account and e.target between n.since and n.until and length(e.target) = "
                                    + MaxIds.LONG_DIGITS),
                    spans);
        }
    }

    /**
     * Until now, messages of a chat stand where its older aliases lead; those of a hidden one, each where its id is known.
     */
    private void searchMoving() {
        var chats = new Table(NAMED);
        var hidden = new Table(NAMED);
        for (var seen : moving) {
            for (var chat : reachable(seen, canonical)) {
                if (moved.add(chat)) {
                    chats.add(chat.accountId(), chat.id());
                    if (chat.id().endsWith(Merge.HIDDEN)) {
                        hidden.add(chat.accountId(), chat.id());
                    }
                }
            }
        }
        if (!chats.isEmpty()) {
            want("with named (account, chat) as (" + Table.query(pipeline.dialect(), NAMED)
                    + ") select m.account_id, m.message_id" + pipeline.dialect().forEachNamed("message m",
                            "m.account_id = n.account and m.chat = n.chat"),
                    chats);
        }
        if (!hidden.isEmpty()) {
            want("with named (account, chat) as (" + Table.query(pipeline.dialect(), NAMED)
                    + ") select distinct e.account_id, e.target" + pipeline.dialect().forEachNamed("event e",
                            "e.account_id = n.account and e.chat = n.chat and e.chat like '%" + Merge.HIDDEN + "'"),
                    hidden);
        }
    }

    private void want(String query, Table named) {
        pipeline.ask(query, row -> wanted.add(new Id(row.getLong(1), row.getString(2))), named);
    }

    /** Link ids that are of one chat and of one time, or of about one time. */
    private void linkTwins() {
        Map<Slot, Set<Twin>> slots = new HashMap<>();
        Map<Id, Id> chats = new HashMap<>();
        for (var twin : twins) {
            var chat = chats.computeIfAbsent(twin.place(), id -> reachable(id, sameChats).stream()
                    .min(Comparator.comparing(Id::id)).orElseThrow());
            var time = twin.max() ? twin.at() / MaxIds.TOLERANCE : twin.at();
            for (var beside : twin.max() ? List.of(time - 1, time, time + 1) : List.of(time)) {
                for (var other : slots.getOrDefault(new Slot(chat, twin.max(), beside), Set.of())) {
                    if (!twin.max() || MaxIds.isLong(twin.id()) != MaxIds.isLong(other.id())) {
                        link(likely, new Id(twin.accountId(), twin.id()), new Id(twin.accountId(), other.id()));
                    }
                }
            }
            slots.computeIfAbsent(new Slot(chat, twin.max(), time), slot -> new LinkedHashSet<>()).add(twin);
        }
    }

    /** The facts that name the ids, with the revisions of the messages they name, and what the chats are the same as. */
    private List<StoredFact> load(Table ids, Table chats) {
        List<StoredFact> found = new ArrayList<>();
        var dialect = pipeline.dialect();
        var itsMessage = "m.account_id = e.account_id and m.message_id = e.target";
        pipeline.ask("with named (account, id) as (" + Table.query(dialect, NAMED) + "), chats (account, id) as ("
                + Table.query(dialect, NAMED) + ") select " + StoredFact.COLUMNS + ", m.chat, m.revision"
                + dialect.forEachNamed("event e", "e.account_id = n.account and e.target = n.id", "message m",
                        itsMessage)
                + " union all select " + StoredFact.COLUMNS + ", m.chat, m.revision"
                + dialect.forEachNamed("event e",
                        "e.account_id = n.account and e.event_id = n.id and e.kind in ('edited', 'deleted')"
                                + " and e.event_id <> e.target",
                        "message m", itsMessage)
                + " union all select " + StoredFact.COLUMNS + ", cast(null as text), cast(null as bigint)"
                + dialect.forEach("chats", "event e", "e.account_id = n.account and e.target = n.id and e.kind = '"
                        + Event.ChatAlias.KIND + "'"),
                row -> {
                    take(row, found);
                    var chat = row.getString(10);
                    if (chat != null) {
                        revisions.take(row.getLong(2), new Node(chat, row.getString(5)), row.getLong(11));
                    }
                }, ids, chats);
        return found;
    }

    /** Once, however often it is found. */
    private void take(ResultSet row, List<StoredFact> found) throws SQLException {
        if (read.add(row.getLong(1))) {
            found.add(StoredFact.read(row));
        }
    }

    boolean add(StoredFact stored) {
        if (facts.putIfAbsent(new Address(stored.accountId, stored.fact.key()), stored) != null) {
            return false;
        }
        for (var id : ids(stored)) {
            byId.computeIfAbsent(id, any -> new LinkedHashSet<>()).add(stored);
        }
        byChat.computeIfAbsent(new Id(stored.accountId, stored.fact.key().chat()), any -> new LinkedHashSet<>())
                .add(stored);
        return true;
    }

    @Nullable
    StoredFact find(long accountId, EventKey key) {
        return facts.get(new Address(accountId, key));
    }

    Collection<StoredFact> all() {
        return facts.values();
    }

    private static List<Id> ids(StoredFact stored) {
        var key = stored.fact.key();
        var ids = new ArrayList<Id>();
        ids.add(new Id(stored.accountId, key.target()));
        var event = stored.fact.best().event();
        if (event instanceof Event.Change && !key.eventId().isEmpty()) {
            ids.add(new Id(stored.accountId, key.eventId()));
        }
        return ids;
    }

    /** The facts connected with a key, and the aliases of the chats they name. */
    List<StoredFact> around(long accountId, EventKey key) {
        var seen = new HashSet<Id>();
        var found = new LinkedHashSet<StoredFact>();
        var next = new ArrayDeque<Id>();
        next.add(new Id(accountId, key.target()));
        if (!key.eventId().isEmpty()) {
            next.add(new Id(accountId, key.eventId()));
        }
        if (!key.chat().isEmpty()) {
            next.add(new Id(accountId, key.chat()));
        }
        if (Event.ChatAlias.KIND.equals(key.kind())) {
            for (var chat : reachable(new Id(accountId, key.target()), sameChats)) {
                byChat.getOrDefault(chat, Set.of()).forEach(stored -> next.addAll(ids(stored)));
            }
        }
        while (!next.isEmpty()) {
            var id = next.poll();
            if (!seen.add(id)) {
                continue;
            }
            next.addAll(likely.getOrDefault(id, Set.of()));
            for (var stored : byId.getOrDefault(id, Set.of())) {
                if (found.add(stored)) {
                    next.addAll(ids(stored));
                    if (!stored.fact.key().chat().isEmpty()) {
                        next.add(new Id(accountId, stored.fact.key().chat()));
                    }
                }
            }
        }
        return List.copyOf(found);
    }
}
