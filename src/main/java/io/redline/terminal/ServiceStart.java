package io.redline.terminal;

import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.apache.camel.quarkus.core.CamelRuntime;

import io.quarkus.runtime.StartupEvent;

/**
 * Starts Camel, which does not start by itself in a program that has a main of its own: before the first request can come in,
 * for the service and in tests. Commands start it when they need it.
 */
@Singleton
class ServiceStart {

    /** Set by {@link Main}. */
    static final String IS_COMMAND = "redline.is-command";
    /**
     * Before the store is opened by itself: what is unusable ends the program only if Camel met it. Quarkus lets a program go
     * on to wait for nothing if a start of its own throws that.
     */
    private static final int FIRST = Integer.MIN_VALUE;

    void start(@Observes @Priority(FIRST) StartupEvent event, CamelRuntime camel) {
        if (!Boolean.getBoolean(IS_COMMAND)) {
            camel.start();
        }
    }
}
