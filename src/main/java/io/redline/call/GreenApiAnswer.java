package io.redline.call;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

import io.micrometer.core.instrument.MeterRegistry;
import io.redline.account.Account;

/**
 * Says what an answer means, once for all who ask. The body becomes the answer as JSON, or empty; the header RedlineCall its
 * word: {@code ok}, or that of a {@link Failure}. What the gateway says when it fails echoes the path and so the token: only
 * our own sentences go on.
 */
public final class GreenApiAnswer implements Processor {

    /** The exchange property that holds the {@link Answer}. */
    static final String PROPERTY = "RedlineGatewayAnswer";
    static final String WORD = "RedlineCall";

    private static final Logger LOG = Logger.getLogger(GreenApiAnswer.class);
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
    private static final int LONGEST_WORDS = 300;
    private static final Set<String> SAYS_NO = Set.of("status", "result", "saveSettings");

    private final GreenApiRequest requests;
    private final Stops stops;
    private final MeterRegistry metrics;
    private final Clock clock;
    /** What fails now: said once in the log, not each time. */
    private final Set<String> failing = ConcurrentHashMap.newKeySet();

    public GreenApiAnswer(GreenApiRequest requests, Stops stops, MeterRegistry metrics, Clock clock) {
        this.requests = requests;
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
            throw new IllegalStateException("The step before has to be greenApiRequest.");
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
                return meaning(asked.account(), asked.method(), asked.token(), status,
                        body == null ? new byte[0] : body);
            } catch (RuntimeException e) {
                // The connection broke while it was read.
                failure = e;
            }
        }
        return new Answer.Failed(Failure.UNAVAILABLE, 0, "The gateway did not answer " + asked.method().name() + " ("
                + (failure == null ? "nothing was asked" : failure.getClass().getSimpleName())
                + "). It is asked again.", null);
    }

    private void conclude(Asked asked, Answer answer) {
        var account = asked.account();
        var method = asked.method().name();
        var pace = requests.pace(account, asked.method());
        if (answer instanceof Answer.Failed failed && failed.failure() == Failure.TOO_FAST) {
            pace.backOff();
        } else {
            pace.goOn();
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
            if (Set.of(Failure.UNAVAILABLE, Failure.TOO_FAST, Failure.INVALID).contains(failed.failure())
                    && failing.add(key)) {
                LOG.warnf("Account %s: %s", account.name(), failed.sentence());
            }
        } else if (answer instanceof Answer.Ok && failing.remove(key)) {
            LOG.infof("Account %s: the gateway answers %s again.", account.name(), method);
        }
    }

    /** What an answer means. */
    static Answer meaning(Account account, Method method, String token, int status, byte[] body) {
        if (status == 408 && method.isLongPoll()) {
            return new Answer.Ok(null, new byte[0]);
        }
        if (status / 100 == 2) {
            return taken(method, token, status, body);
        }
        var text = new String(body, StandardCharsets.UTF_8);
        var words = words(text, token);
        var said = text.toLowerCase(Locale.ROOT);
        return switch (status) {
            case 400 -> said.contains("starting process")
                    ? failed(Failure.STARTING, status, "The instance starts; it is asked again.", words)
                    : said.contains("not authorized")
                            ? failed(Failure.NOT_AUTHORIZED, status, "The account is not authorised at the messenger:"
                                    + " authorise the instance in the gateway's console.", words)
                            : said.contains("webhook url is set")
                                    ? failed(Failure.WEBHOOK_SET, status, "The gateway has no queue while webhookUrl is"
                                            + " set: clear it, or set redline.accounts." + account.name()
                                            + ".intake=webhook.", words)
                                    : invalid(method, status, words);
            case 401, 403 -> failed(Failure.DENIED, status, "The gateway refuses " + method.name() + " with " + status
                    + ": check redline.accounts." + account.name() + ".instance, .token and .url. Until then it is"
                    + " asked once an hour.", words);
            case 404, 405 -> failed(Failure.INVALID, status, "The gateway does not know " + method.name() + " ("
                    + status + "): check redline.accounts." + account.name() + ".url.", words);
            case 429 -> failed(Failure.TOO_FAST, status, "The gateway's rate of " + method.name() + " is used up,"
                    + " by somebody else too: it is asked again later.", words);
            case 466 -> failed(Failure.QUOTA, status, "The plan of the instance is used up for " + method.name()
                    + ": extend it in the gateway's console. Until then it is asked once an hour.", words);
            case 408, 469, 499 -> unavailable(method, status, words);
            default -> status >= 500 ? unavailable(method, status, words) : invalid(method, status, words);
        };
    }

    private static Answer taken(Method method, String token, int status, byte[] body) {
        if (new String(body, StandardCharsets.UTF_8).isBlank()) {
            return new Answer.Ok(null, new byte[0]);
        }
        Object json;
        try {
            json = JSON.readValue(body, Object.class);
        } catch (IOException e) {
            return new Answer.Unreadable(status, body, "The gateway answered " + method.name()
                    + " with what is no JSON. It is asked again.");
        }
        if (json instanceof Map<?, ?> object
                && SAYS_NO.stream().anyMatch(member -> Boolean.FALSE.equals(object.get(member)))) {
            return failed(Failure.REFUSED, status, "The gateway did not do " + method.name() + ".",
                    object.get("reason") instanceof String reason ? words(reason, token) : null);
        }
        return new Answer.Ok(json, body);
    }

    private static Answer.Failed unavailable(Method method, int status, @Nullable String words) {
        return failed(Failure.UNAVAILABLE, status,
                "The gateway answered " + method.name() + " with " + status + ". It is asked again.", words);
    }

    private static Answer.Failed invalid(Method method, int status, @Nullable String words) {
        return failed(Failure.INVALID, status, "The gateway does not take " + method.name() + " (" + status + ").",
                words);
    }

    private static Answer.Failed failed(Failure failure, int status, String sentence, @Nullable String words) {
        return new Answer.Failed(failure, status, sentence, words);
    }

    /** The token is taken out before it is cut, or half of it could remain. */
    private static @Nullable String words(String text, String token) {
        var redacted = (token.isEmpty() ? text : text.replace(token, "***")).strip();
        return redacted.isEmpty() ? null : redacted.substring(0, Math.min(redacted.length(), LONGEST_WORDS));
    }
}
