package io.redline.outbox;

import java.util.List;
import java.util.regex.Pattern;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Makes the event of a notification that no branch of the router knows; the channel {@code unrecognised} begins with it. */
public final class UnrecognisedNotification implements Processor {

    private static final Pattern TYPE = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,63}");
    private static final List<String> ROUTING_WORDS = List.of("typeWebhook", "typeMessage");

    @Override
    public void process(Exchange exchange) {
        var intake = Intake.of(exchange);
        if (intake == null) {
            throw new IllegalStateException("Only a notification can be unrecognised.");
        }
        var known = ROUTING_WORDS.stream()
                .filter(word -> exchange.getVariable(word) instanceof String type && TYPE.matcher(type).matches())
                .map(word -> word + " " + exchange.getVariable(word)).toList();
        exchange.getMessage().setBody(Outbox.unrecognised(intake,
                known.isEmpty()
                        ? "It is JSON, but says no type that the router knows."
                        : "The router has no branch for " + String.join(", ", known) + "."));
    }
}
