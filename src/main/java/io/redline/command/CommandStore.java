package io.redline.command;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import io.redline.account.Account;
import io.redline.account.Accounts;
import io.redline.database.Database;
import io.redline.database.Dialect;
import io.redline.database.Rows;
import io.redline.event.EventJson;
import io.redline.ledger.Ledger;
import io.redline.ledger.Positions;

/**
 * The table of commands. What is claimed is marked as on its way by a commit of its own before anything leaves, so that a crash
 * leaves a mark. Times are the database's. Threadsafe.
 */
@Singleton
class CommandStore {

    /** A process that lives renews what it has on its way. */
    static final Duration LEASE = Duration.ofSeconds(30);
    /** How long it is waited for a notice after the end. */
    private static final Duration WATCHED_FOR = Duration.ofHours(24);
    /** As in the indexes: SQLite takes one only for a condition that is written the same. */
    private static final String OPEN = "c.state in ('pending', 'sending', 'ambiguous')";
    private static final String COLUMNS = "c.id, c.account_id, c.kind, c.chat, c.message, c.text, c.options, c.operator,"
            + " c.idempotency_key, c.state, c.rule, c.description, c.made, c.attempts, c.created_at, c.sent_at,"
            + " c.deadline, c.ended_at, c.request";

    private final Database database;
    private final Ledger ledger;
    private final Accounts accounts;
    private final String now;
    /** This process; a SQLite file has no other. */
    private final String lease = UUID.randomUUID().toString();

    CommandStore(Database database, Ledger ledger, Accounts accounts) {
        this.database = database;
        this.ledger = ledger;
        this.accounts = accounts;
        this.now = database.dialect().now();
    }

    /** A command, and a digest of what was asked by it. */
    record Kept(Command command, String request) {
    }

    /** What became of a command. */
    record Change(State state, @Nullable String rule, @Nullable String description, @Nullable String made) {

        static Change of(State state) {
            return new Change(state, null, null, null);
        }

        static Change of(State state, @Nullable String description) {
            return new Change(state, null, description, null);
        }
    }

    /**
     * Keep a command, or find the one that was kept under its key.
     *
     * @param refusal {@code null} to have it sent
     */
    Kept keep(Request request, @Nullable Refusal refusal, Duration sendWithin) {
        return write(connection -> {
            var account = ledger.idOf(request.account());
            long id = new Positions(connection, database.dialect()).next(1).get(0);
            var kept = Rows.update(connection,
                    "insert into command (id, account_id, kind, chat, message, text, options,"
                            + " operator, idempotency_key, request, state, rule, description, created_at, next_at, deadline,"
                            + " ended_at, watched) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, " + now + ", " + now
                            + ", "
                            + now + " + ?, case when ? then " + now
                            + " end, ?) on conflict (account_id, idempotency_key)"
                            + " where idempotency_key is not null do nothing",
                    id, account, request.kind().word(),
                    request.chat(), request.message(), request.text(), EventJson.write(request.options()),
                    request.operator(), request.key(), request.digest(),
                    (refusal == null ? State.PENDING : State.REFUSED).word(), refusal == null ? null : refusal.rule(),
                    refusal == null ? null : refusal.sentence(), sendWithin.toMillis(), refusal != null,
                    refusal == null) > 0;
            return query(connection, kept ? "c.id = ?" : "c.account_id = ? and c.idempotency_key = ?",
                    kept ? new Object[]{id} : new Object[]{account, request.key()}).get(0);
        });
    }

    Optional<Kept> find(long id) {
        return database.read(connection -> query(connection, "c.id = ?", id)).stream().findFirst();
    }

    /** The one kept under a key. */
    Optional<Kept> find(Account account, String key) {
        return database.read(connection -> query(connection, "c.account_id = ? and c.idempotency_key = ?",
                ledger.idOf(account), key)).stream().findFirst();
    }

