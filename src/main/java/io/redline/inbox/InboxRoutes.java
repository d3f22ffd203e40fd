package io.redline.inbox;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;

import org.apache.camel.builder.RouteBuilder;

/** How notifications come out of the topic, if the inbox is one; in the jar and never reloaded, as the door is. */
@ApplicationScoped
public class InboxRoutes extends RouteBuilder {

    private final Inbox inbox;
    private final Instance<TopicReader> reader;

    public InboxRoutes(Inbox inbox, Instance<TopicReader> reader) {
        this.inbox = inbox;
        this.reader = reader;
    }

    @Override
    public void configure() {
        if (inbox.isTopic()) {
            var topic = reader.get();
            from("timer:inbox?delay=0&period=1&fixedRate=false&includeMetadata=false")
                    .routeId("inbox").routeDescription("Take notifications from the topic, and keep them")
                    .process(exchange -> topic.turn()).id("inbox-turn");
        }
    }
}
