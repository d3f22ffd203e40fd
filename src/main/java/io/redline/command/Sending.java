package io.redline.command;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.apache.camel.Exchange;
import org.apache.camel.component.direct.DirectConsumerNotAvailableException;
import org.apache.camel.support.SynchronizationAdapter;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import io.micrometer.core.instrument.MeterRegistry;
import io.redline.call.Answer;
import io.redline.call.CallAnswer;
import io.redline.call.Failure;
import io.redline.command.CommandStore.Change;
import io.redline.command.GatewayRules.Found;
import io.redline.database.StoreUnavailable;
import io.redline.ledger.Standing;

/**
 * Sends commands, one at a time for each chat; the steps between are those of {@code routes/commands.camel.yaml}. A command is
 * marked as on its way before the gateway is asked; where no answer came, the gateway is read before it is asked again. Threadsafe.
 */
@Singleton
public class Sending {

    private static final Logger LOG = Logger.getLogger(Sending.class);
    /** How often it is looked for what another process left, or kept without our knowing. */
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);
    /** How many calls of one account wait for their turn at once. */
    private static final int MOST_OF_ACCOUNT = 4;
    private static final int NOT_IMPLEMENTED = 501;
    private static final int MOST_ATTEMPTS = 3;
    private static final int DOUBTS_AT_ONCE = 4;
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(20);
    /** How often it is read what became of something that the gateway took, and nothing shows. */
    private static final Duration LATER_LOOKS = Duration.ofMinutes(3);
    private static final Duration SHORT_PAUSE = Duration.ofSeconds(2);
    private static final Duration LONG_PAUSE = Duration.ofSeconds(10);
    private static final String WORK = "RedlineCommandWork";

    private final CommandStore store;
    private final Preflight preflight;
    private final CommandTimes times;
    private final MeterRegistry metrics;
    private final Clock clock = Clock.systemUTC();
    private final AtomicBoolean woken = new AtomicBoolean(true);
    private final Map<Long, Command> onTheirWay = new ConcurrentHashMap<>();
    private volatile long lookedAt = System.nanoTime() - LOOK_EVERY.toNanos();

    /** One command to be sent, or to be looked after. */
    private record Work(Command command, boolean look) {
    }

    @Inject
    Sending(CommandStore store, Preflight preflight, CommandTimes.Configured times, MeterRegistry metrics) {
        this.store = store;
        this.preflight = preflight;
        this.times = times.get();
        this.metrics = metrics;
    }

    /** There is something to send. */
    void wake() {
        woken.set(true);
    }

    /** What to do now: the body becomes a list. It asks the store only if there may be anything. */
    public void due(Exchange exchange) {
        var work = new ArrayList<Work>();
        var looks = System.nanoTime() - lookedAt >= LOOK_EVERY.toNanos();
        if (woken.getAndSet(false) || looks) {
            try {
                if (looks) {
                    lookedAt = System.nanoTime();
                    look(work);
                }
                Map<String, Integer> busy = new HashMap<>();
                onTheirWay.values().forEach(one -> busy.merge(one.request().account().name(), 1, Integer::sum));
                for (var command : store.claim(busy, MOST_OF_ACCOUNT)) {
                    onTheirWay.put(command.id(), command);
                    work.add(new Work(command, false));
                }
            } catch (StoreUnavailable e) {
                LOG.warnf("Commands wait for the store: %s", e.getMessage());
                wake();
            }
        }
        exchange.getMessage().setBody(work);
    }

    private void look(List<Work> work) {
        if (!onTheirWay.isEmpty()) {
            store.renew(onTheirWay.keySet());
        }
        store.abandon(times.confirmWithin()).forEach(command -> {
            LOG.warnf("Account %s: command %d was on its way when the service ended; it is read what became of it.",
                    command.request().account().name(), command.id());
            Transitions.count(metrics, command);
        });
        store.claimDoubtful(BETWEEN_LOOKS, LATER_LOOKS, DOUBTS_AT_ONCE)
                .forEach(command -> work.add(new Work(command, true)));
    }

    /**
     * Begin with what is in the body. The variables {@code gateway}, {@code account} and {@code kind} say what it is about,
     * {@code command} has all of it, {@code chatInPath} and {@code messageInPath} are its ids as parts of a path; {@code work} is {@code send}, {@code look}, or {@code none} if a rule is against it by now.
     */
    public void begin(Exchange exchange) {
        var work = exchange.getMessage().getBody(Work.class);
        exchange.setProperty(WORK, work);
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setBody(null);
        if (!work.look()) {
            exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
                @Override
                public void onDone(Exchange done) {
                    end(done, work.command());
                }
            });
        }
        var request = work.command().request();
        exchange.setVariable("work", "none");
        var judgement = preflight.judge(request, clock.instant());
        var refusal = judgement.refusal();
        if (refusal != null && !work.look()) {
            conclude(work.command(), new Change(State.REFUSED, refusal.rule(), refusal.sentence(), null));
            return;
        }
        exchange.setVariable("work", work.look() ? "look" : "send");
        exchange.setVariable("gateway", request.account().gateway());
        exchange.setVariable("account", request.account().name());
        exchange.setVariable("kind", request.kind().word());
        var fields = fields(work.command(), judgement.message());
        exchange.setVariable("command", fields);
        exchange.setVariable("chatInPath", fields.get("chatInPath"));
        exchange.setVariable("messageInPath", fields.get("messageInPath"));
    }

    private Map<String, Object> fields(Command command, @Nullable Standing message) {
        var request = command.request();
        var id = preflight.rules(request).messageId(command, message);
        Map<String, Object> fields = new LinkedHashMap<>(request.options());
        fields.put("id", String.valueOf(command.id()));
        fields.put("instance", request.account().instance());
        fields.put("chat", request.chat());
        fields.put("chatInPath", encoded(request.chat()));
        fields.put("message", id);
        fields.put("messageInPath", id == null ? null : encoded(id));
        fields.put("text", request.text());
        return fields;
    }

    /** As one segment of a path, encoded once. */
    private static String encoded(String id) {
        return URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Write down what the gateway answered. The body becomes the command as it is now, to be told of. */
    public void answered(Exchange exchange) {
        var command = work(exchange).command();
        var answer = CallAnswer.of(exchange);
        Command now = null;
        if (answer == null) {
            now = doubt(command, "The route " + exchange.getVariable("gateway") + "-command asked nothing.");
        } else if (answer instanceof Answer.Ok ok) {
            now = accept(command, preflight.rules(command.request()).made(command, ok));
        } else if (answer instanceof Answer.Unreadable) {
            now = accept(command, null);
        } else if (answer instanceof Answer.Failed failed) {
            now = failed(command, failed);
        }
        exchange.getMessage().setBody(now);
    }

    private @Nullable Command accept(Command command, @Nullable String made) {
        return conclude(command, new Change(State.ACCEPTED, null, null, made));
    }

    private @Nullable Command failed(Command command, Answer.Failed failed) {
        var before = preflight.rules(command.request()).failed(command, failed);
        if (before instanceof Found.Unknown) {
            return doubt(command, words(failed));
        }
        if (failed.status() == NOT_IMPLEMENTED) {
            return conclude(command, new Change(State.REFUSED, "unsupported", failed.sentence(), null));
        }
        return switch (failed.failure()) {
            case NOT_NOW, TOO_FAST, UNREACHABLE -> later(command, failed, SHORT_PAUSE);
            case STARTING, NOT_AUTHORIZED -> later(command, failed, LONG_PAUSE);
            case UNAVAILABLE, UNREADABLE -> doubt(command, failed.sentence());
            default -> before instanceof Found.Done
                    ? accept(command, null)
                    : conclude(command, Change.of(State.FAILED, words(failed)));
        };
    }

    private static String words(Answer.Failed failed) {
        return Objects.requireNonNullElse(failed.words(), failed.sentence());
    }

    /** It was not sent, and can be as soon as the gateway lets us. */
    private @Nullable Command later(Command command, Answer.Failed failed, Duration pause) {
        if (store.isOver(command)) {
            return conclude(command, Change.of(State.FAILED, "It could not be sent in time. " + words(failed)));
        }
        onTheirWay.remove(command.id());
        store.later(command.id(), failed.failure() == Failure.NOT_NOW ? Duration.ZERO : pause, words(failed));
        wake();
        return null;
    }

    /** Nobody knows whether the gateway has it. */
    private @Nullable Command doubt(Command command, String sentence) {
        return conclude(command, Change.of(State.AMBIGUOUS, sentence));
    }

    private @Nullable Command conclude(Command command, Change change) {
        onTheirWay.remove(command.id());
        var look = change.state() == State.ACCEPTED ? preflight.rules(command.request()).lag() : Duration.ZERO;
        var now = store.answered(command.id(), change, times.confirmWithin(), look).orElse(null);
        if (now != null) {
            Transitions.count(metrics, now);
        }
        wake();
        return now;
    }

    /** The route may have failed in any way that a route edited by hand can. */
    private void end(Exchange exchange, Command command) {
        if (onTheirWay.remove(command.id()) == null) {
            return;
        }
        var failure = exchange.getException();
        var sentence = "The route " + command.request().account().gateway() + "-command failed"
                + (failure == null ? "." : " (" + failure.getClass().getSimpleName() + ").");
        LOG.warnf("Account %s, command %d: %s", command.request().account().name(), command.id(), sentence);
        // What could not even begin was not sent.
        var unsent = failure instanceof DirectConsumerNotAvailableException
                || failure instanceof IllegalArgumentException;
        try {
            conclude(command, Change.of(unsent ? State.FAILED : State.AMBIGUOUS, sentence));
        } catch (StoreUnavailable e) {
            // Its lease ends, and then it is in doubt all the same.
            LOG.debug("What became of a command could not be written down.", e);
        }
    }

    private static Work work(Exchange exchange) {
        return exchange.getProperty(WORK, Work.class);
    }

    /** Decide by what was read at the gateway about what nobody heard of. */
    public void looked(Exchange exchange) {
        var command = work(exchange).command();
        var kind = command.request().kind();
        var rules = preflight.rules(command.request());
        var found = rules.found(command, CallAnswer.of(exchange));
        if (found instanceof Found.Done done) {
            known(command, new Change(State.CONFIRMED, null, null, done.made()));
            return;
        }
        if (command.state() == State.ACCEPTED) {
            // What is not shown may be shown yet.
            return;
        }
        if (store.isOver(command)) {
            known(command, Change.of(State.UNCONFIRMED, "It is not known whether the gateway did it. "
                    + Objects.requireNonNullElse(command.description(), "")));
            return;
        }
        // What can be read has to have had time to be shown; where nothing can be read, doing it twice has to do no harm.
        var notDone = found instanceof Found.NotDone && store.sinceSent(command).compareTo(rules.lag()) >= 0;
        if (rules.isRepeatable(kind) && (notDone || found instanceof Found.Unknown && !kind.isOfMessage())) {
            if (command.attempts() < MOST_ATTEMPTS) {
                store.again(command.id(), times.sendWithin());
                wake();
            } else {
                known(command, Change.of(State.FAILED, "The gateway was asked " + command.attempts()
                        + " times, and did not do it."));
            }
        }
    }

    private void known(Command command, Change change) {
        store.known(command, change).ifPresent(now -> Transitions.count(metrics, now));
        wake();
    }
}
