package io.redline.call;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

import io.github.bucket4j.TimeMeter;
import io.redline.VirtualClock;
import io.redline.account.Account;

/** The rates as the service keeps them, by a clock that a test turns. */
public final class VirtualPaces {

    private final VirtualClock clock;
    private final Map<String, Pace> paces = new HashMap<>();

    public VirtualPaces(VirtualClock clock) {
        this.clock = clock;
    }

    /** Do something when its turn has come; time passes until then. */
    public <T> T inTurn(Account account, String method, Supplier<T> call) {
        var pace = paces.computeIfAbsent(method,
                name -> new Pace(new GreenApi().method(account, name).perSecond(), time(),
                        nanos -> clock.pass(Duration.ofNanos(nanos).plusMillis(1))));
        try (var turn = pace.take(Call.PATIENCE)) {
            if (turn == null) {
                throw new AssertionError("No turn for " + method + " within " + Call.PATIENCE);
            }
            return call.get();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private TimeMeter time() {
        return new TimeMeter() {
            @Override
            public long currentTimeNanos() {
                return clock.millis() * 1_000_000;
            }

            @Override
            public boolean isWallClockBased() {
                return true;
            }
        };
    }
}
