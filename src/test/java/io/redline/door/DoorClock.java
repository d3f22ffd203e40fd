package io.redline.door;

import java.time.Clock;

import io.quarkus.arc.Arc;

/** By which clock the doors of the running service note when something was received. */
public final class DoorClock {

    private DoorClock() {
    }

    public static void set(Clock clock) {
        Arc.container().instance(Notifications.class).get().clock = clock;
    }
}
