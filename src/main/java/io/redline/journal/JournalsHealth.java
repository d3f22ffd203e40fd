package io.redline.journal;

import jakarta.inject.Singleton;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

import io.redline.account.Accounts;

/** Whose journals cannot be read. It takes no process out of service: webhooks come in as before. */
@Readiness
@Singleton
class JournalsHealth implements HealthCheck {

    private final Accounts accounts;
    private final Journals journals;

    JournalsHealth(Accounts accounts, Journals journals) {
        this.accounts = accounts;
        this.journals = journals;
    }

    @Override
    public HealthCheckResponse call() {
        var health = HealthCheckResponse.named("journals").up();
        for (var account : accounts.all()) {
            journals.of(account).map(Journals.Reading::problem)
                    .ifPresent(problem -> health.withData("problem." + account.name(), problem));
        }
        return health.build();
    }
}
