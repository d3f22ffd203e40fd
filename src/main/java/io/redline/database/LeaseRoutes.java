package io.redline.database;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.quarkus.main.events.AfterStop;
import org.jboss.logging.Logger;

/** Keeps the leases of this process as long as it runs; in the jar and never reloaded. */
@ApplicationScoped
public class LeaseRoutes extends RouteBuilder {

    private static final Logger LOG = Logger.getLogger(LeaseRoutes.class);

    private final Leases leases;

    public LeaseRoutes(Leases leases) {
        this.leases = leases;
    }

    @Override
    public void configure() {
        from("timer:redline-leases?period=" + Leases.RENEWAL.toMillis() + "&fixedRate=false&includeMetadata=false")
                .routeId("leases").routeDescription("Go on being the one process that does something")
                .process(exchange -> renew()).id("leases-renew");
    }

    private void renew() {
        try {
            leases.renew();
        } catch (StoreUnavailable e) {
            LOG.debug("Leases are not renewed: the store is not available.");
        }
    }

    /** Nothing is done any more by then that one has to be the only one for. */
    void stop(@Observes AfterStop event) {
        try {
            leases.release();
        } catch (StoreUnavailable e) {
            LOG.debug("Leases end by themselves: the store is not available.");
        }
    }
}
