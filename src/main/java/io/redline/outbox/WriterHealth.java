package io.redline.outbox;

import jakarta.inject.Singleton;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Whether the one writer lives: without it nothing can be taken in. */
@Liveness
@Singleton
class WriterHealth implements HealthCheck {

    private final GroupCommit groupCommit;

    WriterHealth(GroupCommit groupCommit) {
        this.groupCommit = groupCommit;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("outbox writer").status(groupCommit.isAlive()).build();
    }
}
