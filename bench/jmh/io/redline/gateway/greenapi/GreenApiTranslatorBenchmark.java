package io.redline.gateway.greenapi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

import io.redline.event.Event;
import io.redline.event.EventJson;

/** From a notification's text to an event, and what of it is parsing. The notifications are those of the tests. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class GreenApiTranslatorBenchmark {

    private static final Path SAMPLES = Path.of("src", "test", "resources", "green-api");

    private final GreenApiTranslator translator = new GreenApiTranslator();
    private String text = "";
    private Map<String, Object> posted = Map.of();
    private Map<String, Object> edited = Map.of();
    private Map<String, Object> status = Map.of();
    private Event event = translator.accountState(Map.of("typeWebhook", "deviceInfo"));

    @Setup
    public void read() throws IOException {
        text = Files.readString(SAMPLES.resolve("incoming-quoted.json"));
        posted = EventJson.readObject(text);
        edited = EventJson.readObject(Files.readString(SAMPLES.resolve("incoming-edited.json")));
        status = EventJson.readObject(Files.readString(SAMPLES.resolve("max-status-sent.json")));
        event = translator.posted(posted);
    }

    @Benchmark
    public Map<String, Object> parse() {
        return EventJson.readObject(text);
    }

    @Benchmark
    public Event translatePosted() {
        return translator.posted(posted);
    }

    @Benchmark
    public Event translateEdited() {
        return translator.edited(edited);
    }

    @Benchmark
    public Event translateStatus() {
        return translator.status(status);
    }

    @Benchmark
    public String writeEvent() {
        return EventJson.write(event);
    }
}
