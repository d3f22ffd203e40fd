package io.redline.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;

import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;

import io.redline.account.Account;
import io.redline.account.Accounts;
import io.redline.account.Gateway;
import io.redline.config.Secret;
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
    private static final String ALGORITHM = "HmacSHA512";
    private static final JsonFactory JSON = new JsonFactory();

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
        if (!"sha512".equalsIgnoreCase(headers.get("X-Webhook-Hmac-Algorithm"))) {
            return Problem.unauthorized("The header X-Webhook-Hmac-Algorithm has to be sha512.");
        }
        var right = false;
        for (var key : secret.values()) {
            // All are tried, so that the time tells nothing.
            right |= MessageDigest.isEqual(hmac(key, body), offered.strip().getBytes(StandardCharsets.UTF_8));
        }
        if (!right) {
            return Problem.unauthorized("The header X-Webhook-Hmac is not that of this body: set hmac.key of the"
                    + " session's webhook to the secret of " + secret.property()
                    + ", and let no proxy change the body.");
        }
        var timestamp = timestamp(body);
        return timestamp == null || timestamp.equals(headers.get("X-Webhook-Timestamp"))
                ? null
                : Problem
                        .unauthorized("The header X-Webhook-Timestamp has to be the timestamp of the body: let no proxy"
                                + " change or drop it.");
    }

    private static byte[] hmac(String key, byte[] body) {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            return HexFormat.of().formatHex(mac.doFinal(body)).getBytes(StandardCharsets.UTF_8);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has " + ALGORITHM + ".", e);
        }
    }

    /** The timestamp of the envelope; {@code null} if there is none: old releases send none, and what is no JSON has none. */
    private static @Nullable String timestamp(byte[] body) {
        try (var parser = JSON.createParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                var name = parser.currentName();
                var value = parser.nextToken();
                if (name.equals("timestamp") && value.isScalarValue() && value != JsonToken.VALUE_NULL) {
                    return parser.getText();
                }
                parser.skipChildren();
            }
            return null;
        } catch (IOException e) {
            return null;
        }
    }
}
