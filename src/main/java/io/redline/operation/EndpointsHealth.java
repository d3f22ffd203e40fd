package io.redline.operation;

import jakarta.inject.Singleton;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

import io.redline.database.StoreUnavailable;

/** What a person should look at. It takes no process out of service: what is owed waits, and nothing is lost. */
@Readiness
@Singleton
class EndpointsHealth implements HealthCheck {

    private final EndpointOverview overview;

    EndpointsHealth(EndpointOverview overview) {
        this.overview = overview;
    }

    @Override
    public HealthCheckResponse call() {
        var health = HealthCheckResponse.named("endpoints").up();
        try {
            for (var status : overview.all()) {
                if (status.orphaned() > 0) {
                    health.withData("orphaned." + status.name(), status.orphaned());
                }
                if (status.pausedAt() != null) {
                    health.withData("paused." + status.name(), status.owed());
                }
                if (status.parked() > 0) {
                    health.withData("parked." + status.name(), status.parked());
                }
            }
        } catch (StoreUnavailable e) {
            health.withData("unknown", "The store is not available.");
        }
        return health.build();
    }
}
