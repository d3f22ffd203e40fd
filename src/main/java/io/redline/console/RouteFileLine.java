package io.redline.console;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.redline.reload.Routes.Problem;
import io.redline.reload.Routes.Running;

/** A file of routes: what of it runs, and why it does not run as it was saved. */
record RouteFileLine(String file, @Nullable Wrong wrong, List<RouteLine> routes) {

    private static final int AROUND = 2;

    /** What is wrong with it, with the lines around the place. */
    record Wrong(@Nullable Integer line, String sentence, Moment at, boolean running, List<SourceLine> lines) {

        static Wrong of(Problem problem, @Nullable String text) {
            List<SourceLine> lines = new ArrayList<>();
            var line = problem.line();
            if (line != null && text != null) {
                var all = text.lines().toList();
                for (int i = Math.max(1, line - AROUND); i <= Math.min(all.size(), line + AROUND); i++) {
                    lines.add(new SourceLine(i, all.get(i - 1), i == line));
                }
            }
            return new Wrong(line, problem.sentence(), Moment.of(problem.at()), problem.running(), lines);
        }
    }

    /** A line of it. */
    record SourceLine(int number, String text, boolean wrong) {
    }

    /** A route that runs. */
    record RouteLine(String id, @Nullable String description, String from, Moment since, int generation,
            boolean started) {

        static RouteLine of(Running route) {
            return new RouteLine(route.id(), route.description(), route.from(), Moment.of(route.since()),
                    route.generation(), route.started());
        }
    }
}
