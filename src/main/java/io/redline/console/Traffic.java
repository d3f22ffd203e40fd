package io.redline.console;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.quarkus.main.events.BeforeStart;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.jspecify.annotations.Nullable;

import io.redline.event.Event;

/**
 * Counts what goes from one route to another through each {@code to: direct:}, and remembers the last of it by its ids: nothing
 * that people wrote. A step counts by the id that stands in its file, whatever the generation. Threadsafe.
 */
@Singleton
class Traffic {

    private static final int LAST = 20;

    private final Map<String, Step> steps = new ConcurrentHashMap<>();

    /** What went through a step. */
    record Passed(long at, String kind, @Nullable String instance, String chat, String target, boolean failed) {
    }

    /** A step that hands over to another route. */
    static final class Step {

        private final LongAdder count = new LongAdder();
        private final LongAdder failed = new LongAdder();
        private final Deque<Passed> last = new ArrayDeque<>(LAST);

        long count() {
            return count.sum();
        }

        long failed() {
            return failed.sum();
        }

        /** The newest first. */
        List<Passed> last() {
            synchronized (last) {
                return new ArrayList<>(last);
            }
        }

        private void add(@Nullable Event event, boolean fails) {
            count.increment();
            if (fails) {
                failed.increment();
            }
            var key = event == null ? null : event.key();
            var passed = new Passed(System.currentTimeMillis(), key == null ? "" : key.kind(),
                    event == null ? null : event.instance(), key == null ? "" : key.chat(),
                    key == null ? "" : key.target(), fails);
            synchronized (last) {
                if (last.size() == LAST) {
                    last.removeLast();
                }
                last.addFirst(passed);
            }
        }
    }

    /** Not a bean of its own: Camel would find it by its type, and count all twice. */
    void watch(@Observes BeforeStart event, CamelContext camel) {
        InterceptStrategy strategy = (context, node, target, next) -> counting(node, target);
        camel.getCamelContextExtension().addInterceptStrategy(strategy);
    }

    private Processor counting(NamedNode node, Processor target) {
        if (!(node instanceof ToDefinition to) || !String.valueOf(to.getUri()).startsWith("direct:")) {
            return target;
        }
        var step = step(node.getId());
        return new DelegateAsyncProcessor(target) {
            @Override
            public boolean process(Exchange exchange, AsyncCallback callback) {
                var event = event(exchange.getMessage().getBody());
                return super.process(exchange, doneSync -> {
                    step.add(event, exchange.getException() != null);
                    callback.done(doneSync);
                });
            }
        };
    }

    private static @Nullable Event event(@Nullable Object body) {
        var first = body instanceof Collection<?> all && !all.isEmpty() ? all.iterator().next() : body;
        return first instanceof Event event ? event : null;
    }

    /** The one of an id, as it stands in a file or of a later generation. */
    Step step(String id) {
        return steps.computeIfAbsent(id.replaceFirst("~\\d+$", ""), name -> new Step());
    }
}
