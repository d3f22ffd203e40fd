package io.redline.door;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

import jakarta.inject.Singleton;

import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultExchange;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import io.redline.account.Account;
import io.redline.account.Accounts;
import io.redline.account.Gateway;
import io.redline.call.Answer;
import io.redline.call.CallAnswer;
import io.redline.call.Failure;
import io.redline.call.Protocol;
import io.redline.database.Leases;
import io.redline.database.StoreUnavailable;
import io.redline.event.Source;
import io.redline.outbox.HandOver;
import io.redline.outbox.Intake;

/**
 * Takes notifications from a gateway's queue in, as the door does: what the outbox has kept is deleted at the gateway, what
 * nobody could read is kept as it came and deleted too, and what could not be stored stays there and comes again. The steps
 * between are those of {@code routes/gateways/green-api-queue.camel.yaml}. Threadsafe; of each queue one at a time.
 */
@Singleton
public class Queues {

    private static final Logger LOG = Logger.getLogger(Queues.class);
    private static final Duration WHILE_IT_IS_NOT_READY = Duration.ofSeconds(30);
    private static final Duration UNTIL_SOMEBODY_ACTS = Duration.ofMinutes(1);
    private static final Duration FIRST_DELAY = Duration.ofSeconds(1);
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(30);
    /** So many, and the exchange of the route is over: whatever it holds is let go. */
    private static final int LONGEST_TURN = 100;
    private static final String MORE = "more";
    private static final String RECEIPT = "receipt";

    private final Accounts accounts;
    private final HandOver handOver;
    private final Notifications notifications;
    private final Cursors cursors;
    private final Leases leases;
    private final Clock clock = Clock.systemUTC();
    private final Map<String, Queue> queues = new ConcurrentHashMap<>();
    private final Duration wait;

    /** How it stands with the queue of an account. */
    private static final class Queue {
        private boolean ours;
        private long notBefore = System.nanoTime();
        private long askedAt;
        private int taken;
        private Duration delay = FIRST_DELAY;
        private @Nullable String unconfirmed;
        private String said = "";
        /** Where the gateway is told how far we are: {@code null} if that was not looked up yet, empty for the beginning. */
        private @Nullable String cursor;

        private void rest(Duration time) {
            notBefore = System.nanoTime() + time.toNanos();
        }

        /** For what heals by itself, and must not be asked for all the time until it does. */
        private void restLonger() {
            rest(delay);
            var doubled = delay.multipliedBy(2);
            delay = doubled.compareTo(LONGEST_DELAY) < 0 ? doubled : LONGEST_DELAY;
        }
    }

    Queues(Accounts accounts, HandOver handOver, Notifications notifications, Cursors cursors, Leases leases,
            @ConfigProperty(name = "redline.queue.wait") Duration wait) {
        this.accounts = accounts;
        this.handOver = handOver;
        this.notifications = notifications;
        this.cursors = cursors;
        this.leases = leases;
        this.wait = wait;
    }

    private Account account(Exchange exchange) {
        return accounts.find(exchange.getVariable("account", "", String.class)).orElseThrow();
    }

    private Queue queue(Account account) {
        return queues.computeIfAbsent(account.name(), name -> new Queue());
    }

    private static void end(Exchange exchange) {
        exchange.setVariable(MORE, "no");
    }

    /** Whether to ask now: the queue is ours and no rest is due. */
    public void begin(Exchange exchange) {
        var account = account(exchange);
        var queue = queue(account);
        exchange.removeVariable(RECEIPT);
        if (queue.notBefore - System.nanoTime() > 0 || !exchange.getContext().getStatus().isStarted()
                || !isOurs(account, queue)) {
            end(exchange);
            return;
        }
        String query;
        try {
            query = query(account, queue);
        } catch (StoreUnavailable e) {
            queue.restLonger();
            end(exchange);
            return;
        }
        queue.askedAt = System.nanoTime();
        exchange.setVariable(MORE, "yes");
        exchange.getMessage().setHeader("RedlineQuery", query);
    }

    private String query(Account account, Queue queue) {
        if (account.kind() != Gateway.AITU) {
            return "receiveTimeout=" + Math.max(5, wait.toSeconds());
        }
        var cursor = queue.cursor;
        if (cursor == null) {
            cursor = cursors.of(account).orElse("");
            queue.cursor = cursor;
        }
        return cursor.isEmpty() ? "" : "lastUpdateId=" + Protocol.encoded(cursor);
    }

    private boolean isOurs(Account account, Queue queue) {
        try {
            var ours = leases.holds("queue " + account.gateway() + " " + account.instance());
            if (ours != queue.ours) {
                LOG.infof(ours
                        ? "Account %s: notifications are fetched from the gateway's queue."
                        : "Account %s: another replica fetches from the gateway's queue.", account.name());
                queue.ours = ours;
                // Another replica may have come further meanwhile.
                queue.cursor = null;
            }
            return ours;
        } catch (StoreUnavailable e) {
            queue.restLonger();
            return false;
        }
    }

    /** Keep what came. If that is sure, the variable {@code receipt} says what to delete. */
    public void keep(Exchange exchange) {
        var account = account(exchange);
        var queue = queue(account);
        var answer = CallAnswer.of(exchange);
        if (answer instanceof Answer.Ok ok) {
            if (ok.json() == null) {
                nothing(queue);
                end(exchange);
            } else {
                keep(exchange, account, queue, ok.bytes());
            }
        } else if (answer instanceof Answer.Unreadable unreadable) {
            keep(exchange, account, queue, unreadable.bytes());
        } else if (answer instanceof Answer.Failed failed) {
            failed(account, queue, failed);
            end(exchange);
        }
    }

