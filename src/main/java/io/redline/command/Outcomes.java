package io.redline.command;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.apache.camel.Exchange;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import io.micrometer.core.instrument.MeterRegistry;
import io.redline.command.CommandStore.Change;
import io.redline.database.Leases;
import io.redline.database.StoreUnavailable;
import io.redline.event.Chat;
import io.redline.event.Direction;
import io.redline.event.Event;
import io.redline.event.Source;
import io.redline.ledger.LedgerReader;
import io.redline.ledger.Standing;
import io.redline.outbox.Intake;

/**
 * Finds in the ledger what came of commands, and says so: to the ledger, so that a version has the name of whoever made it, and
 * to the channel {@code failures}. The steps between are those of {@code routes/commands.camel.yaml}. Threadsafe.
 */
@Singleton
public class Outcomes {

    private static final Logger LOG = Logger.getLogger(Outcomes.class);
    private static final String LEASE = "commands";
    private static final int AT_ONCE = 100;
    /** Gateways give times in seconds, and clocks differ. */
    private static final long SKEW = 60_000;
    private static final Set<String> ON_ITS_WAY = Set.of("sent", "delivered", "read", "played");
    private static final int LATEST = 20;
    private static final String TOLD = "RedlineCommandTold";

    private static final Duration REST_EVERY = Duration.ofMinutes(1);

    private volatile long restedAt = System.nanoTime();
    private final CommandStore store;
    private final Preflight preflight;
    private final LedgerReader ledger;
    private final Leases leases;
    private final MeterRegistry metrics;
    private final Clock clock = Clock.systemUTC();

    @Inject
    Outcomes(CommandStore store, Preflight preflight, LedgerReader ledger, Leases leases, MeterRegistry metrics) {
        this.store = store;
        this.preflight = preflight;
        this.ledger = ledger;
        this.leases = leases;
        this.metrics = metrics;
    }

    /** Look for what came of commands; the body becomes those of which somebody is to be told. */
    public void find(Exchange exchange) {
        exchange.getMessage().setBody(List.of());
        try {
            if (!leases.holds(LEASE)) {
                return;
            }
            for (var one : store.watched(AT_ONCE)) {
                look(one);
            }
            if (System.nanoTime() - restedAt >= REST_EVERY.toNanos()) {
                restedAt = System.nanoTime();
                store.rest();
            }
            exchange.getMessage().setBody(store.untold(AT_ONCE));
        } catch (StoreUnavailable e) {
            LOG.warnf("What came of commands is looked for later: %s", e.getMessage());
        }
    }

    private void look(CommandStore.Watched watched) {
        var command = watched.command();
        var found = found(command);
        if (found != null && found.state() != command.state() && !isBackward(command.state(), found.state())) {
            store.known(command, found).ifPresent(now -> Transitions.count(metrics, now));
        } else if (command.state() == State.ACCEPTED && store.isOver(command)) {
            store.known(command, preflight.rules(command.request()).tells(command.request())
                    ? Change.of(State.UNCONFIRMED, "Neither a notification nor a journal has shown it until now.")
                    : Change.of(State.ACCEPTED_UNVERIFIED, "The gateway took it, and never tells what came of it."))
                    .ifPresent(now -> Transitions.count(metrics, now));
        }
        store.looked(command.id(), watched.newest());
    }

    /** What failed after it seemed done did fail; but nothing seems done any more after it failed. */
    private static boolean isBackward(State before, State after) {
        return before == State.CONFIRMED && after != State.FAILED;
    }

    private @Nullable Change found(Command command) {
        return switch (command.request().kind()) {
            case SEND -> sent(command);
            case EDIT, DELETE -> changed(command);
            case ARCHIVE -> chat(command, "archived");
            case UNARCHIVE -> chat(command, "unarchived");
            default -> null;
        };
    }

    private @Nullable Change chat(Command command, String state) {
        var request = command.request();
        return ledger.wasChat(request.account(), request.chat(), state, since(command))
                ? Change.of(State.CONFIRMED)
                : null;
    }

    private static long since(Command command) {
        return Objects.requireNonNullElse(command.sentAt(), command.createdAt()) - SKEW;
    }

    private @Nullable Change sent(Command command) {
        var request = command.request();
        var made = command.made();
        if (made == null) {
            var told = ledger.madeBy(request.account(), String.valueOf(command.id()));
            return told.isPresent() ? new Change(State.CONFIRMED, null, null, told.get()) : alike(command);
        }
        var message = ledger.standing(request.account(), request.chat(), made).orElse(null);
        if (message == null) {
            return null;
        }
        if (message.failed()) {
            return Change.of(State.FAILED, said(message.status(), message.description()));
        }
        return message.posted() || isOnItsWay(message.status()) ? Change.of(State.CONFIRMED) : null;
    }

    private static boolean isOnItsWay(@Nullable String status) {
        return status != null && ON_ITS_WAY.contains(status);
    }

    private static String said(@Nullable String status, @Nullable String description) {
        return description != null ? description : "The gateway reports: " + status + ".";
    }

