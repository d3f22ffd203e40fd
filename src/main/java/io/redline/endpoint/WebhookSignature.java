package io.redline.endpoint;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

import org.apache.camel.Message;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookSigningException;

import io.redline.config.Secret;

/**
 * Signs what is sent as Standard Webhooks has it, with {@code redline.endpoint.<name>.secret}. While a secret is changed, both
 * the current and the previous one sign.
 */
public final class WebhookSignature {

    private static final String ID = "webhook-id";
    private static final String TIMESTAMP = "webhook-timestamp";
    private static final String SIGNATURE = "webhook-signature";

    private final Clock clock;

    public WebhookSignature(Clock clock) {
        this.clock = clock;
    }

    /** Add time and signature to a message that has its id in {@code webhook-id}; without a secret, the time alone. */
    public void sign(Message message) throws WebhookSigningException {
        var secret = Secret.of("redline.endpoint." + message.getHeader("RedlineEndpoint", String.class) + ".secret");
        var timestamp = clock.instant().getEpochSecond();
        var body = new String(message.getBody(byte[].class), StandardCharsets.UTF_8);
        List<String> signatures = new ArrayList<>();
        for (var key : secret.values()) {
            signatures.add(webhook(secret, key).sign(message.getHeader(ID, String.class), timestamp, body));
        }
        message.setHeader(TIMESTAMP, String.valueOf(timestamp));
        if (!signatures.isEmpty()) {
            message.setHeader(SIGNATURE, String.join(" ", signatures));
        }
    }

    private static Webhook webhook(Secret secret, String key) {
        try {
            return new Webhook(key);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(
                    secret.property() + " is no secret of Standard Webhooks: whsec_ and base64.");
        }
    }
}
