package io.redline.terminal;

import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.apache.camel.quarkus.core.CamelRuntime;

import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.StartupEvent;

/** Starts Camel where no {@link Main} does: tests begin after it. */
@Singleton
class RoutesOfTests {

    private static final int LAST = Integer.MAX_VALUE;

    void start(@Observes @Priority(LAST) StartupEvent event, CamelRuntime camel) {
        if (LaunchMode.current() == LaunchMode.TEST) {
            camel.start();
        }
    }
}
