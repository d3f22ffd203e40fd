package io.redline.terminal;

import org.apache.camel.quarkus.core.CamelRuntime;

import io.quarkus.picocli.runtime.annotations.TopCommand;
import io.quarkus.runtime.QuarkusApplication;
import picocli.CommandLine;

/** The commands there are. */
@TopCommand
@CommandLine.Command(name = "redline", mixinStandardHelpOptions = true, subcommands = Connect.class, description = {
        "Without a command the service itself is run.",
        "The settings are those of the service: start it in the same folder."})
public final class Commands implements QuarkusApplication {

    private final CommandLine.IFactory factory;
    private final CamelRuntime camel;

    public Commands(CommandLine.IFactory factory, CamelRuntime camel) {
        this.factory = factory;
        this.camel = camel;
    }

    @Override
    public int run(String... arguments) {
        return new CommandLine(this, factory).setExecutionStrategy(parsed -> {
            if (parsed.isUsageHelpRequested() || parsed.isVersionHelpRequested() || !parsed.hasSubcommand()) {
                return new CommandLine.RunLast().execute(parsed);
            }
            // Without the arguments, which are ours.
            camel.start();
            return new CommandLine.RunLast().execute(parsed);
        }).execute(arguments);
    }
}