    /** The newest first. */
    List<Command> list(@Nullable Account account, @Nullable State state, long before, int limit) {
        var number = account == null ? null : (Long) ledger.idOf(account);
        return database.read(connection -> query(connection, "c.id < ? and (cast(? as bigint) is null"
                + " or c.account_id = ?) and (cast(? as text) is null or c.state = ?) order by c.id desc limit ?",
                before, number, number, state == null ? null : state.word(), state == null ? null : state.word(),
                limit)).stream().map(Kept::command).toList();
    }

    /** How many are not sent, on their way, or in doubt, by account and state. */
    Map<String, Map<State, Long>> open() {
        return database.read(connection -> {
            Map<String, Map<State, Long>> all = new LinkedHashMap<>();
            Rows.query(connection, "select a.name, c.state, count(*) from command c join account a on a.id ="
                    + " c.account_id where " + OPEN + " group by a.name, c.state order by a.name, c.state",
                    row -> all.computeIfAbsent(row.getString(1), name -> new LinkedHashMap<>())
                            .put(State.of(row.getString(2)), row.getLong(3)));
            return all;
        });
    }

    /**
     * Take what is to be sent now, of each chat the oldest alone, and mark it as on its way.
     *
     * @param busy how many of an account are on their way by now, by its name
     * @param most how many may be
     */
    List<Command> claim(Map<String, Integer> busy, int most) {
        var waiting = database.read(connection -> Rows.query(connection, "select distinct c.account_id from command c"
                + " where " + OPEN + " and c.state = 'pending' and c.next_at <= " + now, row -> row.getLong(1)));
        List<Command> claimed = new ArrayList<>();
        for (var account : accounts.all()) {
            var id = ledger.idOf(account);
            var room = most - busy.getOrDefault(account.name(), 0);
            if (waiting.contains(id) && room > 0) {
                claimed.addAll(commands(write(connection -> returning(connection,
                        "update command set state = 'sending', attempts = attempts + 1, sent_at = " + now
                                + ", lease = ?, lease_until = " + now + " + ? where id in (select c.id from command c"
                                + " where " + OPEN + " and c.state = 'pending' and c.account_id = ? and c.next_at <= "
                                + now + " and not exists (select 1 from command p where p.account_id = c.account_id"
                                + " and p.chat = c.chat and p.id < c.id and " + OPEN.replace("c.", "p.")
                                + ") order by c.id limit ?" + database.dialect().skipLocked("c") + ")",
                        lease, LEASE.toMillis(), id, room))));
            }
        }
        return claimed;
    }

    /** Say of those on their way that somebody waits for their answer. */
    void renew(Collection<Long> ids) {
        write(connection -> {
            Rows.batch(connection, "update command set lease_until = " + now + " + ? where id = ? and lease = ?",
                    ids.stream().map(id -> new Object[]{LEASE.toMillis(), id, lease}).toList());
            return null;
        });
    }

    /** Those on their way for whose answer nobody waits any more: whoever sent them is gone. */
    List<Command> abandon(Duration confirmWithin) {
        return commands(write(connection -> returning(connection,
                "update command set state = 'ambiguous', lease = null,"
                        + " next_at = " + now + ", deadline = " + now + " + ?, description ="
                        + " 'The service ended while the gateway was asked.'"
                        + " where id in (select c.id from command c where " + OPEN + " and c.state = 'sending'"
                        + " and (c.lease_until < " + now
                        + (database.dialect() == Dialect.SQLITE ? " or c.lease <> ?" : "")
                        + "))",
                database.dialect() == Dialect.SQLITE
                        ? new Object[]{confirmWithin.toMillis(), lease}
                        : new Object[]{confirmWithin.toMillis()})));
    }

    /**
     * Take those to be looked after at the gateway now: in doubt, or taken by it and not shown. Whoever takes one has it until the
     * next look.
     */
    List<Command> claimDoubtful(Duration nextLook, Duration laterLook, int limit) {
        return commands(write(connection -> returning(connection, "update command set next_at = " + now
                + " + case when state = 'ambiguous' then ? else ? end where id in (select c.id from command c"
                + " where c.watched and c.next_at <= " + now + " and (c.state = 'ambiguous' or c.state = 'accepted'"
                + " and c.kind in ('edit', 'delete') and c.deadline > " + now + ") order by c.id limit ?"
                + database.dialect().skipLocked("c") + ")", nextLook.toMillis(), laterLook.toMillis(), limit)));
    }

