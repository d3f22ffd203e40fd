package io.redline.call;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

import jakarta.inject.Provider;
import jakarta.inject.Singleton;

import org.apache.camel.CamelContext;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultExchange;

/**
 * Asks gateways, for whoever does so from Java: by the same route as routes do, so that there is one rate. It waits for its
 * turn and for the answer. Threadsafe.
 */
@Singleton
public class GatewayCalls {

    private final Provider<CamelContext> camel;
    private final Map<String, Producer> producers = new ConcurrentHashMap<>();

    GatewayCalls(Provider<CamelContext> camel) {
        this.camel = camel;
    }

    /** Ask; whatever goes wrong is an answer too. */
    public Answer ask(Call call) {
        var exchange = new DefaultExchange(camel.get());
        var message = exchange.getMessage();
        message.setHeader(CallRequest.ACCOUNT, call.account().name());
        message.setHeader(CallRequest.METHOD, call.method());
        message.setHeader(CallRequest.ARGUMENT, call.argument());
        message.setHeader(CallRequest.QUERY, query(call.query()));
        message.setHeader(CallRequest.PATIENCE, call.patience().toMillis());
        message.setBody(call.body());
        String reason;
        try {
            producer(call.account().gateway()).process(exchange);
            var answer = exchange.getProperty(CallAnswer.PROPERTY, Answer.class);
            if (answer != null && exchange.getException() == null) {
                return answer;
            }
            reason = exchange.getException() == null ? "no answer" : exchange.getException().getClass().getSimpleName();
        } catch (Exception | OutOfMemoryError e) {
            reason = e.getClass().getSimpleName();
        } finally {
            // Where the route was left by an error it did not come to its end: nobody would have a turn any more.
            var asked = Asked.of(exchange);
            if (asked != null && asked.turn() != null) {
                asked.turn().close();
            }
        }
        return new Answer.Failed(Failure.UNAVAILABLE, 0, "The route " + call.account().gateway() + "-call failed on "
                + call.method() + " (" + reason + ").", null);
    }

    private static String query(Map<String, String> parameters) {
        return parameters.entrySet().stream().sorted(Map.Entry.comparingByKey())
                .map(one -> Protocol.encoded(one.getKey()) + "=" + Protocol.encoded(one.getValue()))
                .collect(Collectors.joining("&"));
    }

    private Producer producer(String gateway) throws Exception {
        var known = producers.get(gateway);
        if (known == null) {
            known = camel.get().getEndpoint("direct:" + gateway + "-call").createProducer();
            known.start();
            producers.put(gateway, known);
        }
        return known;
    }
}
