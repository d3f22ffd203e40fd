package io.redline.call;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import jakarta.inject.Singleton;

import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import io.redline.account.Account;

/** What gateways are not asked any more, because nothing comes of it before somebody does something. Threadsafe. */
@Singleton
public class Stops {

    private static final Logger LOG = Logger.getLogger(Stops.class);
    /** A plan is extended and a restriction lifted without our hearing of it. */
    private static final Duration ASKED_AGAIN_AFTER = Duration.ofHours(1);
    private static final int UNAUTHORIZED = 401;

    private final Map<Place, Kept> stops = new ConcurrentHashMap<>();
    private final Clock clock;

    /** An account, or one method of it. */
    private record Place(String account, @Nullable String method) {
    }

    /**
     * A stop.
     *
     * @param sentence what happened and what to do
     */
    public record Stop(Failure failure, int status, String sentence, Instant since) {
    }

    private record Kept(Stop stop, String token) {

        boolean holds(String tokenNow, Instant now) {
            return now.isBefore(stop.since().plus(ASKED_AGAIN_AFTER))
                    && (stop.failure() != Failure.DENIED || token.equals(tokenNow));
        }
    }

    Stops() {
        this(Clock.systemUTC());
    }

    Stops(Clock clock) {
        this.clock = clock;
    }

    /** Why a call is not made. */
    @Nullable
    Stop of(Account account, String method, String token) {
        for (var place : new Place[]{new Place(account.name(), null), new Place(account.name(), method)}) {
            var kept = stops.get(place);
            if (kept != null && kept.holds(token, clock.instant())) {
                return kept.stop();
            }
        }
        return null;
    }

    /** Stop, and say it aloud the first time. */
    void stop(Account account, String method, String token, Answer.Failed failed) {
        var place = new Place(account.name(), failed.status() == UNAUTHORIZED ? null : method);
        var stop = new Stop(failed.failure(), failed.status(), failed.sentence(), clock.instant());
        if (stops.put(place, new Kept(stop, token)) == null) {
            LOG.errorf("Account %s: %s", account.name(), failed.sentence());
        }
    }

    /** It was answered. */
    void lift(Account account, String method) {
        if (stops.isEmpty()) {
            return;
        }
        for (var place : new Place[]{new Place(account.name(), null), new Place(account.name(), method)}) {
            if (stops.remove(place) != null) {
                LOG.infof("Account %s: the gateway answers %s again.", account.name(), method);
            }
        }
    }

    /** The first stop of an account, for those who look after it. */
    public Optional<Stop> of(Account account) {
        return stops.entrySet().stream().filter(one -> one.getKey().account().equals(account.name()))
                .map(one -> one.getValue().stop()).findFirst();
    }
}
