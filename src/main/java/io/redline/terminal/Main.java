package io.redline.terminal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import io.quarkus.runtime.PreventFurtherStepsException;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusBindException;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.redline.account.Gateway;
import io.redline.check.Rehearsal;
import io.redline.config.Unusable;
import io.smallrye.config.ConfigValidationException;

/** The beginning of the program: without arguments it is the service, else a command. */
@QuarkusMain
public final class Main {

    /**
     * What a command does without. It stands beside a service that runs: it listens to nothing, leaves the service's store
     * alone, and none of its routes begins by itself. What it has to say it prints; only what is an error is logged.
     */
    private static final Map<String, String> ASIDE = Map.of("quarkus.http.host-enabled", "false",
            "quarkus.management.host-enabled", "false", "camel.main.auto-startup", "false", "quarkus.log.level",
            "ERROR",
            "quarkus.log.category.\"io.redline\".level", "OFF", "quarkus.log.category.\"io.agroal.pool\".level",
            "ERROR");

    private static final Logger LOG = Logger.getLogger(Main.class);
    private static final String DATABASE_URL = "redline.database.url";

    private Main() {
    }

    public static void main(String... arguments) {
        if (arguments.length == 0) {
            Quarkus.run(null, Main::end);
            return;
        }
        if (arguments[0].equals("check")) {
            // It says itself what is misspelt, with line and suggestion.
            System.setProperty("smallrye.config.mapping.validate-unknown", "false");
        }
        if (List.of("explain", "test").contains(arguments[0])) {
            // Somebody to whom notifications can be addressed, where no account of a gateway is configured.
            for (var gateway : Gateway.values()) {
                var account = "redline.accounts." + Rehearsal.STAND_IN + gateway.word();
                System.setProperty(account + ".gateway", gateway.word());
                System.setProperty(account + ".instance", Rehearsal.STAND_IN + gateway.word());
            }
        }
        var given = System.getProperty(DATABASE_URL);
        if (given != null) {
            System.setProperty(ServiceStoreSettings.GIVEN, given);
        }
        ASIDE.forEach((name, value) -> System.getProperties().putIfAbsent(name, value));
        System.setProperty(ServiceStart.IS_COMMAND, "true");
        System.setProperty(DATABASE_URL, "jdbc:sqlite:" + folder().resolve("none.db"));
        Quarkus.run(Commands.class, Main::end, arguments);
    }

    /** What is wrong with the settings or the machine is a sentence, whoever found it; all else is an error of ours. */
    private static void end(int code, @Nullable Throwable failure) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof PreventFurtherStepsException unusable) {
                System.err.println(unusable.getMessage());
                System.exit(unusable.getExitCode());
            }
            if (cause instanceof ConfigurationException || cause instanceof ConfigValidationException) {
                System.err.println(String.valueOf(cause.getMessage()).strip());
                System.err.println("Put it right in application.properties, or in the environment.");
                System.exit(Unusable.EXIT_CODE);
            }
            if (cause instanceof QuarkusBindException) {
                System.err
                        .println(cause.getMessage() + ". Set quarkus.http.port or quarkus.management.port to another.");
                System.exit(code);
            }
        }
        if (failure != null) {
            LOG.error("The service could not start.", failure);
        }
        System.exit(code);
    }

    /** For a store that nobody uses; it goes with the command. */
    private static Path folder() {
        try {
            var folder = Files.createTempDirectory("redline");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path folder) {
        try (var all = Files.walk(folder)) {
            all.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        } catch (IOException | UncheckedIOException e) {
            // It is in the folder for temporary files, which somebody else empties.
            return;
        }
    }
}
