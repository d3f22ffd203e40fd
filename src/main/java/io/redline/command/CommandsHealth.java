package io.redline.command;

import jakarta.inject.Singleton;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

import io.redline.database.StoreUnavailable;

/** Which accounts have commands that wait or are in doubt. It takes no process out of service. */
@Readiness
@Singleton
class CommandsHealth implements HealthCheck {

    private final CommandStore store;

    CommandsHealth(CommandStore store) {
        this.store = store;
    }

    @Override
    public HealthCheckResponse call() {
        var health = HealthCheckResponse.named("commands").up();
        try {
            store.open().forEach((account, states) -> states
                    .forEach((state, count) -> health.withData(state.word() + "." + account, count)));
        } catch (StoreUnavailable e) {
            health.withData("store", "It cannot be read now.");
        }
        return health.build();
    }
}
