package io.redline.endpoint;

import java.util.Map;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.quarkus.qute.Engine;
import io.quarkus.qute.Expression;
import io.quarkus.qute.ResultMapper;
import io.quarkus.qute.Results;
import io.quarkus.qute.TemplateException;
import io.quarkus.qute.TemplateNode.Origin;

/** Renders the Qute templates of {@code routes/templates} with a change as their data. What a change does not have is empty. */
public final class Templates {

    /** Mail programs show less, and a line of a header should not be longer. */
    private static final int LONGEST_LINE = 200;

    private static final Engine ENGINE = Engine.builder().addDefaults().strictRendering(false)
            .addResultMapper(new NothingForWhatIsMissing()).build();

    private final Function<String, @Nullable String> texts;

    /**
     * What is wrong with a text.
     *
     * @param line from 1; {@code null} if none is known
     */
    public record Error(@Nullable Integer line, String sentence) {
    }

    /** @param texts of templates by the names of their files, as they are now; {@code null} where there is none */
    public Templates(Function<String, @Nullable String> texts) {
        this.texts = texts;
    }

    /** Why a text is no template; {@code null} if it is one. */
    public static @Nullable Error error(String text) {
        try {
            ENGINE.parse(text);
            return null;
        } catch (TemplateException e) {
            var origin = e.getOrigin();
            return new Error(origin == null ? null : origin.getLine(), "It is no template: " + e.getMessage() + ".");
        }
    }

    /** Render a template. */
    public String text(String file, Map<String, Object> change) {
        var text = texts.apply(file);
        if (text == null) {
            throw new IllegalStateException("There is no template " + file + ".");
        }
        try {
            return ENGINE.parse(text).data(change).render();
        } catch (TemplateException e) {
            throw new IllegalStateException("The template " + file + " has an error: " + e.getMessage(), e);
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
