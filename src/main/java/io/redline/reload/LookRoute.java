package io.redline.reload;

import jakarta.enterprise.context.ApplicationScoped;

import org.apache.camel.builder.RouteBuilder;

/** Looks at the files every second; in the jar and never reloaded. */
@ApplicationScoped
public class LookRoute extends RouteBuilder {

    private final Routes routes;

    public LookRoute(Routes routes) {
        this.routes = routes;
    }

    @Override
    public void configure() {
        from("timer:redline-routes?delay=1000&period=1000&fixedRate=false&includeMetadata=false")
                .routeId("routes").routeDescription("Bring into force what was saved in routes/ and the settings")
                .process(exchange -> {
                    if (getContext().getStatus().isStarted()) {
                        routes.look();
                    }
                }).id("routes-look");
    }
}
