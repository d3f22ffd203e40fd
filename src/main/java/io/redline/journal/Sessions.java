package io.redline.journal;

import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;

import jakarta.inject.Singleton;

import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

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

    /** Look at all of them once. */
    public void look() {
        for (var account : watched()) {
            try {
                if (accounts.token(account).isSet() && leases.holds("session " + account.instance())) {
                    look(account);
                }
            } catch (StoreUnavailable | CompletionException e) {
                LOG.debugf("Account %s: how its session is could not be kept: %s", account.name(), e.getMessage());
            }
        }
    }

    private void look(Account account) {
        var call = Call.of(account, "getSession");
        try {
            var found = WahaJournal.session(CallFailed.json(call, calls.ask(call)));
            unanswered.remove(account.name());
            if (!found.status().equals(states().get(account.name()))) {
                var now = clock.millis();
                route.handOver(account, new WahaJournal(account.instance()).status(found, now), now, false).join();
            }
        } catch (CallFailed e) {
            unanswered.put(account.name(), Objects.requireNonNullElse(e.getMessage(), ""));
        }
    }

    private Map<String, @Nullable String> states() {
        Map<String, @Nullable String> states = new HashMap<>();
        reader.accounts().forEach(account -> states.put((String) account.get("name"), (String) account.get("state")));
        return states;
    }

    /** What is wrong with sessions, by account: a sentence for each. */
    Map<String, String> problems() {
        Map<String, String> problems = new TreeMap<>(unanswered);
        var watched = watched();
        var states = watched.isEmpty() ? Map.<String, @Nullable String>of() : states();
        for (var account : watched) {
            var state = states.get(account.name());
            if (state != null && !state.equals(WORKING)) {
                problems.putIfAbsent(account.name(), "The session is " + state
                        + ": look at it in the gateway's dashboard.");
            }
        }
        return problems;
    }
}
