package io.redline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * The packaged service as a process of its own, with the accounts sales and support: as the executable that
 * {@code -Dredline.executable=} names, as a jar, or as the native executable where only that was built.
 */
final class PackagedService implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<List<Map<String, Object>>> LIST = new TypeReference<>() {
    };
    private static final Path JAR = Path.of("target", "quarkus-app", "quarkus-run.jar").toAbsolutePath();
    private static final String NAMED = System.getProperty("redline.executable", "");
    private static final Path EXECUTABLE = Path.of(NAMED.isEmpty()
            ? System.getProperty("native.image.path", "target/none")
            : NAMED).toAbsolutePath();

    /** Shorter than that of any gateway: an answer that comes later than this is as good as none. */
    private Duration patience = Duration.ofSeconds(25);
    private List<String> heap = List.of();

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Path folder;
    private final int port;
    private final int managementPort;
    private final List<Process> started = new ArrayList<>();

    PackagedService(Path folder) {
        this.folder = folder;
        port = FreePort.find();
        managementPort = FreePort.find();
    }

    /** The service reads ./application.properties of the folder that it is started in. */
    PackagedService configure(String... settings) throws IOException {
        return configure(Path.of("routes"), settings);
    }

    PackagedService configure(Path routes, String... settings) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("application.properties"), """
                %s
                quarkus.http.port=%d
                quarkus.management.port=%d
                redline.routes=%s
                redline.accounts.sales.gateway=green-api
                redline.accounts.sales.instance=1101000001
                redline.accounts.support.gateway=green-api
                redline.accounts.support.instance=7103000000
                """.formatted(String.join("\n", settings), port, managementPort, routes.toAbsolutePath()));
        return this;
    }

    /** The shipped routes in a folder of a test's own. */
    static void copyRoutes(Path to) throws IOException {
        var routes = Path.of("routes");
        try (var files = Files.walk(routes)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var copy = to.resolve(routes.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
    }

    /** How long whoever asks it waits for an answer, as a load balancer does that has others to ask. */
    PackagedService waitingAtMost(Duration time) {
        patience = time;
        return this;
    }

    /** @param size as {@code -Xmx} says it */
    PackagedService withHeapOf(String size) {
        heap = List.of("-Xmx" + size);
        return this;
    }

    /** Let it stand still, or go on. */
    void signal(String name) throws IOException, InterruptedException {
        var pid = String.valueOf(started.get(started.size() - 1).pid());
        assertThat(new ProcessBuilder("kill", "-" + name, pid).inheritIO().start().waitFor()).isZero();
    }

    Process start() throws IOException {
        return run(folder.resolve("out.log"));
    }

    /** The same program with arguments, in the same folder: a command. */
    Process run(Path output, String... arguments) throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var isJar = NAMED.isEmpty() && Files.exists(JAR);
        var command = new ArrayList<>(isJar
                ? List.of(java, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
                : List.of(EXECUTABLE.toString()));
        command.addAll(heap);
        command.addAll(isJar ? List.of("-jar", JAR.toString()) : List.of());
        command.addAll(List.of(arguments));
        var process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile())).start();
        // What is stopped and killed is the service.
        started.add(arguments.length == 0 ? started.size() : 0, process);
        return process;
    }

    Process startAndAwait() throws IOException {
        return awaitReady(start());
    }

    Process awaitReady(Process process) {
        await().atMost(Duration.ofSeconds(60)).ignoreExceptionsInstanceOf(IOException.class).until(() -> {
            assertThat(process.isAlive()).as("the service, whose log is in %s", folder).isTrue();
            return health("").statusCode() == 200;
        });
        return process;
    }

    /** As an operator does, who lets it end what it is at. */
    void stop() throws InterruptedException {
        var process = started.get(started.size() - 1);
        process.destroy();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("the service stops, whose log is in %s", folder).isTrue();
    }

    /** {@code kill -9}. */
    void kill() throws InterruptedException {
        var process = started.get(started.size() - 1);
        process.destroyForcibly();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    @Override
    public void close() {
        try {
            ServiceSaid.meters(folder, management("/observe/metrics").body());
        } catch (IOException e) {
            // It runs no more, or does not answer.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        started.forEach(Process::destroyForcibly);
    }

    String log() throws IOException {
        return Files.readString(folder.resolve("out.log"));
    }

    HttpResponse<String> post(String account, String notification) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(at("/webhooks/green-api/" + account))
                .POST(HttpRequest.BodyPublishers.ofString(notification)).timeout(patience).build());
    }

    HttpResponse<String> post(String account, String notification, String authorization)
            throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(at("/webhooks/green-api/" + account))
                .header("Authorization", authorization).POST(HttpRequest.BodyPublishers.ofString(notification))
                .timeout(patience).build());
    }

    /** Ask for a command; its number. */
    String command(String verb, String path, String body) throws IOException, InterruptedException {
        var answer = send(HttpRequest.newBuilder(at(path)).header("Content-Type", "application/json")
                .header("X-Operator", "anna").method(verb, HttpRequest.BodyPublishers.ofString(body))
                .timeout(patience).build());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return String.valueOf(JSON.readValue(answer.body(), Map.class).get("commandId"));
    }

    /** Send again what is parked. */
    void replay(Object delivery) throws IOException, InterruptedException {
        var answer = send(HttpRequest.newBuilder(at("/api/deliveries/" + delivery + "/replay"))
                .POST(HttpRequest.BodyPublishers.noBody()).timeout(patience).build());
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(at(path)).timeout(patience).build());
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() >= 400) {
            ServiceSaid.refusal(folder, answer.body());
        }
        return answer;
    }

    List<Map<String, Object>> list(String path) throws IOException, InterruptedException {
        var answer = get(path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readValue(answer.body(), LIST);
    }

    /** Every item of a list, as its pages name each other. */
    List<Map<String, Object>> all(String path) throws IOException, InterruptedException {
        List<Map<String, Object>> all = new ArrayList<>();
        for (var next = Optional.of(path); next.isPresent();) {
            var answer = get(next.get());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            all.addAll(JSON.readValue(answer.body(), LIST));
            next = answer.headers().firstValue("Link")
                    .map(link -> link.substring(1 + url().length(), link.indexOf('>')));
        }
        return all;
    }

    /** Every event of a kind, the oldest first. */
    List<Map<String, Object>> events(String kind) throws IOException, InterruptedException {
        return all("/api/events?limit=500&kind=" + kind);
    }

    HttpResponse<String> health(String check) throws IOException, InterruptedException {
        return management("/observe/health" + check);
    }

    /** What a page that is left open is told, line by line, for as long as the service lives. */
    Queue<String> live(String path) {
        Queue<String> lines = new ConcurrentLinkedQueue<>();
        client.sendAsync(HttpRequest.newBuilder(at(path)).build(), HttpResponse.BodyHandlers.ofLines())
                .thenAcceptAsync(answer -> answer.body().forEach(lines::add), task -> {
                    var reader = new Thread(task, "live");
                    reader.setDaemon(true);
                    reader.start();
                });
        return lines;
    }

    HttpResponse<String> management(String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(URI.create("http://localhost:" + managementPort + path))
                .timeout(patience).build(), HttpResponse.BodyHandlers.ofString());
    }

    int port() {
        return port;
    }

    String url() {
        return "http://localhost:" + port;
    }

    private URI at(String path) {
        return URI.create("http://localhost:" + port + path);
    }
}