    /** What was sent without our hearing the answer: the message that says the same, and that no other command made. */
    private @Nullable Change alike(Command command) {
        var request = command.request();
        for (var json : ledger.messages(request.account(), request.chat(), LATEST, null).items()) {
            var id = (String) json.get("messageId");
            var message = Objects.equals(json.get("text"), request.text())
                    ? ledger.standing(request.account(), request.chat(), id).orElse(null)
                    : null;
            if (message != null && message.posted() && message.direction() == Direction.OUTGOING
                    && !Boolean.FALSE.equals(message.byApi()) && message.sentAt() != null
                    && message.sentAt() >= since(command) && !store.isMade(command, id)) {
                return new Change(State.CONFIRMED, null, null, id);
            }
        }
        return null;
    }

    private @Nullable Change changed(Command command) {
        var request = command.request();
        var id = Objects.requireNonNull(request.message());
        var message = ledger.standing(request.account(), request.chat(), id).orElse(null);
        if (message != null) {
            for (var change : message.changes()) {
                if (isOf(command, change)) {
                    return change.failed()
                            ? new Change(State.FAILED, null, said(change.status(), change.description()),
                                    change.eventId())
                            : new Change(State.CONFIRMED, null, null, change.eventId());
                }
            }
        }
        return ownStatus(command);
    }

    private static boolean isOf(Command command, Standing.Change change) {
        var request = command.request();
        if (!change.kind().equals(request.kind() == Kind.EDIT ? Event.Edited.KIND : Event.Deleted.KIND)) {
            return false;
        }
        var made = command.made();
        // Of what a delete made several gateways say one id and tell another.
        if (request.kind() == Kind.EDIT && made != null && !made.equals(request.message())) {
            return change.eventId().equals(made);
        }
        var at = change.at() != null ? change.at() : change.receivedAt();
        return at >= since(command) && change.direction() != Direction.INCOMING
                && (request.kind() == Kind.DELETE || Objects.equals(change.text(), request.text()));
    }

    /** A status may come of an edit of which nothing else is told. */
    private @Nullable Change ownStatus(Command command) {
        var request = command.request();
        var made = command.made();
        if (made == null || made.equals(request.message())) {
            return null;
        }
        var own = ledger.standing(request.account(), request.chat(), made)
                .filter(message -> message.messageId().equals(made)).orElse(null);
        if (own == null) {
            return null;
        }
        return own.failed()
                ? Change.of(State.FAILED, said(own.status(), own.description()))
                : isOnItsWay(own.status()) ? Change.of(State.CONFIRMED) : null;
    }

    /**
     * Say what a command in the body came to: the body becomes an event, or several. The variable {@code tell} is
     * {@code failures}, {@code messages} for a message that the gateway does not tell of, {@code ledger} for what only the ledger
     * has to know, or {@code nobody}.
     */
    public void tell(Exchange exchange) {
        var command = exchange.getMessage().getBody(Command.class);
        exchange.setProperty(TOLD, command);
        if (command == null) {
            exchange.setVariable("tell", "nobody");
            return;
        }
        var event = event(command);
        var posted = event instanceof Event.Commanded ? posted(command) : null;
        exchange.setVariable("tell", event == null
                ? "nobody"
                : event instanceof Event.CommandEnd ? "failures" : posted != null ? "messages" : "ledger");
        exchange.setProperty(Intake.PROPERTY, new Intake(command.request().account(), Source.REDLINE, clock.millis(),
                new byte[0]));
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setBody(event == null ? List.of() : posted != null ? List.of(posted, event) : event);
    }

    /** What was sent, as we know it, where the gateway says no more than its id. */
    private @Nullable Event posted(Command command) {
        var request = command.request();
        var made = command.made();
        if (request.kind() != Kind.SEND || made == null || preflight.rules(request).tellsWhatWasSent()) {
            return null;
        }
        return new Event.Posted(request.account().instance(), null, command.sentAt(),
                new Chat(request.chat(), null, null),
                made, Direction.OUTGOING, null, "text", request.text(), null,
                request.options().get("replyTo") instanceof String replyTo ? replyTo : null, true, null);
    }

    private @Nullable Event event(Command command) {
        var request = command.request();
        var instance = request.account().instance();
        var chat = new Chat(request.chat(), null, null);
        var id = String.valueOf(command.id());
        if (command.state().isFailure()) {
            return new Event.CommandEnd(instance, command.endedAt(), chat, id, request.kind().word(), request.message(),
                    command.state().word(), request.operator(), command.description());
        }
        var made = switch (request.kind()) {
            case SEND -> Event.Posted.KIND;
            case EDIT -> Event.Edited.KIND;
            case DELETE -> Event.Deleted.KIND;
            default -> null;
        };
        var target = request.kind() == Kind.SEND ? command.made() : request.message();
        var unknown = request.kind() == Kind.EDIT && command.made() == null;
        return made == null || target == null || unknown
                ? null
                : new Event.Commanded(instance, command.sentAt(), chat, target, id, made,
                        request.kind() == Kind.DELETE ? null : command.made(), request.operator());
    }

    /** Remember that it was said. */
    public void told(Exchange exchange) {
        var command = exchange.getProperty(TOLD, Command.class);
        if (command == null) {
            return;
        }
        var intake = exchange.getProperty(Intake.PROPERTY, Intake.class);
        if (intake != null && intake.isKept() || "nobody".equals(exchange.getVariable("tell"))) {
            store.told(command);
        } else {
            LOG.warnf("Account %s: what came of command %d was not kept; it is said again.",
                    command.request().account().name(), command.id());
        }
    }
}
