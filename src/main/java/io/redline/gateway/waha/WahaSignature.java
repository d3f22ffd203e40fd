package io.redline.gateway.waha;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;

/**
 * How WAHA signs a webhook: an HMAC-SHA512 over the raw body. It does not cover the headers, so the timestamp among them has to
 * be the body's.
 *
 * @see <a href="https://waha.devlike.pro/docs/how-to/events/">WAHA: events</a>
 */
public final class WahaSignature {

    private static final String ALGORITHM = "HmacSHA512";
    private static final JsonFactory JSON = new JsonFactory();

    private WahaSignature() {
    }

    /** Whether an offered signature is that of a body, in a time that does not depend on how much of it is right. */
    public static boolean isOf(String key, byte[] body, String offered) {
        return MessageDigest.isEqual(hmac(key, body), offered.strip().getBytes(StandardCharsets.UTF_8));
    }

    /** Whether the algorithm that a webhook names is WAHA's. */
    public static boolean isAlgorithm(@Nullable String named) {
        return "sha512".equalsIgnoreCase(named);
    }

    /** Whether the timestamp among the headers is that of the body, if the body has one: old releases send none. */
    public static boolean isTimestamp(byte[] body, @Nullable String offered) {
        var timestamp = timestamp(body);
        return timestamp == null || timestamp.equals(offered);
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

    /** The timestamp of the envelope; {@code null} if there is none, as in what is no JSON. */
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
