package io.redline.gateway.waha;

import org.jspecify.annotations.Nullable;

/** Tells whether a webhook comes from WAHA: it is signed with the session's secret. For kamelets. Threadsafe when set. */
public final class WahaWebhook {

    private volatile String secret = "";

    public void setSecret(String secret) {
        this.secret = secret.strip();
    }

    /**
     * Judge it.
     *
     * @param hmac {@code X-Webhook-Hmac}
     * @param algorithm {@code X-Webhook-Hmac-Algorithm}
     * @param timestamp {@code X-Webhook-Timestamp}
     */
    public boolean isFrom(byte[] body, @Nullable String hmac, @Nullable String algorithm, @Nullable String timestamp) {
        return !secret.isEmpty() && hmac != null && WahaSignature.isAlgorithm(algorithm)
                && WahaSignature.isOf(secret, body, hmac) && WahaSignature.isTimestamp(body, timestamp);
    }
}
