package io.redline.setting;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import jakarta.inject.Singleton;

import org.apache.camel.Exchange;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import io.redline.account.Account;
import io.redline.account.Accounts;
import io.redline.account.Way;
import io.redline.call.Answer;
import io.redline.call.CallAnswer;
import io.redline.config.Unusable;
import io.redline.database.Leases;
import io.redline.database.StoreUnavailable;

/**
 * Compares what gateways are set to with what our accounts need, and sets it where that is allowed. The steps between are those
 * of {@code routes/settings.camel.yaml}. Threadsafe.
 */
@Singleton
public class Settings {

    private static final Logger LOG = Logger.getLogger(Settings.class);
    private static final Duration EVERY = Duration.ofHours(1);
    /** As long as the gateway may take until it shows what it was set to. */
    private static final Duration SOON = Duration.ofMinutes(5);
    private static final String CHANGE = "change";

    private final Accounts accounts;
    private final SentSettings sent;
    private final Leases leases;
    private final @Nullable String publicUrl;
    private final Clock clock = Clock.systemUTC();
    private final Map<String, Report> reports = new ConcurrentHashMap<>();
    private final Map<String, Instant> nextCheck = new ConcurrentHashMap<>();

    /**
     * How the settings of an account were found.
     *
     * @param missing the names of those that are not as they should be
     * @param note what to do, {@code null} if all is well
     */
    public record Report(Instant checkedAt, List<String> missing, @Nullable String note) {
    }

    Settings(Accounts accounts, SentSettings sent, Leases leases,
            @ConfigProperty(name = "redline.public-url") Optional<String> publicUrl) {
        this.accounts = accounts;
        this.sent = sent;
        this.leases = leases;
        this.publicUrl = publicUrl.map(url -> url.strip().replaceFirst("/+$", "")).filter(url -> !url.isEmpty())
                .orElse(null);
        if (this.publicUrl != null && !this.publicUrl.matches("https?://[^/\\s?#@]+(/[^\\s?#]*)?")) {
            throw Unusable.because("redline.public-url is where gateways reach this service, as in"
                    + " https://redline.example.org.");
        }
    }

    /** What the instance of an account has to be set to. */
    public Needs needs(Account account) {
        return new Needs(account, publicUrl, accounts.webhookToken(account).values());
    }

    /** The last report on an account. */
    public Optional<Report> report(Account account) {
        return Optional.ofNullable(reports.get(account.name()));
    }

    /** Which accounts to look at now, of those that are ours to look at: the body becomes their names. */
    public void due(Exchange exchange) {
        var now = clock.instant();
        exchange.getMessage().setBody(accounts.all().stream()
                .filter(account -> account.kind().hasSettings() && accounts.token(account).isSet()
                        && !needs(account).isEmpty())
                .filter(account -> !now.isBefore(nextCheck.getOrDefault(account.name(), Instant.MIN)))
                .filter(this::isOurs).map(Account::name).toList());
    }

    private boolean isOurs(Account account) {
        try {
            return leases.holds("settings " + account.gateway() + " " + account.instance());
        } catch (StoreUnavailable e) {
            LOG.debugf("Account %s: its settings are looked at later: %s", account.name(), e.getMessage());
            return false;
        }
    }

    private Account account(Exchange exchange) {
        return accounts.find(exchange.getVariable("account", "", String.class)).orElseThrow();
    }

    /** Judge what getSettings answered. If something is to be set, it is the body, and the variable {@code change} is yes. */
    public void judge(Exchange exchange) {
        var account = account(exchange);
        exchange.setVariable(CHANGE, "no");
        nextCheck.put(account.name(), clock.instant().plus(SOON));
        if (!(CallAnswer.of(exchange) instanceof Answer.Ok ok) || ok.object().isEmpty()) {
            return;
        }
        try {
            var found = needs(account).compare(ok.object(), sent.of(account));
            if (found.missing().isEmpty()) {
                nextCheck.put(account.name(), clock.instant().plus(EVERY));
                say(account, found, null);
            } else if (account.managesSettings() && !found.values().isEmpty()
                    && sent.allow(account, found.values().keySet())) {
                exchange.setVariable(CHANGE, "yes");
                exchange.getMessage().setBody(found.values());
                say(account, found, names(found) + " is set at the gateway, which restarts the instance; in force"
                        + " within five minutes.");
            } else {
                nextCheck.put(account.name(), clock.instant().plus(EVERY));
                say(account, found, advice(account, found));
            }
        } catch (StoreUnavailable e) {
            LOG.warnf("Account %s: its settings are looked at later: %s", account.name(), e.getMessage());
        }
    }

    private String advice(Account account, Needs.Missing found) {
        var url = found.missing().contains("webhookUrl")
                ? account.intake() == Way.QUEUE
                        ? " webhookUrl has to be empty, for else there is no queue."
                        : " webhookUrl has to be " + needs(account).url() + "."
                : "";
        var how = account.managesSettings()
                ? " It was set before, and did not help" + (found.values().size() < found.missing().size()
                        ? "; for webhookUrl redline.public-url is needed."
                        : ".")
                : " Set it in the gateway's console, or allow redline.accounts." + account.name()
                        + ".manage-settings=true.";
        return "The gateway is not set to what this account needs: " + names(found) + "." + url + how;
    }

    private static String names(Needs.Missing found) {
        return String.join(", ", found.missing());
    }

    private void say(Account account, Needs.Missing found, @Nullable String note) {
        var before = reports.put(account.name(), new Report(clock.instant(), found.missing(), note));
        if (note != null && (before == null || !note.equals(before.note()))) {
            LOG.warnf("Account %s: %s", account.name(), note);
        } else if (note == null && before != null && before.note() != null) {
            LOG.infof("Account %s: the gateway is set to what this account needs.", account.name());
        }
    }

    /** Say what became of SetSettings. */
    public void changed(Exchange exchange) {
        var account = account(exchange);
        if (!(CallAnswer.of(exchange) instanceof Answer.Ok)) {
            LOG.warnf("Account %s: SetSettings was not done (%s). It is not tried again before tomorrow.",
                    account.name(), exchange.getMessage().getHeader("RedlineCall", String.class));
        }
    }
}
