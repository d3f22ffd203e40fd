package io.redline.inbox;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import jakarta.inject.Provider;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.redline.config.Unusable;
import io.redline.outbox.Intake;

/**
 * Where a webhook's notifications are kept before it is answered: in the ledger's database, by the way through the routes, or
 * in a topic, from which a replica takes that way with them. Threadsafe.
 */
@Singleton
public class Inbox {

    private final boolean topic;
    /** Not before it is needed: where there is no topic, nothing of Kafka's client is ever made. */
    private final Provider<TopicWriter> writer;

    Inbox(@ConfigProperty(name = "redline.inbox") String inbox, Provider<TopicWriter> writer) {
        if (!List.of("database", "kafka").contains(inbox)) {
            throw Unusable.because("redline.inbox is '" + inbox + "', but has to be database or kafka.");
        }
        this.topic = inbox.equals("kafka");
        this.writer = writer;
    }

    /** What came of notifications that were to be kept. */
    public enum Outcome {
        /** The brokers have acknowledged all of them. */
        KEPT,
        /** It is not known whether they did. */
        UNKNOWN,
        /** They never will: one is larger than they take. */
        REFUSED
    }

    /** Whether notifications are kept in a topic first. */
    public boolean isTopic() {
        return topic;
    }

    /** Keep them there, in their order. May wait for a broker; what comes back never fails, and never takes longer than allowed. */
    public CompletableFuture<Outcome> keep(List<Intake> notifications) {
        return writer.get().keep(notifications);
    }
}
