package io.redline.call;

import java.time.Instant;

import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

import io.redline.account.Account;

/**
 * A call on its way, as an exchange property between the steps of its route.
 *
 * @param token the one it is made with
 * @param pace the rate it counts for
 * @param turn {@code null} if it is not made
 */
record Asked(Account account, Method method, String token, Pace pace, Pace.@Nullable Turn turn, Instant since) {

    private static final String PROPERTY = "RedlineAsked";

    static @Nullable Asked of(Exchange exchange) {
        return exchange.getProperty(PROPERTY, Asked.class);
    }

    void onto(Exchange exchange) {
        exchange.setProperty(PROPERTY, this);
    }

    @Override
    public String toString() {
        return account.name() + " " + method.name();
    }
}
