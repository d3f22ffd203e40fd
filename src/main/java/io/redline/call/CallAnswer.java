package io.redline.call;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ContentTooLongException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import io.micrometer.core.instrument.MeterRegistry;
import io.redline.account.Account;

/**
 * Says what an answer means, once for all who ask. The body becomes the answer as JSON, or empty; the header RedlineCall its
 * word: {@code ok}, or that of a {@link Failure}. What the gateway says when it fails echoes the path and so the token: only
 * our own sentences go on.
 */
public final class CallAnswer implements Processor {

    /** The exchange property that holds the {@link Answer}. */
    static final String PROPERTY = "RedlineGatewayAnswer";
    static final String WORD = "RedlineCall";

    private static final Logger LOG = Logger.getLogger(CallAnswer.class);

    private final Protocol protocol;
    private final Stops stops;
    private final MeterRegistry metrics;
    private final Clock clock;
    /** What fails now: said once in the log, not each time. */
    private final Set<String> failing = ConcurrentHashMap.newKeySet();

    public CallAnswer(Protocol protocol, Stops stops, MeterRegistry metrics, Clock clock) {
        this.protocol = protocol;
        this.stops = stops;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** The answer to the last call of an exchange. */
    public static @Nullable Answer of(Exchange exchange) {
        return exchange.getProperty(PROPERTY, Answer.class);
    }

    @Override
    public void process(Exchange exchange) {
        var asked = Asked.of(exchange);
        if (asked == null) {
            throw new IllegalStateException("The step before has to be the one that makes the request.");
        }
        var answer = exchange.getProperty(PROPERTY, Answer.class);
        if (answer == null) {
            answer = answer(exchange, asked);
            conclude(asked, answer);
        }
        var message = exchange.getMessage();
        message.removeHeaders("*");
        exchange.removeProperty(Exchange.EXCEPTION_CAUGHT);
        exchange.setProperty(PROPERTY, answer);
        message.setHeader(WORD, answer.word());
        message.setBody(answer instanceof Answer.Ok ok ? ok.json() : null);
    }

    private Answer answer(Exchange exchange, Asked asked) {
        var message = exchange.getMessage();
        var failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        var status = message.getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
        if (failure == null && status != null) {
            try {
                var body = message.getBody(byte[].class);
                return protocol.meaning(asked.account(), asked.method(), asked.token(), status,
                        body == null ? new byte[0] : body);
            } catch (RuntimeException e) {
                // The connection broke while it was read.
                failure = e;
            } catch (OutOfMemoryError e) {
                return new Answer.Failed(Failure.UNAVAILABLE, status, "The answer to " + asked.method().name()
                        + " needs more memory than there is: raise -Xmx. It is asked again.", null);
            }
        }
        if (failure instanceof ContentTooLongException) {
            return new Answer.Failed(Failure.UNAVAILABLE, status == null ? 0 : status, "The gateway was asked for "
                    + asked.method().name() + ". " + failure.getMessage() + " It is asked again.", null);
        }
        return new Answer.Failed(isUnreachable(failure) ? Failure.UNREACHABLE : Failure.UNAVAILABLE, 0,
                "The gateway did not answer " + asked.method().name() + " ("
                        + (failure == null ? "nothing was asked" : failure.getClass().getSimpleName())
                        + "). It is asked again.",
                null);
    }

    /** Whether there was no connection, so that the gateway cannot have heard of it. */
    private static boolean isUnreachable(@Nullable Throwable failure) {
        return failure instanceof ConnectException || failure instanceof ConnectTimeoutException
                || failure instanceof UnknownHostException || failure instanceof NoRouteToHostException;
    }

    private void conclude(Asked asked, Answer answer) {
        var account = asked.account();
        var method = asked.method().name();
        if (answer instanceof Answer.Failed failed && failed.failure() == Failure.TOO_FAST) {
            asked.pace().backOff();
        } else {
            asked.pace().goOn();
        }
        if (asked.turn() != null) {
            asked.turn().close();
        }
        metrics.timer("redline.gateway.calls", "account", account.name(), "method", method, "outcome", answer.word())
                .record(Duration.between(asked.since(), clock.instant()));
        if (answer instanceof Answer.Failed failed && failed.failure().isStop()) {
            stops.stop(account, method, asked.token(), failed);
        } else if (answer instanceof Answer.Ok) {
            stops.lift(account, method);
        }
        tell(account, method, answer);
    }

    private void tell(Account account, String method, Answer answer) {
        var key = account.name() + ' ' + method;
        if (answer instanceof Answer.Failed failed) {
            if (Set.of(Failure.UNREACHABLE, Failure.UNAVAILABLE, Failure.TOO_FAST, Failure.INVALID)
                    .contains(failed.failure())
                    && failing.add(key)) {
                LOG.warnf("Account %s: %s", account.name(), failed.sentence());
            }
        } else if (answer instanceof Answer.Ok && failing.remove(key)) {
            LOG.infof("Account %s: the gateway answers %s again.", account.name(), method);
        }
    }
}
