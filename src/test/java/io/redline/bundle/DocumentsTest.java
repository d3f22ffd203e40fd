package io.redline.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What the documents show works: shell is shell, YAML is YAML, links lead somewhere, and the settings are those there are. */
class DocumentsTest {

    private static final Path SETTINGS = Path.of("docs", "settings.md");
    private static final Pattern BLOCK = Pattern.compile("(?m)^```([a-z]*)\\n(.*?)^```$", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("]\\((?!https?:)([^)#]+)(?:#[^)]*)?\\)");
    private static final Pattern KEY = Pattern.compile("#([a-z][A-Za-z0-9.\"-]*)=(.*)");

    private static List<Path> documents() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("docs"))) {
            return Stream.concat(Stream.of(Path.of("README.md"), Path.of("CONTRIBUTING.md"), Path.of("SECURITY.md")),
                    files.filter(file -> file.toString().endsWith(".md")).sorted()).toList();
        }
    }

    /** The blocks of a language in all documents. */
    static List<String> blocks(String language) throws IOException {
        var blocks = new ArrayList<String>();
        for (var document : documents()) {
            BLOCK.matcher(Files.readString(document)).results().filter(found -> found.group(1).equals(language))
                    .forEach(found -> blocks.add(found.group(2)));
        }
        return blocks;
    }

    @Test
    void every_block_of_shell_is_one_that_bash_can_read() throws Exception {
        assertThat(blocks("sh")).hasSizeGreaterThan(5);
        for (var block : blocks("sh")) {
            var bash = new ProcessBuilder("bash", "-n").redirectErrorStream(true).start();
            try (var in = bash.getOutputStream()) {
                in.write(block.getBytes(StandardCharsets.UTF_8));
            }
            assertThat(bash.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(bash.exitValue()).as(block + new String(bash.getInputStream().readAllBytes(),
                    StandardCharsets.UTF_8)).isZero();
        }
    }

    @Test
    void every_block_of_yaml_is_yaml() throws IOException {
        assertThat(blocks("yaml")).hasSizeGreaterThan(1).allSatisfy(block -> assertThat(new Load(
                LoadSettings.builder().build()).loadFromString(block)).isNotNull());
    }

    @Test
    void every_link_within_the_project_leads_somewhere() throws IOException {
        for (var document : documents()) {
            LINK.matcher(Files.readString(document)).results().map(found -> found.group(1)).forEach(
                    target -> assertThat(document.toAbsolutePath().resolveSibling(target)).as(document + ": " + target)
                            .exists());
        }
    }

    /** Made anew by {@code mvn test -Dtest=DocumentsTest -Dsettings.write=true}. */
    @Test
    void the_reference_of_settings_is_the_manual() throws IOException {
        var made = reference(Files.readAllLines(Path.of("application.properties")));
        if (Boolean.getBoolean("settings.write")) {
            Files.writeString(SETTINGS, made);
        }
        assertThat(Files.readString(SETTINGS)).as("docs/settings.md; to make it anew: mvn test -Dtest=DocumentsTest"
                + " -Dsettings.write=true").isEqualTo(made);
    }

    /** The manual as a page: its chapters, its prose, and a line for each key. */
    private static String reference(List<String> manual) {
        var page = new StringBuilder(
                "# Settings\n\nMade from [application.properties](../application.properties), the manual; a"
                        + " test keeps the two equal. What stands after `=` is the default, or an example where there is none.\n");
        var begun = false;
        var keys = false;
        for (var line : manual) {
            var key = KEY.matcher(line);
            if (line.startsWith("# ── ")) {
                page.append("\n## ").append(line.replaceAll("[#─]", "").strip()).append("\n");
                begun = true;
                keys = false;
            } else if (begun && key.matches()) {
                page.append(keys ? "" : "\n").append("- `").append(key.group(1)).append('=').append(key.group(2))
                        .append("`\n");
                keys = true;
            } else if (begun && line.startsWith("#")) {
                page.append(keys ? "\n" : "").append(prose(line)).append("\n");
                keys = false;
            } else if (begun && !keys) {
                page.append("\n");
            }
        }
        return page.toString().replaceAll("\n{3,}", "\n\n").strip() + "\n";
    }

    private static String prose(String line) {
        return line.replaceFirst("^# ?", "").replace("<", "&lt;");
    }
}
