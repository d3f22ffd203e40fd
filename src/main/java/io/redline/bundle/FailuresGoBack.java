package io.redline.bundle;

import jakarta.inject.Singleton;

import org.apache.camel.CamelContext;
import org.apache.camel.model.RedeliveryPolicyDefinition;
import org.apache.camel.model.errorhandler.DefaultErrorHandlerDefinition;
import org.apache.camel.spi.CamelContextCustomizer;

import io.quarkus.arc.Unremovable;

/**
 * A route that fails goes back to whoever called it, without a word of its own: Camel's log of a failure quotes the error, and
 * errors quote messages. The door and the outbox say what happened. A route's own {@code onException} works as ever.
 */
@Singleton
@Unremovable
class FailuresGoBack implements CamelContextCustomizer {

    @Override
    public void configure(CamelContext context) {
        var quiet = new RedeliveryPolicyDefinition();
        quiet.setLogExhausted("false");
        quiet.setLogExhaustedMessageHistory("false");
        var errorHandler = new DefaultErrorHandlerDefinition();
        errorHandler.setRedeliveryPolicy(quiet);
        // Without redelivery Camel takes a shorter way, which logs whatever that policy says.
        errorHandler.setLevel("OFF");
        context.getCamelContextExtension().setErrorHandlerFactory(errorHandler);
    }
}
