package io.redline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.regex.Pattern;

/** The files in which what a service under test says is kept, for {@link QuietTest} to search. */
final class ServiceSaid {

    /** Of a service that is a process of its own. */
    private static final String LOG_OF_A_PROCESS = "out.log";
    /** Of services that run in the process of their tests. */
    private static final Pattern LOG = Pattern.compile("quarkus-\\d+\\.log.*");
    private static final String METERS = "meters.txt";
    private static final String REFUSALS = "refusals.txt";
    private static final List<String> ALL = List.of(LOG_OF_A_PROCESS, METERS, REFUSALS);

    private ServiceSaid() {
    }

    /** Also those that a log leaves behind when it has grown too large. */
    static boolean is(String file) {
        return LOG.matcher(file).matches() || ALL.stream().anyMatch(file::startsWith);
    }

    static void meters(Path folder, String text) {
        append(folder.resolve(METERS), text);
    }

    static void refusal(Path folder, String text) {
        append(folder.resolve(REFUSALS), text);
    }

    private static synchronized void append(Path file, String text) {
        try {
            Files.writeString(file, text + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
