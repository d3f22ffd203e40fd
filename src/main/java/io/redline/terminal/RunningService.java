package io.redline.terminal;

import java.util.List;
import java.util.Map;

import jakarta.inject.Singleton;

import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.type.TypeReference;

import io.redline.config.Secret;
import io.redline.event.EventJson;

/** The service that runs beside a command, asked by its own API. */
@Singleton
class RunningService {

    private static final String OUT = "http:running-service?throwExceptionOnFailure=false&connectTimeout=5000"
            + "&responseTimeout=10000";
    private static final TypeReference<List<Map<String, Object>>> LIST = new TypeReference<>() {
    };

    private final ProducerTemplate template;
    private final String url;

    RunningService(CamelContext camel, @ConfigProperty(name = "quarkus.http.host") String host,
            @ConfigProperty(name = "quarkus.http.port") int port) {
        template = camel.createProducerTemplate();
        url = "http://" + ("0.0.0.0".equals(host) || "::".equals(host) ? "127.0.0.1" : host) + ":" + port;
    }

    String url() {
        return url;
    }

    /** The status that an address answers, 0 if none. */
    int status(String address) {
        var exchange = get(address, false);
        return exchange.getException() != null
                ? 0
                : exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, 0,
                        Integer.class);
    }

    /** Events of an account, the oldest first; {@code null} if the service does not answer. */
    @Nullable
    List<Map<String, Object>> events(String account, long after, int limit) {
        var exchange = get(url + "/api/events?account=" + account + "&after=" + after + "&limit=" + limit, true);
        var status = exchange.getException() != null
                ? 0
                : exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, 0,
                        Integer.class);
        return status == 200 ? EventJson.read(exchange.getMessage().getBody(String.class), LIST) : null;
    }

    /** The number of the newest event of an account, found without reading all before it. */
    long newest(String account) {
        long known = 0;
        for (long step = Long.MAX_VALUE / 4; step > 0; step /= 2) {
            var next = events(account, known + step, 1);
            if (next != null && !next.isEmpty()) {
                known += step;
            }
        }
        var last = events(account, known, 1);
        return last == null || last.isEmpty() ? known : Long.parseLong((String) last.get(0).get("id"));
    }

    private Exchange get(String address, boolean ours) {
        return template.request(OUT, exchange -> {
            exchange.getMessage().setHeader(Exchange.HTTP_URI, address);
            exchange.getMessage().setHeader(Exchange.HTTP_METHOD, "GET");
            var token = Secret.of("redline.api.token").values().stream().findFirst();
            if (ours && token.isPresent()) {
                exchange.getMessage().setHeader("Authorization", "Bearer " + token.get());
            }
        });
    }
}
