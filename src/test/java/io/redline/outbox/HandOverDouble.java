package io.redline.outbox;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/** Routes and an outbox that do with a notification what its text says. */
public final class HandOverDouble extends HandOver {

    /** What the routes were given, and what was kept as it came. */
    public final List<String> seen = new CopyOnWriteArrayList<>();
    private final Map<String, Boolean> failed = new ConcurrentHashMap<>();
    private final CountDownLatch released = new CountDownLatch(1);
    private volatile boolean possible = true;

    public HandOverDouble() {
        super(() -> null, () -> null);
    }

    /** Let go whatever hangs. */
    public void release() {
        released.countDown();
    }

    public void stop() {
        possible = false;
    }

    @Override
    public boolean isPossible() {
        return possible;
    }

    @Override
    public void to(Intake intake, Consumer<@Nullable Throwable> ended) {
        var text = new String(intake.notification(), StandardCharsets.UTF_8);
        seen.add(text);
        if (text.startsWith("hangs")) {
            try {
                released.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return;
        }
        if (text.startsWith("away") || text.startsWith("once-away") && failed.put(text, true) == null) {
            intake.submit();
            intake.missStore();
        } else if (text.startsWith("kept")) {
            intake.submit();
            intake.keep();
        }
        ended.accept(null);
    }

    @Override
    public void keepOfFormer(Intake intake, Runnable ended) {
        keep(intake, "", ended);
    }

    @Override
    public void keep(Intake intake, String reason, Runnable ended) {
        if (!intake.isKept() && !intake.isStoreUnavailable()) {
            seen.add("as it came: " + new String(intake.notification(), StandardCharsets.UTF_8));
            intake.keep();
        }
        ended.run();
    }
}
