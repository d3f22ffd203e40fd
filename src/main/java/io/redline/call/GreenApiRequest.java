package io.redline.call;

import java.net.URLEncoder;
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
public final class GreenApiRequest implements Processor {

    static final String ACCOUNT = "RedlineAccount";
    static final String METHOD = "RedlineMethod";
    static final String ARGUMENT = "RedlineArgument";
    static final String QUERY = "RedlineQuery";
    static final String PATIENCE = "RedlinePatience";

    private final Accounts accounts;
    private final Stops stops;
    private final Clock clock;
    private final Map<String, Pace> paces = new ConcurrentHashMap<>();

    public GreenApiRequest(Accounts accounts, Stops stops, Clock clock) {
        this.accounts = accounts;
        this.stops = stops;
        this.clock = clock;
    }

    /** One for all callers. */
    Pace pace(Account account, Method method) {
        return paces.computeIfAbsent(account.instance() + ' ' + method.name(), key -> new Pace(method.perSecond()));
    }

    @Override
    public void process(Exchange exchange) throws InterruptedException {
        var message = exchange.getMessage();
        var account = accounts.find(message.getHeader(ACCOUNT, "", String.class)).orElseThrow(
                () -> new IllegalArgumentException("RedlineAccount has to name one of redline.accounts."));
        var method = Method.of(message.getHeader(METHOD, "", String.class));
        var path = account.url() + "/waInstance" + encoded(account.instance()) + "/" + method.name() + "/"
                + TokenInPath.PLACE + after("/", message.getHeader(ARGUMENT, String.class))
                + after("?", message.getHeader(QUERY, String.class));
        var patience = Duration.ofMillis(message.getHeader(PATIENCE, Call.PATIENCE.toMillis(), Long.class));
        var posted = method.verb().equals("POST") ? json(message.getBody()) : null;
        message.removeHeaders("*");
        exchange.removeProperty(Exchange.EXCEPTION_CAUGHT);
        exchange.removeProperty(GreenApiAnswer.PROPERTY);
        var token = TokenInPath.token(accounts, account);
        var refused = refused(account, method, token);
        var turn = refused == null ? pace(account, method).take(patience) : null;
        new Asked(account, method, token, turn, clock.instant()).onto(exchange);
        if (turn == null) {
            exchange.setVariable("ask", "not");
            exchange.setProperty(GreenApiAnswer.PROPERTY, refused != null ? refused : notNow(method));
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
                    + ".token to the gateway's apiTokenInstance; its file, if it names one, has to be readable.", null);
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

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static byte @Nullable [] json(@Nullable Object body) {
        if (body == null || body instanceof byte[]) {
            return (byte[]) body;
        }
        return (body instanceof String text ? text : EventJson.writeInOrder(body)).getBytes(StandardCharsets.UTF_8);
    }
}
