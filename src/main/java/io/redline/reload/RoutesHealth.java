package io.redline.reload;

import jakarta.inject.Singleton;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Files that do not run as they were saved: where and why. It takes no process out of service, for what ran before goes on,
 * and where nothing of a file runs the door keeps what comes.
 */
@Readiness
@Singleton
class RoutesHealth implements HealthCheck {

    private final Routes routes;

    RoutesHealth(Routes routes) {
        this.routes = routes;
    }

    @Override
    public HealthCheckResponse call() {
        var health = HealthCheckResponse.named("routes").up();
        for (var problem : routes.all()) {
            health.withData(problem.place(), problem.sentence());
        }
        var unreadable = routes.unreadable();
        if (unreadable != null) {
            health.withData("folder", unreadable);
        }
        return health.build();
    }
}
