package io.redline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What the services of all tests said has no secret, no text and no number of those that the tests use: their logs, and of those
 * that are processes of their own also what they counted and what they answered when they refused something. It runs when all
 * others have ended.
 */
@Tag("last")
class QuietTest {

    private static final Path TARGET = Path.of("target");

    /** Not ours. */
    private static final String BROKER = "kafka";

    /** The credentials of the tests, and the people and texts of their notifications and of the samples. */
    private static final List<String> NEVER_SAID = List.of(
            // Credentials
            GreenApi.TOKEN, GreenApi.WEBHOOK_TOKEN, "this-months-token", "last-months-token", "the-one-before",
            "your-secret-key", "my-secret-key", "token-of-a-file", "secret-of-a-file", "waha-api-key", "api-token-now",
            "api-token-before", "a)b&c+d%20", "wrong-but-maybe-only-mistyped", "what-brokers-ask-for",
            // Texts
            "Hello", "Hi there", "Confidential", "Whisper", "Edited message", "Edited text", "Quoted text",
            "Reply text",
            "Новое сообщение", "Новый текст", "Текст сообщения", "Описание файла", "Привет", "Überweisung",
            "Need to solve captcha", "to send this message to you", "to get this message from you", Target.TEXT,
            // People
            "John", "Vasilisa", "Nobody Known", "Николай", "Andrew Sh", "Jane");

    /** Chats and people by their number, and telephone numbers as all samples have them; no part of a fraction is one. */
    private static final Pattern NUMBER = Pattern
            .compile("\\d{5,}@(c\\.us|g\\.us|s\\.whatsapp\\.net|lid)|(?<![\\w.])7\\d{10}\\b");

    @Test
    void nothingSaidByAnyService_hasASecret_aText_orANumber() throws IOException {
        var files = files();
        // Else nobody looked at anything.
        assertThat(files).isNotEmpty();
        var wrong = new ArrayList<String>();
        for (var file : files) {
            var lines = new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().toList();
            for (int i = 0; i < lines.size(); i++) {
                var line = lines.get(i);
                if (NUMBER.matcher(line).find() || NEVER_SAID.stream().anyMatch(line::contains)) {
                    wrong.add(file + ":" + (i + 1) + ": " + line);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> ofProcesses = Files.walk(TARGET.resolve("test-data"));
                Stream<Path> ofTests = Files.list(TARGET)) {
            return Stream.concat(ofProcesses.filter(file -> !BROKER.equals(file.getParent().getFileName().toString())),
                    ofTests).filter(file -> ServiceSaid.is(file.getFileName().toString())).toList();
        }
    }
}