    /**
     * Write down what came of one that is on its way.
     *
     * @param within until when more has to be known
     * @param look when it is read at the gateway, if nothing is told until then
     * @return the command as it is now; empty if it is no longer ours
     */
    Optional<Command> answered(long id, Change change, Duration within, Duration look) {
        return changed("c.id = ? and c.lease = ? and c.state = 'sending'", change, ", lease = null, next_at = " + now
                + " + " + look.toMillis() + ", deadline = " + now + " + " + within.toMillis(), id, lease);
    }

    /** Put one that was not sent back. */
    void later(long id, Duration pause, @Nullable String reason) {
        write(connection -> Rows.update(connection,
                "update command set state = 'pending', lease = null, next_at = " + now
                        + " + ?, description = ? where id = ? and lease = ? and state = 'sending'",
                pause.toMillis(), reason,
                id, lease));
    }

    /** Have one sent again, of which it is known by now that nothing came of it. */
    void again(long id, Duration sendWithin) {
        write(connection -> Rows.update(connection, "update command set state = 'pending', next_at = " + now
                + ", deadline = " + now + " + ?, description = null where id = ? and state = 'ambiguous'",
                sendWithin.toMillis(), id));
    }

    /** Write down what is known of one that is no longer on its way. */
    Optional<Command> known(Command command, Change change) {
        return changed("c.id = ? and c.state = ?", change, "", command.id(), command.state().word());
    }

    private Optional<Command> changed(String which, Change change, String more, Object... parameters) {
        var ended = switch (change.state()) {
            case PENDING, SENDING, AMBIGUOUS, ACCEPTED -> false;
            default -> true;
        };
        // What is over may still turn out otherwise; but not what was never done.
        var watched = change.state() != State.REFUSED && change.state() != State.FAILED;
        var all = new ArrayList<@Nullable Object>();
        all.add(change.state().word());
        all.add(change.rule());
        all.add(change.description());
        all.add(change.made());
        all.add(ended);
        all.add(watched);
        all.addAll(List.of(parameters));
        return commands(write(connection -> returning(connection, "update command set state = ?, rule = ?,"
                + " description = ?, made = coalesce(?, made), ended_at = case when ? then " + now
                + " end, watched = ?,"
                + " told = " + (change.state() == State.AMBIGUOUS || change.state() == State.PENDING) + more
                + " where id in (select c.id from command c where " + which + ")", all.toArray()))).stream()
                .findFirst();
    }

    /** A command to look at, and the newest event about what it is about. */
    record Watched(Command command, long newest) {
    }

    /** Those of which something new was told, or whose time is over. */
    List<Watched> watched(int limit) {
        return database.read(connection -> Rows.query(connection, "select * from (select " + COLUMNS
                + ", coalesce((select max(e.id) from event e where e.account_id = c.account_id"
                + " and e.target in (c.message, c.made) and e.id > c.looked and e.kind <> 'commanded'), 0) as newest,"
                + " c.looked as looked from command c where c.watched and c.state in ('accepted', 'ambiguous',"
                + " 'confirmed', 'unconfirmed', 'accepted-unverified')) w where w.newest > w.looked"
                + " or (w.deadline <= " + now + " and w.state in ('accepted', 'ambiguous'))"
                // Of a chat there is nothing that could be named, nor of a message that nobody named.
                + " or (w.kind in ('archive', 'unarchive') and w.state in ('accepted', 'ambiguous'))"
                + " or (w.kind = 'send' and w.made is null and w.state in ('accepted', 'ambiguous'))"
                // Gateways that tell the id of what was sent later name it by our command.
                + " or (w.kind = 'send' and w.made is null and exists (select 1 from event e where e.account_id ="
                + " w.account_id and e.kind = 'commanded' and e.variant = cast(w.id as text)))"
                + " order by w.id limit ?",
                row -> {
                    var newest = row.getLong(20);
                    return read(row).map(kept -> new Watched(kept.command(), newest));
                }, limit)).stream().flatMap(Optional::stream).toList();
    }

