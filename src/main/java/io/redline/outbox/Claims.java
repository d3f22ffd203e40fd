package io.redline.outbox;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.redline.database.Dialect;
import io.redline.database.Rows;
import io.redline.outbox.Claimed.Lane;
import io.redline.outbox.Ended.Outcome;

/**
 * The leases of one consumer on what one endpoint is owed. A lease is a name and a time by the database's clock; whoever lost
 * it writes nothing down any more. Only the oldest of a chat can be claimed, together with those that follow it directly.
 * <p>
 * What cannot be claimed must not be looked at again and again: a failed one is not due before its time, and what stands in
 * the way because it waits behind another of its chat is <em>held</em>. {@code backlog} names the chats that have such, so
 * that the next ones are let go when those before have ended, whoever ended them.
 */
final class Claims {

    /** How many rows one look at the table takes in at least, and while many are in the way. */
    private static final int SMALL_PAGE = 32;
    private static final int PAGE = 512;
    /** How many held deliveries of a chat are let go at once: few more than are claimed of it, lest the rest stand in the way. */
    private static final int LET_GO = 16;
    /** How many waiting deliveries of a chat that gave up are parked at once. */
    private static final int PARKED_AT_ONCE = 10_000;

    private final Dialect dialect;
    private final String now;
    private final String endpoint;
    private final Duration lease;
    /** Chats known to be in the backlog. Others put chats there too: {@link #sweep} finds those. */
    private final Set<Lane> crowded = new HashSet<>();
    private boolean holding;

    /**
     * What could be claimed.
     *
     * @param runs deliveries of one chat each, in their order
     * @param more whether there may be more of them at once
     * @param full whether there was no room for all that could be claimed
     */
    record Claim(List<List<Claimed>> runs, boolean more, boolean full) {

        static final Claim NOTHING = new Claim(List.of(), false, false);
    }

    /**
     * How much may be claimed, in bytes: few large ones need as much memory as very many others.
     *
     * @param evenIfLarger whether at least one may be, of whatever size
     */
    record Room(long bytes, boolean evenIfLarger) {

        boolean isFull() {
            return bytes <= 0 && !evenIfLarger;
        }
    }

    private record Candidate(long id, Lane lane, @Nullable Long previous, boolean suspended, @Nullable Long probeAt) {

        static Candidate read(ResultSet row) throws SQLException {
            return new Candidate(row.getLong(1), new Lane(row.getLong(2), row.getString(3)), Rows.number(row, 4),
                    row.getBoolean(5), Rows.number(row, 6));
        }
    }

    /** @param lease how long a claim holds, unless it is renewed */
    Claims(Dialect dialect, String endpoint, Duration lease) {
        this.dialect = dialect;
        this.now = dialect.now();
        this.endpoint = endpoint;
        this.lease = lease;
    }

