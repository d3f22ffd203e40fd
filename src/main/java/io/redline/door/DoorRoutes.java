package io.redline.door;

import java.time.Clock;

import jakarta.enterprise.context.ApplicationScoped;

import org.apache.camel.builder.RouteBuilder;

import io.redline.account.Accounts;
import io.redline.outbox.Deliveries;
import io.redline.outbox.HandOver;
import io.redline.outbox.Origins;
import io.redline.outbox.Outbox;

/** One route a gateway, and one for what is translated again; in the jar and never reloaded. */
@ApplicationScoped
public class DoorRoutes extends RouteBuilder {

    private final Accounts accounts;
    private final Outbox outbox;
    private final Origins origins;

    public DoorRoutes(Accounts accounts, Outbox outbox, Origins origins) {
        this.accounts = accounts;
        this.outbox = outbox;
        this.origins = origins;
    }

    @Override
    public void configure() {
        var handOver = new HandOver();
        from("platform-http:/webhooks/green-api/{account}?httpMethodRestrict=POST")
                .routeId("door-green-api").routeDescription("Take GREEN-API's notifications in")
                .process(new Door("green-api", accounts, outbox, handOver, Clock.systemUTC()))
                .id("door-green-api-keep");
        from("outbox:" + Deliveries.TRANSLATOR)
                .routeId("translate-again").routeDescription("Translate parked notifications that were sent again")
                .process(new TranslateAgain(accounts, origins, handOver)).id("translate-again-keep");
    }
}
