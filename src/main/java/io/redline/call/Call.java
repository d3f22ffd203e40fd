package io.redline.call;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.redline.account.Account;

/**
 * Something to ask a gateway.
 *
 * @param method the gateway's name of it, as in {@code getSettings}
 * @param argument what follows in the path, {@code null} for nothing
 * @param query its parameters
 * @param body what is posted, {@code null} for nothing: maps, lists, text, numbers and booleans
 * @param patience how long to wait for a turn where the rate has none now
 */
public record Call(Account account, String method, @Nullable String argument, Map<String, String> query,
        @Nullable Object body, Duration patience) {

    static final Duration PATIENCE = Duration.ofSeconds(10);

    public Call {
        query = Map.copyOf(query);
    }

    public static Call of(Account account, String method) {
        return new Call(account, method, null, Map.of(), null, PATIENCE);
    }

    /** The same with one parameter more. */
    public Call query(String name, Object value) {
        Map<String, String> more = new LinkedHashMap<>(query);
        more.put(name, String.valueOf(value));
        return new Call(account, method, argument, more, body, patience);
    }

    /** The same with what follows in the path, encoded. */
    public Call argument(String rest) {
        return new Call(account, method, rest, query, body, patience);
    }

    /** The same with something to post. */
    public Call body(Object posted) {
        return new Call(account, method, argument, query, posted, patience);
    }

    /** The same for somebody who waits longer, or not at all. */
    public Call patience(Duration longest) {
        return new Call(account, method, argument, query, body, longest);
    }
}