    /**
     * Claim what is due.
     *
     * @param limit how many deliveries at most
     * @param room how large they may be together
     * @param longestRun how many of one chat at most
     * @param retriesFirst whether what failed before is looked for first, lest a flood of new ones keep it waiting
     */
    Claim claim(Connection connection, int limit, Room room, int longestRun, boolean retriesFirst) throws SQLException {
        if (limit <= 0) {
            return Claim.NOTHING;
        }
        var page = holding ? PAGE : Math.min(PAGE, Math.max(limit, SMALL_PAGE));
        var due = retriesFirst ? candidates(connection, page, " and d.next_at > 0") : List.<Candidate>of();
        if (due.isEmpty()) {
            due = candidates(connection, page, "");
        }
        Map<Lane, List<Long>> runs = new LinkedHashMap<>();
        List<Candidate> waiting = new ArrayList<>();
        List<@Nullable Object[]> notYet = new ArrayList<>();
        var taken = 0;
        for (var candidate : due.stream().sorted(Comparator.comparingLong(Candidate::id)).toList()) {
            var run = runs.get(candidate.lane());
            if (candidate.previous() == null && candidate.probeAt() != null) {
                notYet.add(new @Nullable Object[]{candidate.probeAt(), candidate.id()});
            } else if (taken < limit && (candidate.previous() == null
                    || run != null && !candidate.suspended() && run.size() < longestRun
                            && run.get(run.size() - 1).equals(candidate.previous()))) {
                runs.computeIfAbsent(candidate.lane(), lane -> new ArrayList<>()).add(candidate.id());
                taken++;
            } else if (candidate.previous() != null) {
                waiting.add(candidate);
            }
        }
        Rows.batch(connection, "update delivery set next_at = ? where id = ?", notYet);
        // Where enough is found, what waits between it stands in nobody's way: it is found when its turn comes.
        holding = due.size() == page && taken < (Math.min(limit, page) + 1) / 2;
        if (holding) {
            hold(connection, waiting);
        }
        var ids = runs.values().stream().flatMap(List::stream).toList();
        var claimed = ids.isEmpty() ? Map.<Long, Claimed>of() : lease(connection, ids, room);
        var full = claimed.size() < ids.size();
        // What had no room are the newest, and so the last of their chats.
        return new Claim(runs.values().stream().map(run -> run.stream().filter(claimed::containsKey).map(claimed::get)
                .toList()).filter(run -> !run.isEmpty()).toList(), due.size() == page && !full, full);
    }

    private List<Candidate> candidates(Connection connection, int page, String which) throws SQLException {
        // The page first, and the rest for that alone: what the planner believes of other tables must not have it read all that
        // is owed.
        return Rows.query(connection, "select d.id, d.account_id, d.chat,"
                + " (select max(p.id) from delivery p where p.endpoint = d.endpoint and p.state = 'owed'"
                + " and p.account_id = d.account_id and p.chat = d.chat and p.id < d.id),"
                + " s.since is not null, case when s.probe_at > " + now + " then s.probe_at end"
                + " from (select d.id, d.endpoint, d.account_id, d.chat from delivery d"
                + " where d.endpoint = ? and d.state = 'owed' and not d.held and d.next_at <= " + now
                + " and (d.lease_until is null or d.lease_until <= " + now + ")" + which
                + " and (select e.paused_at from endpoint e where e.name = ?) is null"
                + " order by d.next_at, d.id limit ?" + dialect.skipLocked("d") + ") d"
                + " left join suspension s on s.endpoint = d.endpoint and s.account_id = d.account_id"
                + " and s.chat = d.chat", Candidate::read, endpoint, endpoint, page);
    }

    private Map<Long, Claimed> lease(Connection connection, List<Long> ids, Room room) throws SQLException {
        var token = UUID.randomUUID().toString();
        var claimed = new LinkedHashMap<Long, Claimed>();
        List<Long> large = new ArrayList<>();
        var left = room.bytes();
        for (var one : find(connection, ids, token, left / ids.size())) {
            if (one.size() > left && !(claimed.isEmpty() && room.evenIfLarger())) {
                break;
            }
            left -= one.size();
            claimed.put(one.id(), one);
            if (one.change() == null && one.notification() == null) {
                large.add(one.id());
            }
        }
        if (!large.isEmpty()) {
            fetch(connection, large, claimed);
        }
        if (!claimed.isEmpty()) {
            // No index has these columns, so PostgreSQL writes the row and nothing else. That those claimed still are among
            // what is due costs looking at them: there are never many.
            var rows = rows(claimed.keySet());
            Rows.update(connection, "update delivery set lease = ?, lease_until = " + now + " + ? where id in "
                    + Rows.list(rows.size()), parameters(List.of(token, lease.toMillis()), Rows.flat(rows)));
        }
        return claimed;
    }

