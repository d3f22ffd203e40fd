package io.redline.outbox;

import java.time.Duration;
import java.util.Map;
import java.util.Set;

import org.apache.camel.Consumer;
import org.apache.camel.MultipleConsumersSupport;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultEndpoint;

/**
 * {@code outbox:name[,name…]}. Several routes of one process may deliver to one endpoint, as several processes may: what a
 * generation of a route has claimed is its own until it has ended or given it back.
 */
final class OutboxEndpoint extends DefaultEndpoint implements MultipleConsumersSupport {

    /**
     * How deliveries are made.
     *
     * @param concurrency how many chats at once; with batches, how many batches
     * @param batch how many changes are delivered together, as a list; 1 is each alone
     * @param batchTimeout how long a batch may wait to be full
     * @param lease how long a delivery is ours before somebody else may try it; renewed while it is in flight
     */
    record Consumers(int concurrency, int batch, Duration batchTimeout, Duration lease) {
    }

    private final OutboxComponent component;
    private final Set<String> names;
    private final Consumers consumers;
    private final Map<String, String> own;

    /** @param own what the route itself says of retries and rate */
    OutboxEndpoint(String uri, OutboxComponent component, Set<String> names, Consumers consumers,
            Map<String, String> own) {
        super(uri, component);
        this.component = component;
        this.names = names;
        this.consumers = consumers;
        this.own = own;
    }

    @Override
    public Producer createProducer() {
        if (names.contains(Deliveries.TRANSLATOR)) {
            throw new IllegalArgumentException("No endpoint can be named '" + Deliveries.TRANSLATOR + "'.");
        }
        return new OutboxProducer(this, component.outbox(), names);
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        if (names.size() != 1) {
            throw new IllegalArgumentException("from: outbox: takes the name of exactly one endpoint.");
        }
        var name = names.iterator().next();
        var consumer = new OutboxConsumer(this, processor, name, consumers, component.settings(name, own),
                component.deliveries(), component.database(), component.metrics());
        configureConsumer(consumer);
        return consumer;
    }

    @Override
    public boolean isMultipleConsumersSupported() {
        return true;
    }

    @Override
    public boolean isLenientProperties() {
        return false;
    }
}
