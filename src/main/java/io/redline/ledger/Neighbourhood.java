package io.redline.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.type.TypeReference;

import io.redline.database.Rows;
import io.redline.event.Event;
import io.redline.event.EventJson;
import io.redline.event.EventKey;

/**
 * Everything the store knows about the messages that a batch touches, and about whatever is bound to them: the facts that
 * name them, their edits and deletes, the facts that name those, and the messages that might be the same under another id.
 */
final class Neighbourhood {

    static final TypeReference<List<Telling>> TELLINGS = new TypeReference<>() {
    };

    private record Id(long accountId, String id) {
    }

    private record Address(long accountId, EventKey key) {
    }

    private record Slot(long accountId, String chat, long time) {
        Slot shifted(int by) {
            return new Slot(accountId, chat, time + by);
        }
    }

    private final Connection connection;
    private final Map<Address, StoredFact> facts = new LinkedHashMap<>();
    private final Map<Id, Set<StoredFact>> byId = new HashMap<>();
    /** Ids that may name one message although no fact says so. */
    private final Map<Id, Set<Id>> likely = new HashMap<>();
    private final Map<Slot, Set<String>> slots = new HashMap<>();
    private final Set<Id> loaded = new HashSet<>();
    private final Set<Id> wanted = new LinkedHashSet<>();

    Neighbourhood(Connection connection) {
        this.connection = connection;
    }

    /** Load what is known around an event that is about to be recorded. */
    void include(long accountId, Event event) throws SQLException {
        want(accountId, event);
        if (event instanceof Event.ChatAlias alias) {
            for (var message : Rows.query(connection,
                    "select message_id from message where account_id = ? and chat = ?",
                    row -> row.getString(1), accountId, alias.seen())) {
                wanted.add(new Id(accountId, message));
                link(new Id(accountId, message), new Id(accountId, alias.seen()));
            }
        }
    }

    /** Load what is known of a message. */
    void include(long accountId, Node node) {
        wanted.add(new Id(accountId, node.id()));
    }

    private void want(long accountId, Event event) throws SQLException {
        var key = event.key();
        wanted.add(new Id(accountId, key.target()));
        if (event instanceof Event.Change && !key.eventId().isEmpty()) {
            wanted.add(new Id(accountId, key.eventId()));
        }
        if (!key.chat().isEmpty() && (event instanceof Event.OfMessage || event instanceof Event.ChatAlias)) {
            wanted.add(new Id(accountId, key.chat()));
        }
        likelyTwins(accountId, event);
    }

    /**
     * What the rules for MAX ids and for new ids after an authorisation could bind together, in the store and among the
     * events of this batch.
     */
    private void likelyTwins(long accountId, Event event) throws SQLException {
        if (!(event instanceof Event.OfMessage) || event.chat() == null) {
            return;
        }
        var chat = event.chat().id();
        var id = event.key().target();
        var messenger = messenger(event);
        if ("max".equals(messenger) && MaxIds.isLong(id)) {
            var at = MaxIds.millis(id);
            messagesBetween(accountId, chat, id, at - MaxIds.TOLERANCE, at + MaxIds.TOLERANCE);
            meet(new Slot(accountId, chat, at / MaxIds.TOLERANCE), id);
        } else if ("max".equals(messenger) && event instanceof Event.Posted posted && MaxIds.isShort(id)
                && posted.at() != null && posted.at() > 0 && posted.at() < 1L << 46) {
            var from = posted.at() - MaxIds.TOLERANCE << 16;
            var to = posted.at() + MaxIds.TOLERANCE + 1 << 16;
            for (var other : Rows.query(connection,
                    "select distinct target from event where account_id = ? and chat = ?"
                            + " and target between ? and ? and length(target) = 18",
                    row -> row.getString(1), accountId, chat, String.valueOf(from), String.valueOf(to))) {
                bind(accountId, id, other);
            }
            meet(new Slot(accountId, chat, posted.at() / MaxIds.TOLERANCE), id);
        } else if ("telegram".equals(messenger) && event instanceof Event.Posted posted && posted.at() != null) {
            messagesBetween(accountId, chat, id, posted.at(), posted.at());
            meet(new Slot(accountId, chat, posted.at()), id);
        }
    }

