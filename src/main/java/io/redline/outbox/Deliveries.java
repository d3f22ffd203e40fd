package io.redline.outbox;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;

import jakarta.inject.Singleton;

import org.jboss.logging.Logger;

/** Who waits for deliveries, and is woken when there are some. Threadsafe. */
@Singleton
public class Deliveries {

    /** Whom an unrecognised notification waits for: not an endpoint, but a release or a route that can read it. */
    public static final String TRANSLATOR = "translator";

    private static final Logger LOG = Logger.getLogger(Deliveries.class);

    private final Map<String, Set<Runnable>> waiting = new ConcurrentHashMap<>();
    private final Set<String> missing = ConcurrentHashMap.newKeySet();

    /** Wake the consumers of endpoints that were just owed something. */
    public void announce(Set<String> endpoints) {
        for (var endpoint : endpoints) {
            var consumers = waiting.get(endpoint);
            if (consumers != null) {
                consumers.forEach(Runnable::run);
            } else if (missing.add(endpoint)) {
                LOG.warnf("No route begins with outbox:%s. What it is owed is kept until one does; see"
                        + " redline.route.* and routes/endpoints.", endpoint);
            }
        }
    }

    void listen(String endpoint, Runnable consumer) {
        waiting.computeIfAbsent(endpoint, name -> new CopyOnWriteArraySet<>()).add(consumer);
        missing.remove(endpoint);
    }

    void leave(String endpoint, Runnable consumer) {
        waiting.computeIfPresent(endpoint, (name, consumers) -> {
            consumers.remove(consumer);
            return consumers.isEmpty() ? null : consumers;
        });
    }

    /** The endpoints that a route of this process begins with. */
    public Set<String> served() {
        return Set.copyOf(waiting.keySet());
    }
}
