package io.redline.outbox;

import java.time.Duration;
import java.util.Set;

import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultEndpoint;
import org.jspecify.annotations.Nullable;

/** {@code outbox:name[,name…]}. */
final class OutboxEndpoint extends DefaultEndpoint {

    /**
     * How deliveries are made.
     *
     * @param concurrency how many chats at once; with batches, how many batches
     * @param batch how many changes are delivered together, as a list; 1 is each alone
     * @param batchTimeout how long a batch may wait to be full
     * @param lease how long a delivery is ours before somebody else may try it; renewed while it is in flight
     */
    record Consumers(int concurrency, int batch, Duration batchTimeout, Duration lease, Retry retry,
            @Nullable Rate rate) {
    }

    private final OutboxComponent component;
    private final Set<String> names;
    private final Consumers consumers;

    OutboxEndpoint(String uri, OutboxComponent component, Set<String> names, Consumers consumers) {
        super(uri, component);
        this.component = component;
        this.names = names;
        this.consumers = consumers;
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
        var consumer = new OutboxConsumer(this, processor, names.iterator().next(), consumers, component.deliveries(),
                component.database(), component.metrics());
        configureConsumer(consumer);
        return consumer;
    }

    @Override
    public boolean isLenientProperties() {
        return false;
    }
}
