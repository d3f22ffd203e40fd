package io.redline.http;

import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;

import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import io.redline.account.Account;
import io.redline.account.Accounts;
import io.redline.account.Gateway;
import io.redline.config.Secret;
import io.redline.gateway.waha.WahaSignature;
import io.vertx.core.MultiMap;

/**
 * Judges webhooks whose body is signed, before anybody trusts a byte of it: an HMAC-SHA512 over the raw body in
 * {@code X-Webhook-Hmac}. The signature does not cover the headers, so {@code X-Webhook-Timestamp} has to say what the body
 * says. An old body that is sent again is a repeat, which changes nothing. Threadsafe.
 *
 * @see <a href="https://waha.devlike.pro/docs/how-to/events/">WAHA: events</a>
 */
@Singleton
public class Signatures {

    private static final Logger LOG = Logger.getLogger(Signatures.class);

    private final Instance<Accounts> accounts;

    Signatures(Instance<Accounts> accounts) {
        this.accounts = accounts;
    }

    /** Whether the gateway of an account can sign; only then there is something to judge. */
    public static boolean canBeSigned(Account account) {
        return account.kind().credentials().contains(Gateway.Credential.SECRET);
    }

    /** Why a webhook is refused; {@code null} if its body is signed as it has to be. */
    public @Nullable Problem judge(Account account, MultiMap headers, byte[] body) {
        try {
            var secret = accounts.get().webhookCredential(account, Gateway.Credential.SECRET);
            return secret.isSet() ? judge(secret, headers, body) : null;
        } catch (RuntimeException e) {
            // Its file cannot be read just now: nobody is let in, and nothing is refused for good.
            LOG.errorf("Account %s: its webhooks are refused for now: %s", account.name(), e.getMessage());
            return Problem.unavailable("A secret of the service cannot be read; its log says which.");
        }
    }

    private static @Nullable Problem judge(Secret secret, MultiMap headers, byte[] body) {
        var offered = headers.get("X-Webhook-Hmac");
        if (offered == null) {
            return Problem.unauthorized("The header X-Webhook-Hmac is missing: set hmac.key of the session's webhook to"
                    + " the secret of " + secret.property() + ".");
        }
        if (!WahaSignature.isAlgorithm(headers.get("X-Webhook-Hmac-Algorithm"))) {
            return Problem.unauthorized("The header X-Webhook-Hmac-Algorithm has to be sha512.");
        }
        var right = false;
        for (var key : secret.values()) {
            // All are tried, so that the time tells nothing.
            right |= WahaSignature.isOf(key, body, offered);
        }
        if (!right) {
            return Problem.unauthorized("The header X-Webhook-Hmac is not that of this body: set hmac.key of the"
                    + " session's webhook to the secret of " + secret.property()
                    + ", and let no proxy change the body.");
        }
        return WahaSignature.isTimestamp(body, headers.get("X-Webhook-Timestamp"))
                ? null
                : Problem
                        .unauthorized("The header X-Webhook-Timestamp has to be the timestamp of the body: let no proxy"
                                + " change or drop it.");
    }
}
