package io.redline.command;

import java.time.Clock;
import java.util.List;
import java.util.Optional;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import io.micrometer.core.instrument.MeterRegistry;
import io.redline.account.Account;

/** Takes commands, and tells what became of them. Threadsafe. */
@Singleton
public class Commands {

    private final CommandStore store;
    private final Preflight preflight;
    private final Sending sending;
    private final CommandTimes times;
    private final MeterRegistry metrics;
    private final Clock clock = Clock.systemUTC();

    @Inject
    Commands(CommandStore store, Preflight preflight, Sending sending, CommandTimes.Configured times,
            MeterRegistry metrics) {
        this.store = store;
        this.preflight = preflight;
        this.sending = sending;
        this.times = times.get();
        this.metrics = metrics;
    }

    /** A key was used for another request before. */
    public static final class KeyUsed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        KeyUsed() {
            super("The Idempotency-Key was used for another request of this account: take a new one for each request.");
        }
    }

    /**
     * Keep a command, durably, to be sent as soon as it can be; or, under a key that was used for the same before, find that.
     *
     * @return the command; in the state {@code refused} if a rule says that it cannot work
     */
    public Command take(Request given) {
        var asked = preflight.kept(given);
        var key = asked.key();
        var before = key == null ? Optional.<CommandStore.Kept>empty() : store.find(asked.account(), key);
        if (before.isPresent()) {
            return same(before.get(), asked);
        }
        var judgement = preflight.judge(asked, clock.instant());
        var kept = store.keep(asked, judgement.refusal(), times.sendWithin());
        var command = same(kept, asked);
        Transitions.count(metrics, command);
        if (command.state() == State.PENDING) {
            sending.wake();
        }
        return command;
    }

    private static Command same(CommandStore.Kept kept, Request asked) {
        if (!kept.request().equals(asked.digest())) {
            throw new KeyUsed();
        }
        return kept.command();
    }

    public Optional<Command> find(long id) {
        return store.find(id).map(CommandStore.Kept::command);
    }

    /** The newest first. */
    public List<Command> list(@Nullable Account account, @Nullable String state, long before, int limit) {
        return store.list(account, state == null ? null : State.of(state), before, limit);
    }
}
