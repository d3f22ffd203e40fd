package io.redline.http;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import io.redline.config.Secret;

/**
 * Who signed in to the console with the token of the API. A session is what its cookie says: until when, and a signature made
 * with the token. So every process that has the token knows it, none has to remember it, and it ends with the token. Threadsafe.
 */
@Singleton
public class Sessions {

    public static final String COOKIE = "redline-session";
    public static final Duration LIFE = Duration.ofHours(12);

    private static final String API_TOKEN = "redline.api.token";
    private static final String ALGORITHM = "HmacSHA256";
    private static final Base64.Encoder TEXT = Base64.getUrlEncoder().withoutPadding();

    private final SecureRandom random = new SecureRandom();
    private final Clock clock = Clock.systemUTC();
    /** What forms are signed with where there is no token. */
    private final String own = nonce();

    private String nonce() {
        var bytes = new byte[18];
        random.nextBytes(bytes);
        return TEXT.encodeToString(bytes);
    }

    private static Secret token() {
        return Secret.of(API_TOKEN);
    }

    /** Whether one has to sign in. */
    public boolean areNeeded() {
        return token().isSet();
    }

    /** A new one for whoever offers the token; {@code null} for whoever does not. */
    public @Nullable String begin(String offered) {
        var token = token();
        if (!token.isSet() || !token.matches(offered.strip())) {
            return null;
        }
        var said = clock.instant().plus(LIFE).getEpochSecond() + "." + nonce();
        return said + "." + signature(token.values().get(0), "session " + said);
    }

    /** Whether it is one that has begun and not ended. */
    public boolean isOpen(@Nullable String session) {
        var end = session == null ? -1 : session.lastIndexOf('.');
        if (end < 0) {
            return false;
        }
        var said = session.substring(0, end);
        return isSigned(token().values(), "session " + said, session.substring(end + 1))
                && Long.parseLong(said.substring(0, said.indexOf('.'))) > clock.instant().getEpochSecond();
    }

    /** What a form carries, so that nobody else's page can send it. */
    public String formToken(@Nullable String session) {
        return signature(keys().get(0), form(session));
    }

    /** Whether a form carries what ours do. */
    public boolean isFormToken(@Nullable String session, @Nullable String offered) {
        return offered != null && isSigned(keys(), form(session), offered);
    }

    private List<String> keys() {
        var token = token();
        return token.isSet() ? token.values() : List.of(own);
    }

    private static String form(@Nullable String session) {
        return "form " + (session == null ? "" : session);
    }

    private static boolean isSigned(List<String> keys, String said, String signature) {
        var signed = false;
        for (var key : keys) {
            signed |= MessageDigest.isEqual(signature(key, said).getBytes(StandardCharsets.UTF_8),
                    signature.getBytes(StandardCharsets.UTF_8));
        }
        return signed;
    }

    private static String signature(String key, String said) {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            return TEXT.encodeToString(mac.doFinal(said.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has " + ALGORITHM + ".", e);
        }
    }
}
