package io.redline.event;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Who wrote: they, or the account itself. */
public enum Direction {
    @JsonProperty("incoming")
    INCOMING, @JsonProperty("outgoing")
    OUTGOING
}
