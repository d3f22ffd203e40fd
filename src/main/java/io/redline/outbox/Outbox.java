package io.redline.outbox;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.redline.account.Account;
import io.redline.database.StoreUnavailable;
import io.redline.event.Event;
import io.redline.event.EventJson;
import io.redline.event.Source;
import io.redline.ledger.Endpoints;
import io.redline.ledger.Ledger;
import io.redline.ledger.Recorded;
import io.redline.ledger.Recorded.Novelty;
import io.redline.ledger.Submission;

/** Keeps what came in: the durable commit of events, their merge and what is owed for them. Threadsafe. */
@Singleton
public class Outbox {

    private static final Logger LOG = Logger.getLogger(Outbox.class);

    private final GroupCommit groupCommit;
    private final Ledger ledger;
    private final MeterRegistry metrics;
    /** Looking one up by its tags costs more than counting. */
    private final Map<Counted, Counter> counters = new ConcurrentHashMap<>();

    private record Counted(String account, Class<? extends Event> event, Novelty novelty) {
    }

    Outbox(GroupCommit groupCommit, Ledger ledger, MeterRegistry metrics) {
        this.groupCommit = groupCommit;
        this.ledger = ledger;
        this.metrics = metrics;
    }

    /**
     * Commit events; an empty collection leaves no receipt. Those that cannot be what they claim, or cannot be a row, are kept
     * as unrecognised.
     *
     * @param endpoints whom the changes concern
     * @param ended told once, by this thread or by another, when they are committed; or {@link StoreUnavailable} if it is not
     *        known whether they were, {@link EventRefused} if the store refuses them
     */
    public void keep(Intake intake, Collection<Event> events, Collection<String> endpoints,
            Consumer<@Nullable Throwable> ended) {
        var submissions = new ArrayList<Submission>();
        String obstacle = null;
        for (var event : events) {
            var reason = obstacle(intake, event);
            if (reason == null) {
                submissions.add(submission(intake, event, endpoints));
            } else if (obstacle == null) {
                obstacle = reason;
            }
        }
        if (obstacle != null) {
            // Once, however much of it is in the way: it is one notification.
            submissions.add(submission(intake, unrecognised(intake, obstacle), unrecognisedEndpoints()));
        }
        if (!submissions.isEmpty()) {
            bear(intake, submissions);
        }
        if (submissions.isEmpty()) {
            // Nothing is committed, so there is no receipt: the door keeps what it came from.
            ended.accept(null);
            return;
        }
        intake.submit();
        groupCommit.commit(submissions, !intake.isWaitedFor(), (recorded, failure) -> {
            if (failure == null) {
                receipt(intake, submissions, recorded);
            } else if (failure instanceof StoreUnavailable) {
                intake.missStore();
            }
            ended.accept(failure);
        });
    }

    private void receipt(Intake intake, List<Submission> submissions, List<Recorded> recorded) {
        intake.keep();
        if (submissions.stream().anyMatch(one -> !(one.event() instanceof Event.Unrecognised))) {
            intake.recognise();
        }
        for (int i = 0; i < recorded.size(); i++) {
            count(intake.account(), submissions.get(i).event(), recorded.get(i).novelty());
        }
    }

    private void count(Account account, Event event, Novelty novelty) {
        var counted = new Counted(account.name(), event.getClass(), novelty);
        var counter = counters.get(counted);
        if (counter == null) {
            counter = metrics.counter("redline.events", "account", account.name(), "kind", event.key().kind(),
                    "novelty",
                    novelty.name().toLowerCase(Locale.ROOT));
            counters.put(counted, counter);
        }
        counter.increment();
    }

    /**
     * Have what was told of an account kept that is not configured any more.
     *
     * @return whether that is possible; not while the store is away
     */
    boolean admit(Account account) {
        try {
            ledger.admit(account);
            return true;
        } catch (SQLException | StoreUnavailable e) {
            return false;
        }
    }

    /** Commit a notification that nobody could read, verbatim, parked where a person sees it. */
    public void keepUnrecognised(Intake intake, String reason, Consumer<@Nullable Throwable> ended) {
        keep(intake, List.of(unrecognised(intake, reason)), unrecognisedEndpoints(), ended);
    }

    static Event unrecognised(Intake intake, String reason) {
        return new Event.Unrecognised(null, null, EventJson.digest(intake.notification()), reason);
    }

    private static Collection<String> unrecognisedEndpoints() {
        return Endpoints.parse(ConfigProvider.getConfig().getValue("redline.route.unrecognised", String.class));
    }

    private static Submission submission(Intake intake, Event event, Collection<String> endpoints) {
        return new Submission(intake.account(), event, intake.source(), intake.receivedAt(), null,
                List.copyOf(endpoints), intake.isBackfill());
    }

    /**
     * The notification is kept with the last of its events: what comes before that is said beside it, as the two ids of a chat
     * are, which are known already when the next message comes.
     */
    private static void bear(Intake intake, List<Submission> submissions) {
        var last = submissions.size() - 1;
        var event = submissions.get(last).event();
        // What a journal or we say is no notification of the gateway; it is kept as one only where nobody could read it.
        if (intake.source().rank() < Source.JOURNAL.rank() || event instanceof Event.Unrecognised) {
            submissions.set(last, submissions.get(last).with(intake.notification()));
        }
    }

    private static @Nullable String obstacle(Intake intake, Event event) {
        var instance = event.instance();
        if (instance != null && !instance.equals(intake.account().instance())) {
            LOG.warnf("Account %s got a notification of another instance. It is parked: check which webhookUrl that"
                    + " instance has, or redline.accounts.%s.instance.", intake.account().name(),
                    intake.account().name());
            return "It is of another instance than redline.accounts." + intake.account().name() + ".instance.";
        }
        return Ledger.obstacle(event);
    }
}