    /** The oldest first. Of those that have more bytes than {@code most} the content is not read. */
    private List<Claimed> find(Connection connection, List<Long> ids, String token, long most) throws SQLException {
        var rows = rows(ids);
        return Rows.query(connection, "select d.id, d.account_id, a.name, d.chat, coalesce(c.event_id, n.event_id),"
                + " d.attempts, d.replay, " + now + " - d.failing_since, " + now + " - s.since, c.revision,"
                + " case when d.notification_id is null and octet_length(c.data) <= ? then c.data end,"
                + " case when octet_length(n.body) <= ? then n.body end,"
                + " case when d.notification_id is null then octet_length(c.data) else octet_length(n.body) end"
                + " from delivery d join account a on a.id = d.account_id"
                + " left join change c on c.id = d.change_id left join notification n on n.id = d.notification_id"
                + " left join suspension s on s.endpoint = d.endpoint and s.account_id = d.account_id"
                + " and s.chat = d.chat"
                + " where d.id in " + Rows.list(rows.size()) + " order by d.id",
                row -> new Claimed(row.getLong(1), token, row.getLong(2), row.getString(3), row.getString(4),
                        String.valueOf(row.getLong(5)), row.getInt(6), row.getBoolean(7), row.getLong(8),
                        Rows.number(row, 9), Rows.number(row, 10), row.getLong(13), row.getString(11),
                        row.getBytes(12)),
                parameters(List.of(most, most), Rows.flat(rows)));
    }

    /** Read the content of large ones. */
    private static void fetch(Connection connection, List<Long> ids, Map<Long, Claimed> claimed) throws SQLException {
        record Content(long id, @Nullable String change, byte @Nullable [] notification) {
        }
        var rows = rows(ids);
        Rows.query(connection,
                "select d.id, case when d.notification_id is null then c.data end, n.body from delivery d"
                        + " left join change c on c.id = d.change_id left join notification n on n.id = d.notification_id"
                        + " where d.id in " + Rows.list(rows.size()),
                row -> new Content(row.getLong(1), row.getString(2), row.getBytes(3)), Rows.flat(rows))
                .forEach(content -> claimed.computeIfPresent(content.id(),
                        (id, one) -> one.with(content.change(), content.notification())));
    }

    private static List<Object[]> rows(Collection<Long> ids) {
        return ids.stream().map(id -> new Object[]{id}).toList();
    }

    /** Put what waits behind another of its chat out of the way. */
    private void hold(Connection connection, List<Candidate> waiting) throws SQLException {
        // In one order, so that two of us never wait for each other.
        var lanes = waiting.stream().map(Candidate::lane).collect(Collectors.toCollection(TreeSet::new));
        // The row is locked either way: whoever lets go of this chat does so before or after, never meanwhile.
        Rows.batch(connection, "insert into backlog (endpoint, account_id, chat) values (?, ?, ?)"
                + " on conflict (endpoint, account_id, chat) do update set chat = excluded.chat",
                lanes.stream().map(lane -> new @Nullable Object[]{endpoint, lane.accountId(), lane.chat()}).toList());
        crowded.addAll(lanes);
        Rows.batch(connection, "update delivery set held = true where id = ?",
                waiting.stream().map(candidate -> new @Nullable Object[]{candidate.id()}).toList());
    }

    /** Let go of what was held behind those that ended. */
    private void letGo(Connection connection, Collection<Lane> lanes) throws SQLException {
        for (var lane : lanes) {
            if (Rows.query(connection, "select 1 from backlog where endpoint = ? and account_id = ? and chat = ?"
                    + dialect.skipLocked("backlog"), row -> 1, endpoint, lane.accountId(), lane.chat()).isEmpty()) {
                continue;
            }
            var first = Rows.query(connection, "select held from delivery where endpoint = ? and state = 'owed'"
                    + " and account_id = ? and chat = ? order by id limit 1", row -> row.getBoolean(1), endpoint,
                    lane.accountId(), lane.chat());
            if (!first.isEmpty() && !first.get(0)) {
                continue;
            }
            // A claimant may have one of them locked for a moment; it is let go the next time.
            var freed = Rows.query(connection, "select d.id from delivery d where d.endpoint = ? and d.state = 'owed'"
                    + " and d.account_id = ? and d.chat = ? and d.held order by d.id limit " + LET_GO
                    + dialect.skipLocked("d"), row -> new @Nullable Object[]{row.getLong(1)}, endpoint,
                    lane.accountId(), lane.chat());
            Rows.batch(connection, "update delivery set held = false where id = ?", freed);
            if (freed.size() < LET_GO && Rows.query(connection, "select 1 from delivery where endpoint = ?"
                    + " and state = 'owed' and account_id = ? and chat = ? and held limit 1", row -> 1, endpoint,
                    lane.accountId(), lane.chat()).isEmpty()) {
                Rows.update(connection, "delete from backlog where endpoint = ? and account_id = ? and chat = ?",
                        endpoint, lane.accountId(), lane.chat());
                crowded.remove(lane);
            }
        }
    }

