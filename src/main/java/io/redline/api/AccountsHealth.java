package io.redline.api;

import java.util.Optional;
import java.util.function.Function;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

import io.redline.account.Account;
import io.redline.account.Accounts;
import io.redline.call.Stops;
import io.redline.journal.Journals;
import io.redline.setting.Settings;

/** What does not go as it should between an account and its gateway. It takes no process out of service: webhooks come in. */
final class AccountsHealth {

    private AccountsHealth() {
    }

    /** Which gateways are not asked any more. */
    @Produces
    @Readiness
    @Singleton
    static HealthCheck gateways(Accounts accounts, Stops stops) {
        return check("gateways", "stopped", accounts, account -> stops.of(account).map(Stops.Stop::sentence));
    }

    /** Whose journals cannot be read. */
    @Produces
    @Readiness
    @Singleton
    static HealthCheck journals(Accounts accounts, Journals journals) {
        return check("journals", "problem", accounts, account -> journals.of(account).map(Journals.Reading::problem));
    }

    /** Which gateways are not set to what we need. */
    @Produces
    @Readiness
    @Singleton
    static HealthCheck settings(Accounts accounts, Settings settings) {
        return check("settings", "missing", accounts, account -> settings.report(account)
                .filter(report -> report.note() != null).map(report -> String.join(", ", report.missing())));
    }

    private static HealthCheck check(String name, String word, Accounts accounts,
            Function<Account, Optional<String>> what) {
        return () -> {
            var health = HealthCheckResponse.named(name).up();
            accounts.all().forEach(account -> what.apply(account)
                    .ifPresent(said -> health.withData(word + "." + account.name(), said)));
            return health.build();
        };
    }
}
