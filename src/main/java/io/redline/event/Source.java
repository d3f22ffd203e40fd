package io.redline.event;

import java.util.Locale;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Who told an event, the most trustworthy first. */
public enum Source {
    @JsonProperty("webhook")
    WEBHOOK, @JsonProperty("queue")
    QUEUE, @JsonProperty("journal")
    JOURNAL,
    /** What Redline itself observed, such as its own command. */
    @JsonProperty("redline")
    REDLINE;

    /** The word used in JSON and in the database. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Webhook and queue carry the very same notifications; one is as good as the other. */
    public int rank() {
        return this == QUEUE ? WEBHOOK.ordinal() : ordinal();
    }
}
