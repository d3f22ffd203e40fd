package io.redline.command;

import io.micrometer.core.instrument.MeterRegistry;

/** Counts into which states commands come. */
final class Transitions {

    private Transitions() {
    }

    static void count(MeterRegistry metrics, Command command) {
        metrics.counter("redline.commands", "account", command.request().account().name(), "command",
                command.request().kind().word(), "state", command.state().word()).increment();
    }
}
