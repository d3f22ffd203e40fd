package io.redline.door;

import java.time.Clock;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import io.redline.account.Account;
import io.redline.account.Accounts;
import io.redline.event.Source;
import io.redline.http.Problem;
import io.redline.outbox.HandOver;
import io.redline.outbox.Intake;
import io.redline.outbox.Outbox;

/**
 * Takes a notification in: hands it to the gateway's route, and answers 200 only if the outbox has kept it. What the route
 * forgot, refused or could not read is kept as unrecognised; only if that fails too the gateway is asked to send it again.
 */
final class Door implements Processor {

    private static final Logger LOG = Logger.getLogger(Door.class);

    private final String gateway;
    private final Accounts accounts;
    private final Outbox outbox;
    private final HandOver handOver;
    private final Clock clock;

    Door(String gateway, Accounts accounts, Outbox outbox, HandOver handOver, Clock clock) {
        this.gateway = gateway;
        this.accounts = accounts;
        this.outbox = outbox;
        this.handOver = handOver;
        this.clock = clock;
    }

    @Override
    public void process(Exchange exchange) {
        var message = exchange.getMessage();
        // The guard let it pass, so there is such an account; it is the path that names it, whatever a query says.
        var account = accounts.find(accountIn(message.getHeader(Exchange.HTTP_PATH, "", String.class)))
                .orElseThrow();
        var body = message.getBody(byte[].class);
        var intake = new Intake(account, Source.WEBHOOK, clock.millis(), body == null ? new byte[0] : body);
        var failure = handOver.to(gateway, exchange, intake);
        if (!intake.isKept() && !intake.isStoreUnavailable()) {
            keepUnrecognised(intake, account, failure);
        }
        answer(exchange, intake.isKept());
    }

    private static String accountIn(String path) {
        var trimmed = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        return trimmed.substring(trimmed.lastIndexOf('/') + 1);
    }

    private void keepUnrecognised(Intake intake, Account account, @Nullable Throwable failure) {
        try {
            outbox.keepUnrecognised(intake, HandOver.reason(failure));
            LOG.warnf("Account %s: a notification was not recognised and is parked (%s).", account.name(),
                    failure == null ? "no branch kept it" : failure.getClass().getSimpleName());
        } catch (RuntimeException e) {
            LOG.errorf("Account %s: a notification could not be stored and was refused: %s", account.name(),
                    e.getMessage());
        }
    }

    private static void answer(Exchange exchange, boolean kept) {
        var message = exchange.getMessage();
        message.removeHeaders("*");
        message.setBody(null);
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, 200);
        if (!kept) {
            var problem = Problem.unavailable();
            message.setBody(problem.toJson());
            message.setHeader(Exchange.HTTP_RESPONSE_CODE, problem.status());
            message.setHeader(Exchange.CONTENT_TYPE, Problem.MEDIA_TYPE);
            message.setHeader("Retry-After", Problem.RETRY_AFTER);
        }
    }
}
