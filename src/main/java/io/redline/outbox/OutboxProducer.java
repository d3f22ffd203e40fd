package io.redline.outbox;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultAsyncProducer;
import org.jspecify.annotations.Nullable;

import io.redline.event.Event;

/**
 * Commits the events in the body, and goes on when that is done; no thread waits for it. The body is left as it is; the
 * {@link Intake} gets the receipt.
 */
final class OutboxProducer extends DefaultAsyncProducer {

    private final Outbox outbox;
    private final Set<String> names;

    OutboxProducer(OutboxEndpoint endpoint, Outbox outbox, Set<String> names) {
        super(endpoint);
        this.outbox = outbox;
        this.names = names;
    }

    /** Whether an end comes while the producer is still being called: Camel has to be told. */
    private static final class Call {
        private volatile @Nullable Thread within = Thread.currentThread();
        private boolean endedWithin;

        void end(Exchange exchange, @Nullable Throwable failure, AsyncCallback callback) {
            if (failure != null) {
                exchange.setException(failure);
            }
            var here = within == Thread.currentThread();
            if (here) {
                endedWithin = true;
            }
            callback.done(here);
        }

        boolean isEndedWithin() {
            within = null;
            return endedWithin;
        }
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        var call = new Call();
        try {
            var intake = Intake.of(exchange);
            if (intake == null) {
                throw new IllegalStateException(
                        "Nothing can be sent to outbox: outside the way of a notification: it is"
                                + " not known of which account it is.");
            }
            var events = events(exchange.getMessage().getBody());
            outbox.keep(intake, events, names, failure -> call.end(exchange, failure, callback));
        } catch (RuntimeException e) {
            call.end(exchange, e, callback);
        }
        return call.isEndedWithin();
    }

    private static List<Event> events(Object body) {
        var events = new ArrayList<Event>();
        for (var one : body instanceof Collection<?> many ? many : List.of(body == null ? "" : body)) {
            if (!(one instanceof Event event)) {
                throw new IllegalArgumentException("outbox: takes events: let a translator (bean) come before it.");
            }
            events.add(event);
        }
        return events;
    }
}
