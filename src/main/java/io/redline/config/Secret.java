package io.redline.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;

import org.eclipse.microprofile.config.ConfigProvider;

/**
 * A secret as it is configured now: {@code value}, {@code current,previous}, or {@code file:/path} whose content is either.
 * Read anew at each use, so that a secret can be changed without a restart.
 */
public final class Secret {

    private static final String FILE = "file:";

    private final String property;
    private final List<String> values;

    private Secret(String property, List<String> values) {
        this.property = property;
        this.values = values;
    }

    /**
     * Read a secret.
     *
     * @throws io.quarkus.runtime.PreventFurtherStepsException if it names a file that cannot be read
     */
    public static Secret of(String property) {
        return new Secret(property,
                Arrays.stream(text(property).split(",")).map(String::strip).filter(v -> !v.isEmpty()).toList());
    }

    /** A secret that can only be one text, such as a password; empty where none is set. */
    public static String text(String property) {
        return text(property, ConfigProvider.getConfig().getOptionalValue(property, String.class).orElse(""));
    }

    /** The text of a secret, from its file if it names one. */
    static String text(String property, String configured) {
        var text = configured.strip();
        return text.startsWith(FILE) ? content(property, Path.of(text.substring(FILE.length()))) : text;
    }

    private static String content(String property, Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException | UncheckedIOException e) {
            throw Unusable.because(property + " names the file " + file + ", which cannot be read.");
        }
    }

    public boolean isSet() {
        return !values.isEmpty();
    }

    /** What it may be, the current one first. For those who have to show it; whoever checks one uses {@link #matches}. */
    public List<String> values() {
        return values;
    }

    /** The property that holds it, for messages. */
    public String property() {
        return property;
    }

    /** Whether an offered value is this secret, in a time that does not depend on how much of it is right. */
    public boolean matches(String offered) {
        var bytes = digest(offered);
        var match = false;
        for (var value : values) {
            match |= MessageDigest.isEqual(digest(value), bytes);
        }
        return match;
    }

    /** Equal lengths, so that not even the length of the secret shows. */
    private static byte[] digest(String value) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256.", e);
        }
    }

    @Override
    public String toString() {
        return property + (isSet() ? "=***" : " is not set");
    }
}
