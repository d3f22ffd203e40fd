package io.redline.setting;

import jakarta.inject.Singleton;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

import io.redline.account.Accounts;

/** Which gateways are not set to what we need. It takes no process out of service. */
@Readiness
@Singleton
class SettingsHealth implements HealthCheck {

    private final Accounts accounts;
    private final Settings settings;

    SettingsHealth(Accounts accounts, Settings settings) {
        this.accounts = accounts;
        this.settings = settings;
    }

    @Override
    public HealthCheckResponse call() {
        var health = HealthCheckResponse.named("settings").up();
        accounts.all().forEach(account -> settings.report(account).filter(report -> report.note() != null)
                .ifPresent(report -> health.withData("missing." + account.name(),
                        String.join(", ", report.missing()))));
        return health.build();
    }
}
