package io.redline.endpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import io.quarkus.qute.Engine;
import io.quarkus.qute.Expression;
import io.quarkus.qute.ResultMapper;
import io.quarkus.qute.Results;
import io.quarkus.qute.TemplateException;
import io.quarkus.qute.TemplateNode.Origin;

/**
 * Renders the Qute templates of {@code routes/templates} with a change as their data. A file is read each time, so that a
 * change of it is in force at once. What a change does not have is empty.
 */
public final class Templates {

    /** Mail programs show less, and a line of a header should not be longer. */
    private static final int LONGEST_LINE = 200;

    private final Path folder;
    private final Engine engine = Engine.builder().addDefaults().strictRendering(false)
            .addResultMapper(new NothingForWhatIsMissing()).build();

    public Templates(Path folder) {
        this.folder = folder;
    }

    /** Render a template. */
    public String text(String file, Map<String, Object> change) {
        try {
            return engine.parse(Files.readString(folder.resolve(file))).data(change).render();
        } catch (IOException e) {
            throw new IllegalStateException("The template " + folder.resolve(file) + " cannot be read.", e);
        } catch (TemplateException e) {
            throw new IllegalStateException("The template " + folder.resolve(file) + " has an error: " + e.getMessage(),
                    e);
        }
    }

    /** Render a template as one line, for a header: whoever named a chat cannot add a header of his own. */
    public String line(String file, Map<String, Object> change) {
        var line = text(file, change).replaceAll("[\\s\\p{C}\\u2028\\u2029]+", " ").strip();
        return line.codePointCount(0, line.length()) <= LONGEST_LINE
                ? line
                : line.substring(0, line.offsetByCodePoints(0, LONGEST_LINE)) + "…";
    }

    private static final class NothingForWhatIsMissing implements ResultMapper {

        @Override
        public boolean appliesTo(Origin origin, Object result) {
            return Results.isNotFound(result);
        }

        @Override
        public String map(Object result, Expression expression) {
            return "";
        }
    }
}