    /** Let go of chats whose oldest delivery is held: what was before it was ended by somebody else. */
    void sweep(Connection connection) throws SQLException {
        letGo(connection, Rows.query(connection, "select b.account_id, b.chat from backlog b where b.endpoint = ?"
                + " and coalesce((select d.held from delivery d where d.endpoint = b.endpoint and d.state = 'owed'"
                + " and d.account_id = b.account_id and d.chat = b.chat order by d.id limit 1), true) limit " + PAGE,
                row -> new Lane(row.getLong(1), row.getString(2)), endpoint));
    }

    /** Write down how attempts ended. A delivery whose lease went to somebody else is theirs to judge. */
    void end(Connection connection, Collection<Ended> ended, Duration probeEvery) throws SQLException {
        record Same(String lease, @Nullable String answer) {
        }
        Map<Same, List<Long>> delivered = new LinkedHashMap<>();
        ended.stream().filter(one -> one.outcome() == Outcome.DELIVERED).forEach(one -> delivered
                .computeIfAbsent(new Same(one.claimed().lease(), one.answer()), same -> new ArrayList<>())
                .add(one.claimed().id()));
        for (var same : delivered.entrySet()) {
            delivered(connection, same.getKey().lease(), same.getKey().answer(), same.getValue());
        }
        for (var one : ended) {
            var claimed = one.claimed();
            switch (one.outcome()) {
                case DELIVERED -> resume(connection, claimed);
                case RETRIED, POSTPONED -> again(connection, one, probeEvery);
                case PARKED -> {
                    park(connection, one);
                    // It was answered, so what follows need not wait.
                    resume(connection, claimed);
                }
                case GAVE_UP, GAVE_UP_CHAT -> giveUp(connection, one, probeEvery);
                case RELEASED -> Rows.update(connection, "update delivery set lease = null, lease_until = null"
                        + " where id = ? and lease = ?", claimed.id(), claimed.lease());
            }
        }
        var lanes = ended.stream().map(one -> one.claimed().lane()).filter(crowded::contains)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        letGo(connection, lanes);
    }

    private void delivered(Connection connection, String token, @Nullable String answer, List<Long> ids)
            throws SQLException {
        for (int from = 0; from < ids.size(); from += PAGE) {
            var rows = rows(ids.subList(from, Math.min(ids.size(), from + PAGE)));
            // Only what is owed has a lease. To ask for the state as well would have PostgreSQL read all that is owed.
            Rows.update(connection, "update delivery set state = 'done', attempts = attempts + 1, last_error = null,"
                    + " answer = ?, lease = null, lease_until = null, ended_at = " + now
                    + " where lease = ? and id in " + Rows.list(rows.size()),
                    parameters(Arrays.asList(answer, token), Rows.flat(rows)));
        }
    }

    private void again(Connection connection, Ended one, Duration probeEvery) throws SQLException {
        var claimed = one.claimed();
        Rows.update(connection, "update delivery set attempts = attempts + ?, last_error = ?, answer = ?,"
                + " failing_since = coalesce(failing_since, " + now + "), lease = null, lease_until = null,"
                + " next_at = " + now + " + ? where id = ? and lease = ?", one.outcome() == Outcome.RETRIED ? 1 : 0,
                one.error(), one.answer(), one.retryIn().toMillis(), claimed.id(), claimed.lease());
        if (claimed.isProbe()) {
            Rows.update(connection, "update suspension set probe_at = " + now + " + ? where endpoint = ?"
                    + " and account_id = ? and chat = ?", probeEvery.toMillis(), endpoint, claimed.accountId(),
                    claimed.chat());
        }
    }