    private static @Nullable String messenger(Event event) {
        if (event instanceof Event.Posted posted) {
            return posted.messenger();
        } else if (event instanceof Event.Edited edited) {
            return edited.messenger();
        } else if (event instanceof Event.Deleted deleted) {
            return deleted.messenger();
        }
        return event instanceof Event.Status status ? status.messenger() : null;
    }

    /** Link an id with those of the same chat in the same slot of time, or the ones beside it. */
    private void meet(Slot slot, String id) {
        slots.computeIfAbsent(slot, any -> new LinkedHashSet<>()).add(id);
        for (var beside : List.of(slot, slot.shifted(-1), slot.shifted(1))) {
            for (var other : slots.getOrDefault(beside, Set.of())) {
                bind(slot.accountId(), id, other);
            }
        }
    }

    private void messagesBetween(long accountId, String chat, String id, long from, long to) throws SQLException {
        for (var other : Rows.query(connection,
                "select message_id from message where account_id = ? and chat = ? and at between ? and ?",
                row -> row.getString(1), accountId, chat, from, to)) {
            bind(accountId, id, other);
        }
    }

    private void bind(long accountId, String id, String other) {
        if (!id.equals(other)) {
            wanted.add(new Id(accountId, other));
            link(new Id(accountId, id), new Id(accountId, other));
        }
    }

    private void link(Id one, Id other) {
        likely.computeIfAbsent(one, id -> new LinkedHashSet<>()).add(other);
        likely.computeIfAbsent(other, id -> new LinkedHashSet<>()).add(one);
    }

    /** Load until nothing more is named. */
    void complete() throws SQLException {
        wanted.removeAll(loaded);
        while (!wanted.isEmpty()) {
            var ids = List.copyOf(wanted);
            wanted.clear();
            loaded.addAll(ids);
            for (var stored : load(ids)) {
                if (add(stored)) {
                    for (var telling : stored.fact.tellings()) {
                        want(stored.accountId, telling.event());
                    }
                }
            }
            wanted.removeAll(loaded);
        }
    }

    private List<StoredFact> load(Collection<Id> ids) throws SQLException {
        var rows = ids.stream().map(id -> new Object[]{id.accountId(), id.id()}).toList();
        var columns = "e.id, e.account_id, e.kind, e.chat, e.target, e.event_id, e.variant, e.endpoints, e.tellings";
        var sql = "with named (account, id) as (" + Rows.values(rows.size(), "bigint", "text") + ")"
                + " select " + columns + " from named n join event e on e.account_id = n.account and e.target = n.id"
                + " union select " + columns + " from named n join event e on e.account_id = n.account"
                + " and e.event_id = n.id where e.kind in ('edited', 'deleted') and e.event_id <> e.target";
        return Rows.query(connection, sql, row -> new StoredFact(row.getLong(2), row.getLong(1),
                new Fact(new EventKey(row.getString(3), row.getString(4), row.getString(5), row.getString(6),
                        row.getString(7)), EventJson.read(row.getString(9), TELLINGS)),
                Endpoints.parse(row.getString(8))), Rows.flat(rows));
    }

    boolean add(StoredFact stored) {
        if (facts.putIfAbsent(new Address(stored.accountId, stored.fact.key()), stored) != null) {
            return false;
        }
        for (var id : ids(stored)) {
            byId.computeIfAbsent(id, any -> new LinkedHashSet<>()).add(stored);
        }
        return true;
    }

    @Nullable
    StoredFact find(long accountId, EventKey key) {
        return facts.get(new Address(accountId, key));
    }

    /** The ids that were looked for, as (account, id). */
    List<Object[]> ids() {
        return loaded.stream().map(id -> new Object[]{id.accountId(), id.id()}).toList();
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

    /** The facts connected with an event's ids, and the aliases of the chats they name. */
    List<StoredFact> around(long accountId, EventKey key, boolean change) {
        var seen = new HashSet<Id>();
        var found = new LinkedHashSet<StoredFact>();
        var next = new ArrayDeque<Id>();
        next.add(new Id(accountId, key.target()));
        if (change && !key.eventId().isEmpty()) {
            next.add(new Id(accountId, key.eventId()));
        }
        if (!key.chat().isEmpty()) {
            next.add(new Id(accountId, key.chat()));
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
