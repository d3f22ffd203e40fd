package io.redline.journal;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.redline.VirtualClock;
import io.redline.account.Account;
import io.redline.call.VirtualPaces;
import io.redline.gateway.greenapi.GreenApiInstance;

/** Calls of an instance that wait for their turn, as all calls do; time passes meanwhile. One thread at a time. */
final class InstanceCalls implements JournalCalls {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final GreenApiInstance gateway;
    private final String token;
    private final VirtualPaces paces;
    boolean down;
    final Set<String> stopped = new HashSet<>();

    InstanceCalls(GreenApiInstance gateway, String token, VirtualClock clock) {
        this.gateway = gateway;
        this.token = token;
        this.paces = new VirtualPaces(clock);
    }

    @Override
    public @Nullable Object lastIncomingMessages(Account of, long minutes) throws CallFailed {
        return ask(of, "GET", "lastIncomingMessages", Map.of("minutes", String.valueOf(minutes)), Map.of());
    }

    @Override
    public @Nullable Object lastOutgoingMessages(Account of, long minutes) throws CallFailed {
        return ask(of, "GET", "lastOutgoingMessages", Map.of("minutes", String.valueOf(minutes)), Map.of());
    }

    @Override
    public @Nullable Object getMessage(Account of, String chat, String messageId) throws CallFailed {
        return ask(of, "POST", "getMessage", Map.of(), Map.of("chatId", chat, "idMessage", messageId));
    }

    @Override
    public @Nullable Object getChatHistory(Account of, String chat, int count) throws CallFailed {
        return ask(of, "POST", "getChatHistory", Map.of(), Map.of("chatId", chat, "count", count));
    }

    private @Nullable Object ask(Account of, String verb, String method, Map<String, String> query,
            Map<String, Object> body) throws CallFailed {
        if (down) {
            throw new CallFailed(CallFailed.Kind.OUTAGE, "It is down.");
        }
        if (stopped.contains(method)) {
            throw new CallFailed(CallFailed.Kind.STOPPED, "It is not asked any more.");
        }
        try {
            var posted = JSON.writeValueAsString(body);
            var answer = paces.inTurn(of, method, () -> gateway.answer(verb, method, token, "", query, posted));
            if (answer.status() != 200) {
                throw new CallFailed(CallFailed.Kind.REFUSED, "It answered " + answer.status() + ".");
            }
            return JSON.readValue(answer.body(), Object.class);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
