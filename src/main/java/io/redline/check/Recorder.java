package io.redline.check;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.EndpointStrategy;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultProducer;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/**
 * Writes down which steps exchanges come by, and stands in for whatever leads out of the process: what would have left is
 * written down, and the answer is 200. Threadsafe.
 */
final class Recorder implements InterceptStrategy, EndpointStrategy {

    private static final Set<String> WITHIN = Set.of("direct", "bean", "class", "log", "outbox", "timer");

    private final List<Visit> visits = new CopyOnWriteArrayList<>();
    private final List<Leaving> leavings = new CopyOnWriteArrayList<>();

    /** A step that an exchange came by. */
    record Visit(String route, String step) {
    }

    /**
     * What would have left the process.
     *
     * @param route the route that the exchange began in
     * @param component of the endpoint it went to, whose address may hold what nobody should see
     */
    record Leaving(String route, String component, String body, Map<String, Object> headers) {
    }

    void clear() {
        visits.clear();
        leavings.clear();
    }

    List<Visit> visits() {
        return List.copyOf(visits);
    }

    List<Leaving> leavings() {
        return List.copyOf(leavings);
    }

    @Override
    public Processor wrapProcessorInInterceptors(CamelContext context, NamedNode definition,
            Processor target, Processor next) {
        var id = definition.getId();
        return new DelegateAsyncProcessor(target) {
            @Override
            public boolean process(Exchange exchange, AsyncCallback callback) {
                var route = exchange.getUnitOfWork() == null || exchange.getUnitOfWork().getRoute() == null
                        ? String.valueOf(exchange.getFromRouteId())
                        : exchange.getUnitOfWork().getRoute().getRouteId();
                visits.add(new Visit(route, id));
                return super.process(exchange, callback);
            }
        };
    }

    @Override
    public Endpoint registerEndpoint(String uri, Endpoint endpoint) {
        var component = uri.replaceFirst(":.*", "");
        return WITHIN.contains(component) || endpoint instanceof Outward
                ? endpoint
                : new Outward(uri, component, endpoint);
    }

    /** An endpoint to which nothing goes. */
    private final class Outward extends DefaultEndpoint {

        private final String name;
        private final Endpoint real;

        Outward(String uri, String name, Endpoint real) {
            super(uri, real instanceof DefaultEndpoint known ? known.getComponent() : null);
            this.name = name;
            this.real = real;
            setCamelContext(real.getCamelContext());
        }

        @Override
        public Producer createProducer() {
            return new DefaultProducer(this) {
                @Override
                public void process(Exchange exchange) {
                    var message = exchange.getMessage();
                    leavings.add(new Leaving(exchange.getFromRouteId(), name, message.getBody(String.class),
                            new TreeMap<>(message.getHeaders())));
                    message.setHeader(Exchange.HTTP_RESPONSE_CODE, 200);
                }
            };
        }

        @Override
        public Consumer createConsumer(Processor processor) throws Exception {
            return real.createConsumer(processor);
        }

        @Override
        public boolean isSingleton() {
            return real.isSingleton();
        }

        @Override
        public boolean isLenientProperties() {
            return true;
        }
    }
}
