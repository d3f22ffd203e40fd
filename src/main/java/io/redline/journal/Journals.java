package io.redline.journal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Predicate;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.redline.account.Account;
import io.redline.account.Accounts;
import io.redline.account.Gateway;
import io.redline.call.GatewayCalls;
import io.redline.database.StoreUnavailable;
import io.redline.journal.AccountJournal.Pass;
import io.redline.ledger.Comparison;

/**
 * Reads the journals of all accounts, each for itself: their passes are spread over the period, none of an account begins
 * before its last one has ended, and one that hangs or fails delays no other. Threadsafe.
 */
@Singleton
public class Journals {

    private static final Logger LOG = Logger.getLogger(Journals.class);
    /** How soon after the death of whoever reads an account's journals another replica is to notice. */
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
    private static final Duration QUARTER = Duration.ofMinutes(15);
    /** How long an operator waits for a pass that runs already. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Map<String, Turn> turns = new LinkedHashMap<>();
    private final Predicate<Account> hasToken;
    private final Clock clock;
    private final Duration period;
    private final long startedAt;
    private final JournalStore store;
    private final ExecutorService threads = Executors.newCachedThreadPool(threads("redline-journal-"));

    /** One account and when it is due. */
    private static final class Turn {
        final Account account;
        final AccountJournal journal;
        final ReentrantLock pass = new ReentrantLock(true);
        final AtomicBoolean begun = new AtomicBoolean();
        final Counter compared;
        final Counter drift;
        final Counter repaired;
        /** When its next pass begins; before, where another replica reads them, when it is asked whether one still does. */
        volatile long due;
        volatile long lookAt = Long.MAX_VALUE;
        volatile int failures;
        volatile @Nullable Long completedAt;
        volatile @Nullable String problem;
        /** What its passes came to and is not written down yet: a write each pass would be many, for nothing. */
        @Nullable
        Drift unwritten;
        long writtenAt;

        Turn(Account account, AccountJournal journal, MeterRegistry metrics) {
            this.account = account;
            this.journal = journal;
            compared = metrics.counter("redline.journal.compared", "account", account.name());
            drift = metrics.counter("redline.journal.drift", "account", account.name());
            repaired = metrics.counter("redline.journal.repaired", "account", account.name());
        }
    }

    @Inject
    Journals(Accounts accounts, JournalSettings.Configured settings, GreenApiJournalCalls greenApi, GatewayCalls calls,
            Comparison comparison, NotificationRoute route, JournalStore store, MeterRegistry metrics) {
        this(accounts, account -> accounts.token(account).isSet(), settings.get(),
                account -> account.kind() == Gateway.WAHA
                        ? new WahaHistory(account, calls::ask, Clock.systemUTC())
                        : new GreenApiHistory(account, greenApi),
                comparison, route, store, metrics, Clock.systemUTC());
    }

    Journals(Accounts accounts, Predicate<Account> hasToken, JournalSettings settings,
            Function<Account, History> histories, Comparison comparison, HandsOver route, JournalStore store,
            MeterRegistry metrics, Clock clock) {
        this.hasToken = hasToken;
        this.clock = clock;
        this.period = settings.period();
        this.startedAt = clock.millis();
        this.store = store;
        var read = accounts.all().stream().filter(Account::journal).toList();
        for (var account : read) {
            var turn = new Turn(account,
                    new AccountJournal(account, settings, histories.apply(account), comparison, route, store, clock),
                    metrics);
            turn.due = clock.millis() + period.toMillis() * turns.size() / read.size();
            turns.put(account.name(), turn);
            Gauge.builder("redline.journal.age", () -> age(turn)).baseUnit("seconds").tag("account", account.name())
                    .description(
                            "Since the last completed pass over the journals began; if none was, since the service did")
                    .register(metrics);
        }
    }