    /** Where nothing is switched on the gateway does not wait, and would be asked a hundred times a second. */
    private void nothing(Queue queue) {
        queue.delay = FIRST_DELAY;
        queue.said = "";
        var early = queue.askedAt + wait.toNanos() - System.nanoTime();
        if (early > wait.toNanos() / 5) {
            queue.rest(Duration.ofNanos(early));
        }
    }

    private void keep(Exchange exchange, Account account, Queue queue, byte[] answer) {
        if (account.kind() == Gateway.AITU) {
            if (!keepUpdates(exchange, account, queue, answer)) {
                end(exchange);
            }
            return;
        }
        var envelope = Envelope.of(answer);
        if (envelope.receipt() == null) {
            say(account, queue,
                    "The gateway's queue answered with something that is no notification. It is asked again.");
            queue.restLonger();
            end(exchange);
            return;
        }
        if (!keep(exchange, new Intake(account, Source.QUEUE, clock.millis(), envelope.notification()))) {
            queue.restLonger();
            end(exchange);
            return;
        }
        exchange.setVariable(RECEIPT, envelope.receipt());
        if (++queue.taken % LONGEST_TURN == 0) {
            end(exchange);
        }
    }

    /** @return whether it is kept, in whatever way */
    private boolean keep(Exchange exchange, Intake intake) {
        // An exchange of its own, so that nothing a route does to it can change what is deleted.
        var failure = handOver.to(new DefaultExchange(exchange.getContext()), intake);
        handOver.keep(intake, HandOver.reason(failure));
        return intake.isKept();
    }

    /**
     * Keep all updates there are, and then say how far we are. What nobody can read is kept as it came, and passed like the others.
     *
     * @return whether to ask for more at once
     */
    private boolean keepUpdates(Exchange exchange, Account account, Queue queue, byte[] answer) {
        var updates = Updates.of(answer);
        var last = updates.last();
        if (!updates.isList() && last == null) {
            say(account, queue, "The gateway answered with something that is no list of updates. It is asked again.");
            queue.restLonger();
            return false;
        }
        if (updates.notifications().isEmpty()) {
            nothing(queue);
            return false;
        }
        if (!notifications.in(account, Source.QUEUE, answer).stream().allMatch(intake -> keep(exchange, intake))) {
            queue.restLonger();
            return false;
        }
        if (last == null || last.equals(queue.cursor)) {
            say(account, queue, last == null
                    ? "The gateway's updates have no updateId, so that it cannot be told how far we are; it gives them again."
                    : "The gateway gives the same updates again, although it was told that we have them.");
            queue.restLonger();
            return false;
        }
        if (!isOurs(account, queue)) {
            // Whoever reads it by now may have come further.
            return false;
        }
        try {
            cursors.move(account, last);
        } catch (StoreUnavailable e) {
            // They come again, and are known.
            queue.restLonger();
            return false;
        }
        queue.cursor = last;
        queue.delay = FIRST_DELAY;
        queue.said = "";
        return ++queue.taken % LONGEST_TURN != 0;
    }

    private static void failed(Account account, Queue queue, Answer.Failed failed) {
        switch (failed.failure()) {
            case ASKED_ELSEWHERE -> {
                say(account, queue, failed.sentence());
                queue.restLonger();
            }
            case WEBHOOK_SET, REFUSED -> {
                say(account, queue, failed.sentence());
                queue.rest(UNTIL_SOMEBODY_ACTS);
            }
            case NOT_AUTHORIZED -> {
                say(account, queue, failed.sentence());
                queue.rest(WHILE_IT_IS_NOT_READY);
            }
            case NO_TOKEN -> {
                say(account, queue, failed.sentence());
                queue.rest(UNTIL_SOMEBODY_ACTS);
            }
            case STARTING -> queue.rest(WHILE_IT_IS_NOT_READY);
            default -> {
                if (failed.failure().isStop()) {
                    queue.rest(UNTIL_SOMEBODY_ACTS);
                } else {
                    queue.restLonger();
                }
            }
        }
    }

    /** Once, and not each time. */
    private static void say(Account account, Queue queue, String sentence) {
        if (!queue.said.equals(sentence)) {
            queue.said = sentence;
            LOG.warnf("Account %s: %s", account.name(), sentence);
        }
    }

    /** Whatever the gateway says of a delete: what it still has comes again, and is known. */
    public void deleted(Exchange exchange) {
        var queue = queue(account(exchange));
        var receipt = exchange.getVariable(RECEIPT, String.class);
        var answer = CallAnswer.of(exchange);
        if (answer instanceof Answer.Ok) {
            queue.unconfirmed = null;
            queue.delay = FIRST_DELAY;
            queue.said = "";
            return;
        }
        // false, and 500, are what it answers when it was deleted before.
        var before = answer instanceof Answer.Failed failed
                && (failed.failure() == Failure.REFUSED || failed.status() == 500);
        if (!before || Objects.equals(receipt, queue.unconfirmed)) {
            queue.restLonger();
            end(exchange);
        }
        queue.unconfirmed = receipt;
    }
}
