package io.redline.operation;

import jakarta.enterprise.context.ApplicationScoped;

import org.apache.camel.builder.RouteBuilder;
import org.jboss.logging.Logger;

import io.redline.database.StoreUnavailable;

/** What goes on with replays: every two seconds, if there is one. */
@ApplicationScoped
public class ReplayRoutes extends RouteBuilder {

    private static final Logger LOG = Logger.getLogger(ReplayRoutes.class);

    private final Replays replays;

    public ReplayRoutes(Replays replays) {
        this.replays = replays;
    }

    @Override
    public void configure() {
        from("timer:redline-replays?delay=1000&period=2000&fixedRate=false&includeMetadata=false")
                .routeId("replays").routeDescription("Owe again what an operator asked for")
                .process(exchange -> work()).id("replays-work");
    }

    private void work() {
        try {
            replays.work(() -> !getContext().getStatus().isStopping() && !getContext().getStatus().isStopped());
        } catch (StoreUnavailable e) {
            LOG.warnf("Replays wait for the store: %s", e.getMessage());
        }
    }
}
