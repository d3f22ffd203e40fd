package io.redline.check;

import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * A route of the bundle.
 *
 * @param key the word that begins it
 * @param begins what it begins with
 * @param template whether it is one for others, so that its placeholders are theirs
 * @param active whether it runs: an endpoint that nobody has configured does not
 */
record Route(Element key, Element definition, Element from, @Nullable Uri begins, boolean template, boolean active) {

    String id() {
        return definition.text("id");
    }

    String name() {
        return id().isEmpty() ? "This route" : "The route " + id();
    }

    List<Step> steps() {
        return Step.in(from);
    }

    Stream<Step> allSteps() {
        return steps().stream().flatMap(Step::all);
    }

    /** The endpoint whose deliveries it makes; {@code null} if it makes none. */
    @Nullable
    String endpoint() {
        return begins != null && begins.is("outbox") ? begins.target() : null;
    }
}
