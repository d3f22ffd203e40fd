package io.redline.console;

import java.time.Instant;

import jakarta.ws.rs.CookieParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;

import org.jspecify.annotations.Nullable;

import io.redline.account.Accounts;
import io.redline.api.AccountOverview;
import io.redline.http.Sessions;
import io.redline.journal.Journals;
import io.redline.ledger.LedgerReader;
import io.smallrye.common.annotation.Blocking;

/** The accounts: how each stands with its gateway, and whether what we know is what the gateway has. */
@Path("/console/accounts")
@Produces(Shells.HTML)
@Blocking
public class AccountPages {

    private final Accounts accounts;
    private final AccountOverview overview;
    private final LedgerReader reader;
    private final Journals journals;
    private final Shells shells;

    AccountPages(Accounts accounts, AccountOverview overview, LedgerReader reader, Journals journals, Shells shells) {
        this.accounts = accounts;
        this.overview = overview;
        this.reader = reader;
        this.journals = journals;
        this.shells = shells;
    }

    @GET
    public String all(@CookieParam(Sessions.COOKIE) @Nullable String session) {
        var heard = reader.heard();
        var now = Instant.now();
        return Templates.accounts(shells.of("accounts", "Accounts", session), overview.all().stream()
                .map(json -> accounts.find(Json.known(json, "name")).map(account -> AccountLine.of(json,
                        heard.get(account.name()), Plot.of(journals.drift(account), now))).orElseThrow())
                .toList()).render();
    }
}
