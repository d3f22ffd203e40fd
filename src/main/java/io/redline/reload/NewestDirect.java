package io.redline.reload;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import jakarta.inject.Named;
import jakarta.inject.Singleton;

import org.apache.camel.AsyncCallback;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.MultipleConsumersSupport;
import org.apache.camel.Producer;
import org.apache.camel.component.direct.DirectComponent;
import org.apache.camel.component.direct.DirectConsumer;
import org.apache.camel.component.direct.DirectConsumerNotAvailableException;
import org.apache.camel.component.direct.DirectEndpoint;
import org.apache.camel.support.DefaultAsyncProducer;
import org.jspecify.annotations.Nullable;

import io.quarkus.arc.Unremovable;

/**
 * Camel's {@code direct:} but that several routes may begin with the same name: exchanges go to the newest of them at once,
 * and to the one before if that goes. So a route is replaced without a moment in which nobody takes an exchange. Threadsafe.
 */
@Singleton
@Named("direct")
@Unremovable
public class NewestDirect extends DirectComponent {

    /** By name, the newest first. */
    private final Map<String, List<DirectConsumer>> consumers = new ConcurrentHashMap<>();

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        var endpoint = new NewestEndpoint(uri, this);
        endpoint.setBlock(isBlock());
        endpoint.setTimeout(getTimeout());
        setProperties(endpoint, parameters);
        return endpoint;
    }

    @Override
    public void addConsumer(String key, DirectConsumer consumer) {
        var all = consumers.compute(key, (name, before) -> before == null
                ? List.of(consumer)
                : Stream.concat(Stream.of(consumer), before.stream()).toList());
        if (all.size() == 1) {
            // Who waits for any of them at all, waits there.
            super.addConsumer(key, consumer);
        }
    }

    @Override
    public void removeConsumer(String key, DirectConsumer consumer) {
        consumers.computeIfPresent(key, (name, before) -> {
            var rest = before.stream().filter(other -> other != consumer).toList();
            return rest.isEmpty() ? null : rest;
        });
        super.removeConsumer(key, consumer);
    }

    @Override
    protected @Nullable DirectConsumer getConsumer(String key, boolean block, long timeout)
            throws InterruptedException {
        var all = consumers.get(key);
        return all != null ? all.get(0) : block ? super.getConsumer(key, true, timeout) : null;
    }

    private static final class NewestEndpoint extends DirectEndpoint implements MultipleConsumersSupport {

        private final NewestDirect component;
        private final String key;

        NewestEndpoint(String uri, NewestDirect component) {
            super(uri, component);
            this.component = component;
            this.key = uri.contains("?") ? uri.substring(0, uri.indexOf('?')) : uri;
        }

        @Override
        public boolean isMultipleConsumersSupported() {
            return true;
        }

        /** Camel's own remembers whom it called last, and can remember one that is gone if two threads ask at once. */
        @Override
        public Producer createProducer() {
            return new NewestProducer(this);
        }
    }

    private static final class NewestProducer extends DefaultAsyncProducer {

        private final NewestEndpoint endpoint;

        NewestProducer(NewestEndpoint endpoint) {
            super(endpoint);
            this.endpoint = endpoint;
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            try {
                var consumer = endpoint.component.getConsumer(endpoint.key, endpoint.isBlock(), endpoint.getTimeout());
                if (consumer != null && !endpoint.isSynchronous()) {
                    return consumer.getAsyncProcessor().process(exchange, callback);
                } else if (consumer != null) {
                    consumer.getProcessor().process(exchange);
                } else if (endpoint.isFailIfNoConsumers()) {
                    throw new DirectConsumerNotAvailableException("No route begins with " + endpoint, exchange);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                exchange.setException(e);
            } catch (Exception e) {
                exchange.setException(e);
            }
            callback.done(true);
            return true;
        }
    }
}
