package io.redline.ledger;

import java.util.LinkedHashSet;
import java.util.Set;

/** A fact as it stands in the store while a batch is merged. */
final class StoredFact {

    final long accountId;
    /** 0 until it is known that the event has to be written. */
    long eventId;
    Fact fact;
    final Set<String> endpoints;
    boolean dirty;

    StoredFact(long accountId, long eventId, Fact fact, Set<String> endpoints) {
        this.accountId = accountId;
        this.eventId = eventId;
        this.fact = fact;
        this.endpoints = new LinkedHashSet<>(endpoints);
    }
}
