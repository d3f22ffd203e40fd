package io.redline.call;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.support.SynchronizationAdapter;
import org.jspecify.annotations.Nullable;

import io.redline.account.Account;
import io.redline.account.Accounts;
import io.redline.event.EventJson;

/**
 * Makes a request of what a route asks for (headers RedlineAccount, RedlineMethod, RedlineArgument, RedlineQuery; the body
 * where something is posted), and lets it go on when its rate allows. The variable {@code ask} then says which way: {@code now},
 * {@code long-poll}, or none of it.
 */
public final class CallRequest implements Processor {

    static final String ACCOUNT = "RedlineAccount";
    static final String METHOD = "RedlineMethod";
    static final String ARGUMENT = "RedlineArgument";
    static final String QUERY = "RedlineQuery";
    static final String PATIENCE = "RedlinePatience";

    private final Protocol protocol;
    private final Accounts accounts;
    private final Stops stops;
    private final Clock clock;
    private final Map<String, Pace> paces = new ConcurrentHashMap<>();

    public CallRequest(Protocol protocol, Accounts accounts, Stops stops, Clock clock) {
        this.protocol = protocol;
        this.accounts = accounts;
        this.stops = stops;
        this.clock = clock;
    }

    /** One for all callers. */
    private Pace pace(Account account, Method method) {
        return paces.computeIfAbsent(account.instance() + ' ' + method.name(), key -> new Pace(method.perSecond()));
    }

    @Override
    public void process(Exchange exchange) throws InterruptedException {
        var message = exchange.getMessage();
        var account = accounts.find(message.getHeader(ACCOUNT, "", String.class)).orElseThrow(
                () -> new IllegalArgumentException("RedlineAccount has to name one of redline.accounts."));
        var method = protocol.method(account, message.getHeader(METHOD, "", String.class));
        var path = account.url() + protocol.path(account, method, message.getHeader(ARGUMENT, String.class))
                + after("?", message.getHeader(QUERY, String.class));
        var patience = Duration.ofMillis(message.getHeader(PATIENCE, Call.PATIENCE.toMillis(), Long.class));
        var posted = method.verb().startsWith("P") ? json(message.getBody()) : null;
        message.removeHeaders("*");
        exchange.removeProperty(Exchange.EXCEPTION_CAUGHT);
        exchange.removeProperty(CallAnswer.PROPERTY);
        var token = TokenInPath.token(accounts, account);
        var refused = refused(account, method, token);
        var pace = pace(account, method);
        var turn = refused == null ? pace.take(patience) : null;
        new Asked(account, method, token, pace, turn, clock.instant()).onto(exchange);
        if (turn == null) {
            exchange.setVariable("ask", "not");
            exchange.setProperty(CallAnswer.PROPERTY, refused != null ? refused : notNow(method));
            return;
        }
        // It ends with the answer; and whatever a route does, with the exchange.
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                turn.close();
            }
        });
        exchange.setVariable("ask", method.isLongPoll() ? "long-poll" : "now");
        request(message, account, method, path, posted);
    }

    private static void request(Message message, Account account, Method method, String path,
            byte @Nullable [] posted) {
        message.setBody(posted);
        message.setHeader(Exchange.HTTP_METHOD, method.verb());
        message.setHeader(Exchange.HTTP_URI, path);
        message.setHeader(TokenInPath.ACCOUNT, account.name());
        if (posted != null) {
            message.setHeader(Exchange.CONTENT_TYPE, "application/json");
        }
    }

    private Answer.@Nullable Failed refused(Account account, Method method, String token) {
        if (token.isEmpty()) {
            return new Answer.Failed(Failure.NO_TOKEN, 0, "Set redline.accounts." + account.name()
                    + ".token to the gateway's " + account.kind().token()
                    + "; its file, if it names one, has to be readable.", null);
        }
        var stop = stops.of(account, method.name(), token);
        return stop == null ? null : new Answer.Failed(stop.failure(), stop.status(), stop.sentence(), null);
    }

    private static Answer.Failed notNow(Method method) {
        return new Answer.Failed(Failure.NOT_NOW, 0, "The gateway's rate of " + method.name() + " has no turn now.",
                null);
    }

    private static String after(String sign, @Nullable String text) {
        return text == null || text.isEmpty() ? "" : sign + text;
    }

    private static byte @Nullable [] json(@Nullable Object body) {
        if (body == null || body instanceof byte[]) {
            return (byte[]) body;
        }
        return (body instanceof String text ? text : EventJson.writeInOrder(body)).getBytes(StandardCharsets.UTF_8);
    }
}
