package io.redline.endpoint;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.apache.camel.quarkus.main.events.BeforeConfigure;

/** Gives Camel, before it reads a route, what the routes of endpoints refer to. */
@Singleton
class EndpointsSetUp {

    void prepare(@Observes BeforeConfigure event, JdbcPools pools) {
        var context = event.getMain().getCamelContext();
        context.getPropertiesComponent().addPropertiesFunction(new InUse());
        context.getPropertiesComponent().addPropertiesFunction(new Millis());
        pools.bind(context);
    }
}
