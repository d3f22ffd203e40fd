package io.redline.outbox;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;

import io.redline.event.Event;

/** Commits the events in the body. The body is left as it is; the {@link Intake} gets the receipt. */
final class OutboxProducer extends DefaultProducer {

    private final Outbox outbox;
    private final Set<String> names;

    OutboxProducer(OutboxEndpoint endpoint, Outbox outbox, Set<String> names) {
        super(endpoint);
        this.outbox = outbox;
        this.names = names;
    }

    @Override
    public void process(Exchange exchange) {
        var intake = Intake.of(exchange);
        if (intake == null) {
            throw new IllegalStateException(
                    "Nothing can be sent to outbox: outside the way of a notification: it is not"
                            + " known of which account it is.");
        }
        outbox.keep(intake, events(exchange.getMessage().getBody()), names);
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