    /** Threads that keep no service from ending. */
    static ThreadFactory threads(String name) {
        var number = new AtomicInteger();
        return work -> {
            var thread = new Thread(work, name + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    private double age(Turn turn) {
        var completed = turn.completedAt;
        if (completed == null && turn.problem == null) {
            // It is another replica that reads them, or nobody has begun.
            return Double.NaN;
        }
        return (clock.millis() - (completed == null ? startedAt : completed)) / 1_000.0;
    }

    /** Begin the passes that are due by now; they go on when this returns. */
    public void begin() {
        for (var turn : due()) {
            threads.execute(() -> {
                try {
                    pass(turn);
                } finally {
                    turn.begun.set(false);
                }
            });
        }
    }

    private List<Turn> due() {
        var now = clock.millis();
        List<Turn> due = new ArrayList<>();
        for (var turn : turns.values()) {
            if ((now >= turn.due || now >= turn.lookAt) && hasToken.test(turn.account)
                    && turn.begun.compareAndSet(false, true)) {
                if (now >= turn.due) {
                    // What was missed meanwhile is not made up for.
                    turn.due += period.toMillis() * (1 + (now - turn.due) / period.toMillis());
                }
                turn.lookAt = Long.MAX_VALUE;
                due.add(turn);
            }
        }
        return due;
    }

    private void pass(Turn turn) {
        if (!turn.pass.tryLock()) {
            return;
        }
        try {
            read(turn, false);
        } catch (CallFailed e) {
            LOG.debugf("Account %s: its journals could not be read: %s", turn.account.name(), e.getMessage());
        } catch (StoreUnavailable e) {
            LOG.warnf("Account %s: its journals wait for the store: %s", turn.account.name(), e.getMessage());
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.errorf("Account %s: reading its journals met an error of our own (%s); it is tried again.",
                    turn.account.name(), e.getClass().getSimpleName());
            LOG.debug("The error", e);
        } finally {
            turn.pass.unlock();
        }
    }

    private @Nullable Pass read(Turn turn, boolean whoeverDoes) throws CallFailed {
        var begun = clock.millis();
        try {
            var pass = turn.journal.read(whoeverDoes);
            if (pass != null) {
                turn.compared.increment(pass.compared());
                turn.drift.increment(pass.drift());
                turn.repaired.increment(pass.repaired());
                if (turn.completedAt == null) {
                    LOG.infof("Account %s: its journals are read; the first pass compared %d entries and told of %d.",
                            turn.account.name(), pass.compared(), pass.repaired());
                }
                turn.completedAt = begun;
                note(turn, pass, begun);
            } else {
                turn.lookAt = begun + LOOK_EVERY.toMillis();
            }
            turn.failures = 0;
            turn.problem = null;
            return pass;
        } catch (CallFailed e) {
            turn.problem = e.getMessage();
            if (e.kind == CallFailed.Kind.STOPPED) {
                // Whoever calls does not ask the gateway any more: to look again costs nothing.
                turn.failures = 0;
            } else {
                pause(turn);
            }
            throw e;
        } catch (RuntimeException | OutOfMemoryError e) {
            turn.problem = "It met an error (" + e.getClass().getSimpleName() + ").";
            pause(turn);
            throw e;
        }
    }

    private void note(Turn turn, Pass pass, long begun) {
        var quarter = begun - Math.floorMod(begun, QUARTER.toMillis());
        var before = turn.unwritten;
        if (before != null && before.at() != quarter) {
            store.note(turn.account, before);
            before = null;
        }
        var now = new Drift(quarter, pass.compared() + (before == null ? 0 : before.compared()),
                pass.drift() + (before == null ? 0 : before.drift()));
        if (now.drift() > 0 || begun - turn.writtenAt >= QUARTER.toMillis()) {
            store.note(turn.account, now);
            turn.writtenAt = begun;
            turn.unwritten = null;
        } else {
            turn.unwritten = now;
        }
    }

    /** How much an account's journals differed from what we knew, of late, the oldest first. */
    public List<Drift> drift(Account account) {
        return store.drift(account);
    }

    private void pause(Turn turn) {
        turn.failures++;
        var pause = Math.min(LONGEST_PAUSE.toMillis(), period.toMillis() << Math.min(turn.failures - 1, 10));
        turn.due = Math.max(turn.due, clock.millis() + pause);
    }

    /** Why a pass that an operator asked for was not made; the message is a sentence. */
    public static final class NotRead extends Exception {
        private static final long serialVersionUID = 1L;

        /** Whether it is a matter of configuration, and not of the gateway. */
        public final boolean impossible;

        NotRead(String sentence, boolean impossible) {
            super(sentence);
            this.impossible = impossible;
        }
    }

    /**
     * What a pass came to.
     *
     * @param compared entries of the journals
     * @param repaired messages of which what differed was told
     * @param drift messages that differed
     */
    public record Reconciled(long compared, long repaired, long drift) {
    }

    /** Make one pass over an account's journals now. */
    public Reconciled reconcile(Account account) throws NotRead {
        var turn = turns.get(account.name());
        var property = "redline.accounts." + account.name();
        if (turn == null) {
            throw new NotRead("The journals of this account are not read: see " + property + ".journal.", true);
        }
        if (!hasToken.test(account)) {
            throw new NotRead("The journals of this account cannot be read: set " + property + ".token.", true);
        }
        try {
            if (!turn.pass.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new NotRead("A pass runs and does not end: ask again later.", false);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NotRead("The service stops.", false);
        }
        try {
            var pass = Optional.ofNullable(read(turn, true)).orElseThrow();
            return new Reconciled(pass.compared(), pass.repaired(), pass.drift());
        } catch (CallFailed e) {
            throw new NotRead(e.getMessage(), false);
        } finally {
            turn.pass.unlock();
        }
    }

    /**
     * How the reading of an account's journals goes.
     *
     * @param completedAt when the last completed pass of this process began
     * @param problem why there was none since, in a sentence
     */
    public record Reading(@Nullable Instant completedAt, @Nullable String problem) {
    }

    /** How it goes; empty where no journals are read. */
    public Optional<Reading> of(Account account) {
        var turn = turns.get(account.name());
        if (turn == null || !hasToken.test(account)) {
            return Optional.empty();
        }
        var completed = turn.completedAt;
        return Optional.of(new Reading(completed == null ? null : Instant.ofEpochMilli(completed), turn.problem));
    }

    @PreDestroy
    void stop() {
        threads.shutdown();
    }
}
