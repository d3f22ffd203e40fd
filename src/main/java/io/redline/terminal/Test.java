package io.redline.terminal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

import io.redline.check.RouteTests;
import io.redline.event.EventJson;
import picocli.CommandLine;

/** Whether routes do with notifications what their tests say. */
@CommandLine.Command(name = "test", mixinStandardHelpOptions = true, description = {
        "Run the tests of routes: which way each notification takes, and what reaches which endpoint.",
        "Nothing leaves, and the store is left alone. Ends with 0 if all is as they say, else with 78."})
public final class Test implements Callable<Integer> {

    private static final int FINE = 0;

    private final RouteTests tests;
    private final Path routes;

    @CommandLine.Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @CommandLine.Parameters(paramLabel = "<folder>", arity = "0..1", description = {
            "The folder of the tests, *.test.yaml.", "Default: tests in the folder of the routes."})
    @Nullable
    Path folder;

    @CommandLine.Option(names = "--deny-warnings", description = "A branch that no test visits is a failure too.")
    boolean denyWarnings;

    @CommandLine.Option(names = "--json", description = "As a JSON object.")
    boolean json;

    public Test(RouteTests tests, @ConfigProperty(name = "redline.routes") Path routes) {
        this.tests = tests;
        this.routes = routes;
    }

    @Override
    public Integer call() throws Exception {
        var out = Objects.requireNonNull(spec).commandLine().getOut();
        var at = (folder == null ? routes.resolve("tests") : folder).normalize();
        if (!Files.isDirectory(at)) {
            out.println(at + ": There is no such folder: name the one that has the tests.");
            return Check.UNSOUND;
        }
        var result = tests.run(at);
        if (json) {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("tests", result.tests());
            all.put("findings", result.findings());
            all.put("branches", result.branches());
            all.put("unvisited", result.unvisited());
            out.println(EventJson.writeInOrder(all));
        } else {
            result.findings().forEach(out::println);
            var visited = result.branches().size() - result.unvisited().size();
            out.println(result.tests() + " tests, " + result.findings().size() + " findings; " + visited + " of "
                    + result.branches().size() + " branches visited.");
            if (!result.unvisited().isEmpty()) {
                out.println("No test visits " + String.join(", ", result.unvisited()) + ".");
            }
        }
        out.flush();
        return result.findings().isEmpty() && (!denyWarnings || result.unvisited().isEmpty()) ? FINE : Check.UNSOUND;
    }
}
