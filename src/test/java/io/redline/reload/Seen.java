package io.redline.reload;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import jakarta.inject.Named;
import jakarta.inject.Singleton;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

import io.quarkus.arc.Unremovable;

/** What came to the end of a route under test, in its order. */
@Singleton
@Named("seen")
@Unremovable
public class Seen implements Processor {

    /** @param by what the route calls itself in the header {@code by} */
    record One(String by, String chat, String message) {
    }

    private final List<One> all = new CopyOnWriteArrayList<>();

    @Override
    public void process(Exchange exchange) {
        var by = exchange.getMessage().getHeader("by", String.class);
        all.add(exchange.getMessage().getBody() instanceof Map<?, ?> change
                ? new One(by, String.valueOf(change.get("chatId")), String.valueOf(change.get("messageId")))
                : new One(by, "", ""));
    }

    List<One> all() {
        return List.copyOf(all);
    }

    List<One> by(String by) {
        return all.stream().filter(one -> by.equals(one.by())).toList();
    }
}
