package io.redline.door;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

import io.redline.account.Accounts;
import io.redline.outbox.HandOver;
import io.redline.outbox.Intake;
import io.redline.outbox.Origins;

/**
 * Translates a parked notification again, as if it came in now: a new release or an edited route may know it. What is still
 * not recognised is parked again at once, for trying it again would change nothing.
 */
final class TranslateAgain implements Processor {

    private final Accounts accounts;
    private final Origins origins;
    private final HandOver handOver;

    /** It stays parked. */
    static final class NotRecognised extends Exception {
        private static final long serialVersionUID = 1L;

        NotRecognised(String sentence) {
            super(sentence);
        }
    }

    TranslateAgain(Accounts accounts, Origins origins, HandOver handOver) {
        this.accounts = accounts;
        this.origins = origins;
        this.handOver = handOver;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        var message = exchange.getMessage();
        var name = message.getHeader("RedlineAccount", "", String.class);
        var origin = origins.of(message.getHeader("RedlineEventId", 0L, Long.class));
        var body = message.getBody(byte[].class);
        var account = accounts.find(name);
        if (account.isEmpty() || origin.isEmpty() || body == null) {
            park(exchange, account.isEmpty()
                    ? "Its account is not configured any more: see redline.accounts.*."
                    : "It is no longer kept.");
        }
        var intake = new Intake(account.orElseThrow(), origin.orElseThrow().source(), origin.get().receivedAt(), body);
        var failure = handOver.to(exchange, intake);
        if (intake.isRecognised()) {
            return;
        }
        if (intake.isStoreUnavailable()) {
            throw new IllegalStateException("The store did not take it; it will be tried again.");
        }
        park(exchange, intake.isKept() ? "It is still not recognised." : HandOver.reason(failure));
    }

    private static void park(Exchange exchange, String reason) throws NotRecognised {
        exchange.setProperty("RedlineOutcome", "park");
        throw new NotRecognised(reason);
    }
}
