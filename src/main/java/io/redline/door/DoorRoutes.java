package io.redline.door;

import jakarta.enterprise.context.ApplicationScoped;

import org.apache.camel.builder.RouteBuilder;

import io.redline.account.Account;
import io.redline.account.Accounts;
import io.redline.account.Way;
import io.redline.outbox.Deliveries;
import io.redline.outbox.HandOver;
import io.redline.outbox.Origins;

/** How what was parked comes in again; in the jar and never reloaded. */
@ApplicationScoped
public class DoorRoutes extends RouteBuilder {

    private final Accounts accounts;
    private final Origins origins;
    private final HandOver handOver;

    public DoorRoutes(Accounts accounts, Origins origins, HandOver handOver) {
        this.accounts = accounts;
        this.origins = origins;
        this.handOver = handOver;
    }

    @Override
    public void configure() {
        from("outbox:" + Deliveries.TRANSLATOR)
                .routeId("translate-again").routeDescription("Translate parked notifications that were sent again")
                .process(new TranslateAgain(accounts, origins, handOver)).id("translate-again-keep");
        for (var account : accounts.all()) {
            if (account.intake() == Way.QUEUE) {
                queue(account);
            }
        }
    }

    /** A thread for each, so that none waits for another. */
    private void queue(Account account) {
        var name = "queue-" + account.name();
        from("timer:" + name + "?delay=1000&period=200&fixedRate=false&includeMetadata=false")
                .routeId(name).routeDescription("Fetch the notifications of an account from its gateway's queue")
                .setVariable("account", constant(account.name())).id(name + "-account")
                .to("direct:" + account.gateway() + "-queue").id(name + "-out");
    }
}
