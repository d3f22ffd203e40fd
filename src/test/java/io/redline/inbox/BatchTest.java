package io.redline.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.redline.account.Account;
import io.redline.account.Gateway;
import io.redline.event.Source;
import io.redline.outbox.HandOverDouble;
import io.redline.outbox.Intake;

/** Notifications of one poll: all are kept, in their order, whatever becomes of one of them. */
class BatchTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Account ACCOUNT = new Account("sales", Gateway.GREEN_API, "1");

    private final HandOverDouble handOver = new HandOverDouble();
    private final ExecutorService workers = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        handOver.release();
        workers.shutdownNow();
    }

    private Batch batch(Duration maxTime, String... notifications) {
        return new Batch(handOver, workers, maxTime, Arrays.stream(notifications).map(text -> new Batch.Notification(
                ACCOUNT, !text.startsWith("former"), new Intake(ACCOUNT, Source.WEBHOOK, 1,
                        text.getBytes(StandardCharsets.UTF_8))))
                .toList());
    }

    @Test
    void allAreHandedOverInTheirOrder() throws Exception {
        assertThat(batch(LONG, "kept 1", "kept 2", "kept 3").isKept(LONG)).isTrue();
        assertThat(handOver.seen).containsExactly("kept 1", "kept 2", "kept 3");
    }

    @Test
    void whatNoRouteKeepsIsKeptAsItCame() throws Exception {
        assertThat(batch(LONG, "forgotten", "former", "kept").isKept(LONG)).isTrue();
        assertThat(handOver.seen).containsExactly("forgotten", "as it came: forgotten", "as it came: former", "kept");
    }

    @Test
    void routeThatHangsHoldsUpNothing() throws Exception {
        var batch = batch(Duration.ofMillis(50), "kept 1", "hangs 1", "hangs 2", "kept 2");
        while (!batch.isKept(Duration.ofMillis(20))) {
            // Whoever waits goes on with something else meanwhile.
        }
        assertThat(handOver.seen).containsExactly("kept 1", "hangs 1", "as it came: hangs 1", "hangs 2",
                "as it came: hangs 2", "kept 2");
    }

    @Test
    void whatTheStoreMissedIsHandedOverAgain_andNothingElse() throws Exception {
        assertThat(batch(LONG, "kept 1", "once-away 1", "once-away 2").isKept(LONG)).isTrue();
        // The second time they are known to nobody in this double, and so kept as they came.
        assertThat(handOver.seen).containsExactly("kept 1", "once-away 1", "once-away 2", "once-away 1",
                "as it came: once-away 1", "once-away 2", "as it came: once-away 2");
    }

    @Test
    void whileTheStoreIsAwayOneAsksInVain_andNotAllTheTime() throws Exception {
        var batch = batch(LONG, "away");
        assertThat(batch.isKept(Duration.ofMillis(500))).isFalse();
        assertThat(handOver.seen).hasSizeBetween(1, 3);
    }

    @Test
    void whenTheServiceStopsNothingIsTakenForKept() throws Exception {
        handOver.stop();
        assertThat(batch(LONG, "kept").isKept(Duration.ofMillis(300))).isFalse();
        assertThat(handOver.seen).isEmpty();
    }
}
