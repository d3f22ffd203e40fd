package io.redline.gateway.greenapi;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

import org.jspecify.annotations.Nullable;

/** Tells whether a webhook comes from GREEN-API: it carries the {@code webhookUrlToken}. For kamelets. Threadsafe when set. */
public final class GreenApiWebhook {

    private volatile String token = "";

    public void setToken(String token) {
        this.token = token.strip();
    }

    /** Whether the {@code Authorization} header carries the token, with a scheme before it or without. */
    public boolean isFrom(@Nullable String authorization) {
        var offered = authorization == null ? "" : authorization.strip();
        var bare = offered.replaceFirst("(?i)^Bearer\\s+", "");
        // Both are compared, so that the time tells nothing.
        return !token.isEmpty() && (isToken(offered) | isToken(bare));
    }

    private boolean isToken(String offered) {
        return MessageDigest.isEqual(digest(token), digest(offered));
    }

    /** Equal lengths, so that not even the length of the token shows. */
    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256.", e);
        }
    }
}
