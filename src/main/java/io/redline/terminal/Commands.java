package io.redline.terminal;

import io.quarkus.picocli.runtime.annotations.TopCommand;
import io.quarkus.runtime.QuarkusApplication;
import picocli.CommandLine;

/** The commands there are. */
@TopCommand
@CommandLine.Command(name = "redline", mixinStandardHelpOptions = true, subcommands = {Backup.class, Check.class,
        Connect.class, Explain.class, Restore.class, Test.class}, description = {
                "Without a command the service itself is run.",
                "The settings are those of the service: start it in the same folder."})
public final class Commands implements QuarkusApplication {

    private final CommandLine.IFactory factory;

    public Commands(CommandLine.IFactory factory) {
        this.factory = factory;
    }

    @Override
    public int run(String... arguments) {
        return new CommandLine(this, factory).execute(arguments);
    }
}
