package io.redline.check;

import java.util.List;
import java.util.function.Consumer;

import org.eclipse.microprofile.config.Config;

/** The inbox is one that there is, and a topic has brokers: else the service does not start. */
final class InboxRule implements Rule {

    private static final String INBOX = "redline.inbox";
    private static final String BROKERS = "redline.inbox.kafka.brokers";
    private static final List<String> INBOXES = List.of("database", "kafka");

    private final Config config;
    private final PropertyFiles properties;

    InboxRule(Config config, PropertyFiles properties) {
        this.config = config;
        this.properties = properties;
    }

    @Override
    public void look(Bundle bundle, Consumer<Finding> findings) {
        var inbox = config.getValue(INBOX, String.class);
        if (!INBOXES.contains(inbox)) {
            findings.accept(properties.finding(INBOX, "redline.inbox is '" + inbox
                    + "', but has to be database or kafka." + Suggestion.of(inbox, INBOXES)));
        } else if (inbox.equals("kafka") && config.getOptionalValue(BROKERS, String.class).orElse("").isBlank()) {
            findings.accept(properties.finding(INBOX, "redline.inbox=kafka needs " + BROKERS
                    + ": set it to host:port of one or more brokers."));
        }
    }
}
