package io.redline.journal;

import jakarta.inject.Singleton;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

import io.redline.database.StoreUnavailable;

/** Whose sessions do not work. It takes no process out of service: what else comes in, comes in as before. */
@Readiness
@Singleton
class SessionsHealth implements HealthCheck {

    private final Sessions sessions;

    SessionsHealth(Sessions sessions) {
        this.sessions = sessions;
    }

    @Override
    public HealthCheckResponse call() {
        var health = HealthCheckResponse.named("sessions").up();
        try {
            sessions.problems().forEach((account, problem) -> health.withData("problem." + account, problem));
        } catch (StoreUnavailable e) {
            // The store has a check of its own.
            health.withData("unknown", "The store cannot be read just now.");
        }
        return health.build();
    }
}