    /** A chat of which something got through is not suspended any more. */
    private void resume(Connection connection, Claimed claimed) throws SQLException {
        if (claimed.isProbe()) {
            Rows.update(connection, "delete from suspension where endpoint = ? and account_id = ? and chat = ?",
                    endpoint, claimed.accountId(), claimed.chat());
        }
    }

    private boolean park(Connection connection, Ended one) throws SQLException {
        return Rows.update(connection, "update delivery set state = 'parked', attempts = attempts + 1,"
                + " last_error = ?, answer = ?, lease = null, lease_until = null, ended_at = " + now
                + " where id = ? and lease = ?", one.error(), one.answer(), one.claimed().id(),
                one.claimed().lease()) > 0;
    }

    private void giveUp(Connection connection, Ended one, Duration probeEvery) throws SQLException {
        if (!park(connection, one)) {
            return;
        }
        var claimed = one.claimed();
        Rows.update(connection, "insert into suspension (endpoint, account_id, chat, since, probe_at)"
                + " values (?, ?, ?, " + now + ", " + now + " + ?) on conflict (endpoint, account_id, chat)"
                + " do update set since = excluded.since, probe_at = excluded.probe_at", endpoint, claimed.accountId(),
                claimed.chat(), probeEvery.toMillis());
        if (one.outcome() == Outcome.GAVE_UP_CHAT) {
            var waiting = Rows.query(connection, "select id from delivery where endpoint = ? and state = 'owed'"
                    + " and account_id = ? and chat = ? order by id limit " + PARKED_AT_ONCE,
                    row -> new @Nullable Object[]{"It waited behind deliveries that failed.", row.getLong(1)}, endpoint,
                    claimed.accountId(), claimed.chat());
            Rows.batch(connection, "update delivery set state = 'parked', held = false, last_error = ?, ended_at = "
                    + now + " where id = ?", waiting);
        }
    }

    /** @return the numbers of those that are still ours */
    Set<Long> renew(Connection connection, Collection<Claimed> inFlight) throws SQLException {
        var ours = new HashSet<Long>();
        for (var claim : inFlight.stream().collect(Collectors.groupingBy(Claimed::lease)).entrySet()) {
            var rows = rows(claim.getValue().stream().map(Claimed::id).toList());
            // As above: only what is owed has a lease.
            ours.addAll(Rows.query(connection, "update delivery set lease_until = " + now
                    + " + ? where lease = ? and id in " + Rows.list(rows.size()) + " returning id",
                    row -> row.getLong(1),
                    parameters(List.of(lease.toMillis(), claim.getKey()), Rows.flat(rows))));
        }
        return ours;
    }

    /** Give back what a process that is gone had claimed; only where no other process can be. */
    void releaseAll(Connection connection) throws SQLException {
        Rows.update(connection, "update delivery set lease = null, lease_until = null where endpoint = ?"
                + " and state = 'owed' and lease is not null", endpoint);
    }

    /** Nothing more is delivered to the endpoint until somebody says so. */
    void pause(Connection connection, String reason) throws SQLException {
        Rows.update(connection, "insert into endpoint (name, paused_at, paused_by) values (?, " + now + ", ?)"
                + " on conflict (name) do update set paused_at = excluded.paused_at, paused_by = excluded.paused_by"
                + " where endpoint.paused_at is null", endpoint, reason);
    }

    private static @Nullable Object[] parameters(List<? extends @Nullable Object> first, Object[] rest) {
        List<@Nullable Object> all = new ArrayList<>(first);
        all.addAll(List.of(rest));
        return all.toArray();
    }
}
