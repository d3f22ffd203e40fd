package io.redline.outbox;

import java.time.Duration;
import java.util.Set;

import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultEndpoint;

/** {@code outbox:name[,name…]}. */
final class OutboxEndpoint extends DefaultEndpoint {

    /**
     * How deliveries are made.
     *
     * @param concurrency how many chats at once
     * @param lease how long a delivery is ours before somebody else may try it; renewed while it is in flight
     * @param attempts how many before it is parked
     * @param delay before the second attempt; doubled for each further one
     * @param maxDelay the longest delay
     */
    record Consumers(int concurrency, Duration lease, int attempts, Duration delay, Duration maxDelay) {
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
        return new OutboxProducer(this, component.outbox(), names);
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        if (names.size() != 1) {
            throw new IllegalArgumentException("from: outbox: takes the name of exactly one endpoint.");
        }
        var consumer = new OutboxConsumer(this, processor, names.iterator().next(), consumers, component.deliveries(),
                component.database());
        configureConsumer(consumer);
        return consumer;
    }

    @Override
    public boolean isLenientProperties() {
        return false;
    }
}
