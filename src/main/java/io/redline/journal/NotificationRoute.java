package io.redline.journal;

import java.nio.charset.StandardCharsets;
import java.util.Map;

import jakarta.inject.Provider;
import jakarta.inject.Singleton;

import org.apache.camel.CamelContext;
import org.apache.camel.support.DefaultExchange;
import org.jboss.logging.Logger;

import io.redline.account.Account;
import io.redline.database.StoreUnavailable;
import io.redline.event.EventJson;
import io.redline.event.Source;
import io.redline.outbox.HandOver;
import io.redline.outbox.Intake;
import io.redline.outbox.Outbox;

/** The gateway's route, which decides about what a journal told as it does about what a webhook told. */
@Singleton
class NotificationRoute implements HandsOver {

    private static final Logger LOG = Logger.getLogger(NotificationRoute.class);

    private final Provider<CamelContext> camel;
    private final Outbox outbox;
    private final HandOver handOver = new HandOver();

    NotificationRoute(Provider<CamelContext> camel, Outbox outbox) {
        this.camel = camel;
        this.outbox = outbox;
    }

    @Override
    public boolean handOver(Account account, Map<String, Object> notification, long readAt, boolean backfill) {
        var intake = new Intake(account, Source.JOURNAL, readAt,
                EventJson.writeInOrder(notification).getBytes(StandardCharsets.UTF_8), backfill);
        var failure = handOver.to(account.gateway(), new DefaultExchange(camel.get()), intake);
        if (!intake.isKept() && !camel.get().isStarted()) {
            // No route is there any more to decide what it is.
            throw new StoreUnavailable("The service stops.");
        }
        if (!intake.isKept() && !intake.isStoreUnavailable()) {
            outbox.keepUnrecognised(intake, HandOver.reason(failure));
            LOG.warnf("Account %s: something in its journal was not recognised and is parked (%s).", account.name(),
                    failure == null ? "no branch kept it" : failure.getClass().getSimpleName());
        }
        if (!intake.isKept()) {
            throw new StoreUnavailable("The store did not take what a journal told.");
        }
        return intake.isRecognised();
    }
}
