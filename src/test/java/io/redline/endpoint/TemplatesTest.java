package io.redline.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TemplatesTest {

    private final Map<String, String> texts = new HashMap<>();
    private Templates templates;

    @BeforeEach
    void create() {
        templates = new Templates(texts::get);
    }

    private void write(String template) {
        texts.put("t.txt", template);
    }

    @Test
    void what_a_change_does_not_have_is_empty() {
        var change = new HashMap<String, Object>();
        change.put("text", null);
        write("[{text}|{chat.name}|{none ?: 'nobody'}]");

        assertThat(templates.text("t.txt", change)).isEqualTo("[||nobody]");
    }

    @Test
    void a_change_of_the_file_is_in_force_at_once() {
        write("old {text}");
        assertThat(templates.text("t.txt", Map.of("text", "x"))).isEqualTo("old x");

        write("new {text}");
        assertThat(templates.text("t.txt", Map.of("text", "x"))).isEqualTo("new x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nBcc: x@y", "a\nBcc: x@y", "a\rBcc: x@y", "a\u0085Bcc: x@y", "a\u2028Bcc: x@y",
            "a\u0000\u000bBcc: x@y", "a \t\n Bcc: x@y"})
    void a_line_is_one_line_whatever_the_text(String text) {
        write("{text}\n");

        assertThat(templates.line("t.txt", Map.of("text", text))).isEqualTo("a Bcc: x@y");
    }

    @Test
    void a_line_is_not_too_long_and_does_not_halve_a_character() {
        write("{text}");

        assertThat(templates.line("t.txt", Map.of("text", "👍".repeat(300)))).isEqualTo("👍".repeat(200) + "…");
    }

    @Test
    void text_in_a_change_is_no_template() {
        write("{text}");

        assertThat(templates.text("t.txt", Map.of("text", "{secret} {#if}"))).isEqualTo("{secret} {#if}");
    }

    @Test
    void an_error_names_the_file() {
        write("{#if text}");
        assertThatThrownBy(() -> templates.text("t.txt", Map.of())).hasMessageContaining("t.txt has an error");
        assertThatThrownBy(() -> templates.text("none.txt", Map.of())).hasMessageContaining("no template none.txt");
    }
}
