package io.redline.endpoint;

import org.jspecify.annotations.Nullable;

import io.redline.config.Secret;

/** Secrets for routes, as they are configured now; {@code {{…}}} would be what they were at the start. */
public final class Secrets {

    /** The current value of a secret, or null where none is set. */
    public @Nullable String current(String property) {
        return Secret.of(property).values().stream().findFirst().orElse(null);
    }
}