    void looked(long id, long newest) {
        write(connection -> Rows.update(connection, "update command set looked = ? where id = ? and looked < ?", newest,
                id,
                newest));
    }

    /** Those whose state nobody was told of. */
    List<Command> untold(int limit) {
        return commands(database.read(connection -> query(connection, "not c.told order by c.id limit ?", limit)));
    }

    void told(Command command) {
        write(connection -> Rows.update(connection, "update command set told = ? where id = ? and state = ?", true,
                command.id(), command.state().word()));
    }

    /** Whether a message is known as another command's. */
    boolean isMade(Command command, String messageId) {
        return database.read(connection -> !Rows.query(connection, "select 1 from command c where c.account_id = ?"
                + " and c.chat = ? and c.made = ? and c.id <> ?", row -> 1, ledger.idOf(command.request().account()),
                command.request().chat(), messageId, command.id()).isEmpty());
    }

    /** Watch no more what was watched long enough. */
    void rest() {
        write(connection -> Rows.update(connection,
                "update command set watched = ? where id in (select c.id from command c"
                        + " where c.watched and ((c.state in ('unconfirmed', 'accepted-unverified') and c.created_at < "
                        + now
                        + " - ?) or (c.state = 'confirmed' and c.deadline < " + now + ")))",
                false, WATCHED_FOR.toMillis()));
    }

    /** Whether its time is over. */
    boolean isOver(Command command) {
        return database.read(connection -> Rows.query(connection, "select deadline <= " + now
                + " from command where id = ?", row -> row.getBoolean(1), command.id())).stream().findFirst()
                .orElse(true);
    }

    /** For how long the gateway has had time to show what it did. */
    Duration sinceSent(Command command) {
        return database
                .read(connection -> Rows.query(connection, "select " + now + " - sent_at from command where id = ?",
                        row -> Duration.ofMillis(row.getLong(1)), command.id()))
                .stream().findFirst().orElse(Duration.ZERO);
    }

    private List<Kept> query(Connection connection, String where, @Nullable Object... parameters) throws SQLException {
        return known(Rows.query(connection, "select " + COLUMNS + " from command c where " + where, this::read,
                parameters));
    }

    private List<Kept> returning(Connection connection, String update, @Nullable Object... parameters)
            throws SQLException {
        return known(
                Rows.query(connection, update + " returning " + COLUMNS.replace("c.", ""), this::read, parameters));
    }

    /** Nothing is done about those of accounts that are not configured any more. */
    private static List<Kept> known(List<Optional<Kept>> rows) {
        return rows.stream().flatMap(Optional::stream).toList();
    }

    /** In the order in which they were taken. */
    private static List<Command> commands(List<Kept> kept) {
        return kept.stream().map(Kept::command).sorted((a, b) -> Long.compare(a.id(), b.id())).toList();
    }

    private Optional<Kept> read(ResultSet row) throws SQLException {
        var accountId = row.getLong(2);
        var account = accounts.all().stream().filter(one -> ledger.idOf(one) == accountId).findFirst();
        if (account.isEmpty()) {
            return Optional.empty();
        }
        var request = new Request(account.get(), Kind.of(row.getString(3)), row.getString(4), row.getString(5),
                row.getString(6), EventJson.readObject(row.getString(7)), row.getString(8), row.getString(9));
        return Optional.of(new Kept(new Command(row.getLong(1), request, State.of(row.getString(10)), row.getString(11),
                row.getString(12), row.getString(13), row.getInt(14), row.getLong(15), Rows.number(row, 16),
                row.getLong(17), Rows.number(row, 18)), row.getString(19)));
    }

    private <T> T write(Database.Work<T> work) {
        try {
            return database.write(work);
        } catch (SQLException e) {
            throw new IllegalStateException("A command could not be written down.", e);
        }
    }
}
