package io.redline.journal;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;

import org.jboss.logging.Logger;

import io.redline.account.Account;
import io.redline.account.Accounts;
import io.redline.account.Gateway;
import io.redline.call.Call;
import io.redline.call.GatewayCalls;
import io.redline.database.Leases;
import io.redline.database.StoreUnavailable;
import io.redline.gateway.waha.WahaJournal;
import io.redline.ledger.LedgerReader;

/**
 * Looks whether the sessions of WAHA live: one can stop without saying so. What differs from what was last told takes the way of
 * a notification. Threadsafe; of several replicas one looks.
 */
@Singleton
public class Sessions {

    private static final Logger LOG = Logger.getLogger(Sessions.class);
    private static final String WORKING = "WORKING";

    private final Accounts accounts;
    private final GatewayCalls calls;
    private final LedgerReader reader;
    private final NotificationRoute route;
    private final Leases leases;
    private final Clock clock = Clock.systemUTC();
    private final ExecutorService threads = Executors.newCachedThreadPool(Journals.threads("redline-session-"));
    /** The accounts that are being looked at. */
    private final Set<String> looksAt = ConcurrentHashMap.newKeySet();
    /** Why the last look at an account's session failed. */
    private final Map<String, String> unanswered = new ConcurrentHashMap<>();

    Sessions(Accounts accounts, GatewayCalls calls, LedgerReader reader, NotificationRoute route, Leases leases) {
        this.accounts = accounts;
        this.calls = calls;
        this.reader = reader;
        this.route = route;
        this.leases = leases;
    }

    private List<Account> watched() {
        return accounts.all().stream().filter(account -> account.kind() == Gateway.WAHA).toList();
    }

    /**
     * Begin to look at all of them, each by itself: one whose gateway hangs delays no other.
     *
     * @return by account, what ends with the look; an account that is being looked at is not in it
     */
    public Map<String, CompletableFuture<Void>> begin() {
        Map<String, CompletableFuture<Void>> begun = new TreeMap<>();
        for (var account : watched()) {
            if (accounts.token(account).isSet() && looksAt.add(account.name())) {
                begun.put(account.name(), CompletableFuture.runAsync(() -> look(account), threads)
                        .whenComplete((done, failure) -> looksAt.remove(account.name())));
            }
        }
        return begun;
    }

    private void look(Account account) {
        try {
            if (!leases.holds("session " + account.instance())) {
                return;
            }
            var call = Call.of(account, "getSession");
            var found = WahaJournal.session(CallFailed.json(call, calls.ask(call)));
            unanswered.remove(account.name());
            if (!reader.state(account).equals(Optional.of(found.status()))) {
                var now = clock.millis();
                route.handOver(account, new WahaJournal(account.instance()).status(found, now), now, false).join();
            }
        } catch (CallFailed e) {
            unanswered.put(account.name(), Objects.requireNonNullElse(e.getMessage(), ""));
        } catch (StoreUnavailable | CompletionException e) {
            LOG.debugf("Account %s: how its session is could not be kept: %s", account.name(), e.getMessage());
        } catch (RuntimeException e) {
            LOG.errorf("Account %s: looking at its session met an error of our own (%s); it is looked at again.",
                    account.name(), e.getClass().getSimpleName());
            LOG.debug("The error", e);
        }
    }

    /** What is wrong with sessions, by account: a sentence for each. */
    Map<String, String> problems() {
        Map<String, String> problems = new TreeMap<>(unanswered);
        for (var account : watched()) {
            reader.state(account).filter(state -> !state.equals(WORKING))
                    .ifPresent(state -> problems.putIfAbsent(account.name(), "The session is " + state
                            + ": look at it in the gateway's dashboard."));
        }
        return problems;
    }

    @PreDestroy
    void stop() {
        threads.shutdown();
    }
}
