package io.redline.terminal;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

import io.redline.check.BundleCheck;
import io.redline.check.BundleFiles;
import io.redline.check.Finding;
import io.redline.event.EventJson;
import picocli.CommandLine;

/** Whether the routes and settings are sound, before anything runs by them. */
@CommandLine.Command(name = "check", mixinStandardHelpOptions = true, description = {
        "Check routes and settings, and say what has to be put right.",
        "Nothing is started, opened or changed. Ends with 0 if all is sound, else with 78."})
public final class Check implements Callable<Integer> {

    private static final int SOUND = 0;
    /** EX_CONFIG of sysexits.h. */
    static final int UNSOUND = 78;

    private final BundleCheck check;
    private final Path routes;

    @CommandLine.Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @CommandLine.Parameters(paramLabel = "<folder>", arity = "0..1", description = {
            "The folder of the routes.", "Default: what redline.routes says."})
    @Nullable
    Path folder;

    @CommandLine.Option(names = "--json", description = "As a list of {file, line, column, sentence}.")
    boolean json;

    public Check(BundleCheck check, @ConfigProperty(name = "redline.routes") Path routes) {
        this.check = check;
        this.routes = routes;
    }

    @Override
    public Integer call() {
        var at = (folder == null ? routes : folder).normalize();
        List<Finding> findings;
        var files = 0;
        try {
            var read = BundleFiles.read(at);
            files = read.routes().size();
            findings = check.check(read);
        } catch (UncheckedIOException e) {
            findings = List.of(new Finding(at.toString(), 0, 0, "This cannot be read: look at its permissions."));
        }
        if (spec != null) {
            var out = spec.commandLine().getOut();
            if (json) {
                out.println(EventJson.writeInOrder(findings));
            } else {
                findings.forEach(out::println);
                out.println(findings.isEmpty()
                        ? files + " files of routes are sound."
                        : findings.size() + (findings.size() == 1 ? " thing has" : " things have")
                                + " to be put right.");
            }
            out.flush();
        }
        return findings.isEmpty() ? SOUND : UNSOUND;
    }
}
