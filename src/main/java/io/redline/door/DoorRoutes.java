package io.redline.door;

import jakarta.enterprise.context.ApplicationScoped;

import org.apache.camel.builder.RouteBuilder;

import io.redline.account.Accounts;
import io.redline.outbox.Deliveries;
import io.redline.outbox.Origins;

/** How what was parked comes in again; in the jar and never reloaded. */
@ApplicationScoped
public class DoorRoutes extends RouteBuilder {

    private final Accounts accounts;
    private final Origins origins;

    public DoorRoutes(Accounts accounts, Origins origins) {
        this.accounts = accounts;
        this.origins = origins;
    }

    @Override
    public void configure() {
        from("outbox:" + Deliveries.TRANSLATOR)
                .routeId("translate-again").routeDescription("Translate parked notifications that were sent again")
                .process(new TranslateAgain(accounts, origins, new HandOver())).id("translate-again-keep");
    }
}
