package io.redline.call;

import jakarta.inject.Singleton;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

import io.redline.account.Accounts;

/** Which gateways are not asked any more. It takes no process out of service: webhooks come in as before. */
@Readiness
@Singleton
class StopsHealth implements HealthCheck {

    private final Accounts accounts;
    private final Stops stops;

    StopsHealth(Accounts accounts, Stops stops) {
        this.accounts = accounts;
        this.stops = stops;
    }

    @Override
    public HealthCheckResponse call() {
        var health = HealthCheckResponse.named("gateways").up();
        accounts.all().forEach(account -> stops.of(account)
                .ifPresent(stop -> health.withData("stopped." + account.name(), stop.sentence())));
        return health.build();
    }
}
