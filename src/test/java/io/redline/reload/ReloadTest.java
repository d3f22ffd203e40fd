package io.redline.reload;

import static io.redline.endpoint.Notifications.posted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import jakarta.inject.Inject;

import org.apache.camel.CamelContext;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.BlackBox;
import io.redline.OnSqlite;
import io.restassured.RestAssured;

/** Routes are edited while the service runs: what is sound comes into force, what is not leaves what ran as it was. */
@QuarkusTest
@TestProfile(ReloadTest.Edited.class)
class ReloadTest extends BlackBox {

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String GATEWAY = "gateways/green-api.camel.yaml";
    private static final String CHANNELS = "channels.camel.yaml";
    private static final String COPY = "endpoints/copy.camel.yaml";
    private static final String RETRIED = "endpoints/retried.camel.yaml";

    public static final class Edited extends OnSqlite {

        @Override
        public Map<String, String> getConfigOverrides() {
            var settings = new HashMap<>(super.getConfigOverrides());
            settings.remove("redline.routes.good");
            settings.put("redline.route.messages", "copy");
            settings.put("redline.endpoint.retried.retry.attempts", "20");
            settings.put("redline.endpoint.retried.retry.delay", "50ms");
            return settings;
        }

        @Override
        public List<TestResourceEntry> testResources() {
            var resources = new ArrayList<>(super.testResources());
            resources.add(new TestResourceEntry(Folder.class));
            return resources;
        }
    }

    public static final class Folder implements QuarkusTestResourceLifecycleManager {

        @Override
        public Map<String, String> start() {
            var copy = RoutesCopy.create();
            copy.save(COPY, endpoint("copy", "first"));
            return Map.of("redline.routes", copy.routes().toString(), "redline.routes.good", copy.good().toString());
        }

        @Override
        public void stop() {
            // Below target/, so that a failed run can be looked into.
        }
    }

    /** The endpoint under test; what it has seen says which text of it ran. */
    private static String endpoint(String name, String by) {
        return """
                - route:
                    id: endpoint-%1$s
                    from:
                      id: endpoint-%1$s-from
                      uri: outbox:%1$s
                      steps:
                        - setHeader:
                            id: %1$s-by
                            name: by
                            expression:
                              constant:
                                expression: "%2$s"
                        - process:
                            id: %1$s-seen
                            ref: seen
                """.formatted(name, by);
    }

    @Inject
    Seen seen;

    @Inject
    Routes routes;

    @Inject
    CamelContext camel;

    @TestHTTPResource(value = "/", management = true)
    URI management;

    private final RoutesCopy files = RoutesCopy
            .at(Path.of(ConfigProvider.getConfig().getValue("redline.routes", String.class)));

    @BeforeEach
    void expectAllIsWell() {
        assertThat(problems()).isEmpty();
    }

    private static List<Map<String, Object>> problems() {
        return list("/api/routes").stream().filter(route -> route.get("lastError") != null).toList();
    }

    private static List<Map<String, Object>> routesOf(String file) {
        return list("/api/routes").stream().filter(route -> ("routes/" + file).equals(route.get("file"))).toList();
    }

    private static int generation(String file) {
        return routesOf(file).stream().mapToInt(route -> (int) route.get("generation")).max().orElse(0);
    }

    /** What the timer does each second; what was seen like this twice is no longer being written. */
    private void lookTwice() {
        routes.look();
        routes.look();
    }

    /** Do something, and wait until another generation of the file runs. */
    private void awaitGenerationAfter(String file, Runnable edit) {
        var before = generation(file);
        edit.run();
        lookTwice();
        await().atMost(PATIENCE).until(() -> generation(file) > before);
        assertThat(problems()).isEmpty();
    }

    @Test
    void everythingSwappedUnderLoad_losesAndDoublesNothing() throws Exception {
        try (var load = new Load(RestAssured.port, "swap")) {
            load.awaitMore(300);
            for (var by : List.of("second", "third", "fourth")) {
                awaitGenerationAfter(COPY, () -> files.save(COPY, endpoint("copy", by)));
                load.awaitMore(300);
                awaitGenerationAfter(GATEWAY, () -> files.exchange(GATEWAY, "# " + by + "\n" + files.text(GATEWAY)));
                load.awaitMore(300);
                awaitGenerationAfter(CHANNELS, () -> files.edit(CHANNELS, text -> text + "# " + by + "\n"));
                load.awaitMore(300);
                await().atMost(PATIENCE).until(() -> !seen.by(by).isEmpty());
            }
            load.close();
            expectAllSeenOnceInOrder(load, "swap");
        }
        var metrics = RestAssured.get(management.resolve("/observe/metrics")).asString();
        assertThat(metrics).contains("routeId=\"endpoint-copy\"", "routeId=\"green-api\"").doesNotContain("~");
        assertThat(metrics).contains("redline_routes_reload_total{outcome=\"applied\"}");
    }

    private void expectAllSeenOnceInOrder(Load load, String prefix) {
        assertThat(load.failed()).isEmpty();
        var taken = load.taken();
        await().atMost(Duration.ofMinutes(3)).until(() -> list("/api/deliveries?state=owed&limit=1").isEmpty());
        assertThat(parked()).isEmpty();
        Map<String, List<Integer>> byChat = seen.all().stream().filter(one -> one.message().startsWith(prefix + "-"))
                .collect(Collectors.groupingBy(Seen.One::chat, Collectors.mapping(one -> Integer
                        .valueOf(one.message().substring(one.message().lastIndexOf('-') + 1)), Collectors.toList())));
        assertThat(byChat.values().stream().mapToInt(List::size).sum()).isEqualTo(taken.size());
        assertThat(byChat).hasSize(Load.SENDERS);
        byChat.forEach((chat, numbers) -> assertThat(numbers).as(chat)
                .isEqualTo(IntStream.range(0, numbers.size()).boxed().toList()));
    }

    private record Broken(String file, UnaryOperator<String> edit, String sentence) {
    }

    private static final List<Broken> BROKEN = List.of(
            // Bad YAML.
            new Broken(GATEWAY, text -> text + "  : [\n", ""),
            new Broken(COPY, text -> text.replace("process:", "proces:"), "proces"),
            new Broken(COPY, text -> text.replace("uri: outbox:copy", "uri: outbocks:copy"),
                    "There is no component 'outbocks'"),
            new Broken(COPY, text -> text.replace("uri: outbox:copy", "uri: outbox:copy?hurry=true"), "hurry"),
            new Broken(GATEWAY, text -> text.replace("name: edits", "name: nowhere"), "direct:nowhere"),
            new Broken(COPY, text -> text.replace("id: endpoint-copy\n", "id: endpoint-log\n"),
                    "The id 'endpoint-log' is taken"),
            new Broken(COPY, text -> text.replace("id: copy-seen", "id: log-change"), "The id 'log-change' is taken"),
            new Broken(COPY, text -> text.replace("\"first\"", "\"{{redline.no.such}}\""),
                    "The setting redline.no.such is not set"),
            new Broken(COPY, text -> text.replace("ref: seen", "ref: nobody"), "There is no bean 'nobody'"),
            new Broken(GATEWAY, text -> text.replace("ref: greenApi\n", "ref: nobody\n"), "There is no bean 'nobody'"),
            new Broken(COPY, text -> text.replace("constant:", "simple:").replace("\"first\"", "\"${bodie}\""),
                    "bodie"),
            new Broken(CHANNELS, text -> "", "There is no route in it"),
            // Half written.
            new Broken(GATEWAY, text -> text.substring(0, text.indexOf("otherwise:") + 5), ""),
            new Broken(CHANNELS, text -> text.substring(0, text.lastIndexOf("- route:")), "sends to direct:"));

    @Test
    void everyWayToBreakARouteUnderLoad_leavesWhatRan() throws Exception {
        awaitGenerationAfter(COPY, () -> files.save(COPY, endpoint("copy", "first") + "# again\n"));
        try (var load = new Load(RestAssured.port, "broken")) {
            for (var broken : BROKEN) {
                var sound = files.text(broken.file());
                var before = routesOf(broken.file());
                assertThat(broken.edit().apply(sound)).isNotEqualTo(sound);
                files.edit(broken.file(), broken.edit());
                lookTwice();
                await().atMost(PATIENCE).until(() -> !problems().isEmpty());
                load.awaitMore(100);
                var after = routesOf(broken.file());
                assertThat(after).as(broken.sentence()).allSatisfy(route -> assertThat(error(route))
                        .containsKeys("line", "at").extracting("sentence").asString().contains(broken.sentence())
                        .endsWith("."));
                assertThat(after.stream().map(route -> route.get("id") + " " + route.get("generation")).toList())
                        .isEqualTo(before.stream().map(route -> route.get("id") + " " + route.get("generation"))
                                .toList());
                expectReadyWith("routes/" + broken.file());
                files.exchange(broken.file(), sound);
                lookTwice();
                await().atMost(PATIENCE).until(() -> problems().isEmpty());
            }
            load.close();
            expectAllSeenOnceInOrder(load, "broken");
        }
        assertThat(RestAssured.get(management.resolve("/observe/metrics")).asString())
                .containsPattern("redline_routes_reload_total\\{outcome=\"refused\"} 1[0-9]");
        awaitGenerationAfter(COPY, () -> files.save(COPY, endpoint("copy", "first")));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> error(Map<String, Object> route) {
        return (Map<String, Object>) route.get("lastError");
    }

    private void expectReadyWith(String file) {
        var ready = RestAssured.get(management.resolve("/observe/health/ready"));
        assertThat(ready.statusCode()).isEqualTo(200);
        assertThat(ready.asString()).contains(file);
    }

    @Test
    void filesCome_areRenamedAndGo() {
        assertThat(served("added")).isFalse();
        awaitGenerationAfter("endpoints/added.camel.yaml",
                () -> files.save("endpoints/added.camel.yaml", endpoint("added", "added")));
        await().atMost(PATIENCE).until(() -> served("added"));

        awaitGenerationAfter("endpoints/renamed.camel.yaml",
                () -> files.rename("endpoints/added.camel.yaml", "endpoints/renamed.camel.yaml"));
        assertThat(routesOf("endpoints/added.camel.yaml")).isEmpty();
        assertThat(routesOf("endpoints/renamed.camel.yaml")).singleElement()
                .satisfies(route -> assertThat(route).containsEntry("id", "endpoint-added"));
        assertThat(files.good().resolve("routes/endpoints/renamed.camel.yaml")).exists();

        files.remove("endpoints/renamed.camel.yaml");
        await().atMost(PATIENCE).until(() -> routesOf("endpoints/renamed.camel.yaml").isEmpty());
        await().atMost(PATIENCE).until(() -> !served("added"));
        assertThat(files.good().resolve("routes/endpoints/renamed.camel.yaml")).doesNotExist();
        assertThat(problems()).isEmpty();
    }

    private static boolean served(String endpoint) {
        return list("/api/endpoints").stream()
                .anyMatch(one -> endpoint.equals(one.get("name")) && Boolean.TRUE.equals(one.get("served")));
    }

    @Test
    void fileThatOthersNeed_isNotRemoved() {
        var sound = files.text(CHANNELS);
        files.remove(CHANNELS);
        await().atMost(PATIENCE).until(() -> !problems().isEmpty());
        assertThat(problems()).allSatisfy(route -> assertThat(route).containsEntry("file", "routes/" + CHANNELS));
        assertThat(error(problems().get(0)).get("sentence")).asString().contains("no route would begin with");
        take("sales", posted("71234567890@c.us", "KEPT", "Hello"));
        assertThat(parked()).isEmpty();
        files.save(CHANNELS, sound);
        await().atMost(PATIENCE).until(() -> problems().isEmpty());
    }

    @Test
    void timerOfTheOldStopsBeforeThatOfTheNew() {
        files.save("timer.camel.yaml", timer("tick-one"));
        await().atMost(PATIENCE).until(() -> seen.by("tick-one").size() > 3);
        files.save("timer.camel.yaml", timer("tick-two"));
        await().atMost(PATIENCE).until(() -> seen.by("tick-two").size() > 3);
        var order = seen.all().stream().map(Seen.One::by).filter(by -> by != null && by.startsWith("tick-")).toList();
        assertThat(order.lastIndexOf("tick-one")).isLessThan(order.indexOf("tick-two"));
        // Broken, and the timer goes on.
        files.edit("timer.camel.yaml", text -> text.replace("ref: seen", "ref: nobody"));
        await().atMost(PATIENCE).until(() -> !problems().isEmpty());
        var ticks = seen.by("tick-two").size();
        await().atMost(PATIENCE).until(() -> seen.by("tick-two").size() > ticks + 3);
        files.remove("timer.camel.yaml");
        await().atMost(PATIENCE).until(() -> routesOf("timer.camel.yaml").isEmpty());
        assertThat(problems()).isEmpty();
    }

    private static String timer(String by) {
        return """
                - route:
                    id: tick
                    from:
                      uri: timer:tick?period=50&includeMetadata=false
                      steps:
                        - setHeader:
                            name: by
                            constant: %s
                        - process:
                            ref: seen
                """.formatted(by);
    }

    @Test
    void changedRouteTemplate_isInForceWhereItIsUsed() {
        files.save("endpoints/a-template.camel.yaml", template("template-one"));
        files.save("endpoints/use.camel.yaml", """
                - templatedRoute:
                    routeId: use
                    routeTemplateRef: ticking
                    parameters:
                      - name: period
                        value: "50"
                """);
        await().atMost(PATIENCE).until(() -> !seen.by("template-one").isEmpty());
        files.save("endpoints/a-template.camel.yaml", template("template-two"));
        await().atMost(PATIENCE).until(() -> !seen.by("template-two").isEmpty());
        files.edit("endpoints/a-template.camel.yaml", text -> text.replace("ref: seen", "ref: nobody"));
        await().atMost(PATIENCE).until(() -> !problems().isEmpty());
        var ticks = seen.by("template-two").size();
        await().atMost(PATIENCE).until(() -> seen.by("template-two").size() > ticks + 3);
        files.save("endpoints/a-template.camel.yaml", template("template-three"));
        await().atMost(PATIENCE).until(() -> !seen.by("template-three").isEmpty());
        files.remove("endpoints/use.camel.yaml");
        files.remove("endpoints/a-template.camel.yaml");
        await().atMost(PATIENCE).until(() -> routesOf("endpoints/use.camel.yaml").isEmpty() && problems().isEmpty());
        var order = seen.all().stream().map(Seen.One::by).filter(by -> by != null && by.startsWith("template-"))
                .toList();
        assertThat(order.lastIndexOf("template-one")).isLessThan(order.indexOf("template-two"));
        assertThat(order.lastIndexOf("template-two")).isLessThan(order.indexOf("template-three"));
    }

    private static String template(String by) {
        return """
                - routeTemplate:
                    id: ticking
                    parameters:
                      - name: period
                    from:
                      uri: "timer:{{period}}?period={{period}}&includeMetadata=false"
                      steps:
                        - setHeader:
                            name: by
                            constant: %s
                        - process:
                            ref: seen
                """.formatted(by);
    }

    private static final String KAMELET = "kamelets/marked-action.kamelet.yaml";

    /** Under load: the same address of the same kamelet, which is another one. */
    @Test
    void changedKamelet_isInForceWhereItIsUsed_andLosesNothing() throws Exception {
        files.save(KAMELET, kamelet("kamelet-one"));
        awaitGenerationAfter(COPY, () -> files.save(COPY, endpoint("copy", "first").replace("""
                        - process:
                """, """
                        - to: kamelet:marked-action
                        - process:
                """)));
        try (var load = new Load(RestAssured.port, "kamelet")) {
            await().atMost(PATIENCE).until(() -> !seen.by("kamelet-one").isEmpty());
            awaitGenerationAfter(COPY, () -> files.save(KAMELET, kamelet("kamelet-two")));
            await().atMost(PATIENCE).until(() -> !seen.by("kamelet-two").isEmpty());

            files.save(KAMELET, kamelet("kamelet-bad") + "        - process:\n            ref: nobody\n");
            lookTwice();
            await().atMost(PATIENCE).until(() -> !problems().isEmpty());
            assertThat(problems()).singleElement().satisfies(problem -> {
                assertThat(problem).containsEntry("file", "routes/" + KAMELET);
                assertThat(error(problem)).extracting("line").isNotNull();
                assertThat(error(problem)).extracting("sentence").asString().contains("There is no bean 'nobody'");
            });
            expectReadyWith("routes/" + KAMELET);
            assertThat(Files.readString(files.good().resolve("routes/" + KAMELET))).contains("kamelet-two");
            load.awaitMore(100);
            assertThat(seen.by("kamelet-bad")).isEmpty();

            awaitGenerationAfter(COPY, () -> files.save(KAMELET, kamelet("kamelet-three")));
            await().atMost(PATIENCE).until(() -> !seen.by("kamelet-three").isEmpty());
            load.close();
            expectAllSeenOnceInOrder(load, "kamelet");
        }
        var order = seen.all().stream().filter(one -> one.message().startsWith("kamelet-")).map(Seen.One::by).toList();
        assertThat(order).doesNotContain("first");
        // What was built for those before has gone with them.
        await().atMost(PATIENCE).until(() -> {
            lookTwice();
            return camel.getRoutes().stream().filter(route -> route.getRouteId().startsWith("marked-action"))
                    .count() == 1;
        });
        awaitGenerationAfter(COPY, () -> files.save(COPY, endpoint("copy", "first")));
        files.remove(KAMELET);
        lookTwice();
        await().atMost(PATIENCE).until(() -> !files.good().resolve("routes/" + KAMELET).toFile().exists());
        assertThat(problems()).isEmpty();
    }

    private static String kamelet(String by) {
        return RoutesCopy.kamelet("""
                - setHeader:
                    name: by
                    constant: %s
                """.formatted(by));
    }

    @Test
    void beansOfAFile_goWithIt_andThoseOfARefusedOneLeaveNothing() {
        var file = "endpoints/beans.camel.yaml";
        awaitGenerationAfter(file, () -> files.save(file, beans("java.util.ArrayList", "beanOfFile")
                + endpoint("beans", "beans")));
        var bean = camel.getRegistry().lookupByName("beanOfFile");
        assertThat(bean).isInstanceOf(ArrayList.class);

        files.save(file, beans("java.util.HashMap", "beanOfFile") + beans("java.util.HashMap", "beanOfRefused")
                .replace("- beans:\n", "") + endpoint("beans", "beans").replace("ref: seen", "ref: nobody"));
        lookTwice();
        await().atMost(PATIENCE).until(() -> !problems().isEmpty());
        assertThat(camel.getRegistry().lookupByName("beanOfFile")).isSameAs(bean);
        assertThat(camel.getRegistry().lookupByName("beanOfRefused")).isNull();

        awaitGenerationAfter(file, () -> files.save(file, beans("java.util.HashMap", "beanOfFile")
                + endpoint("beans", "beans")));
        assertThat(camel.getRegistry().lookupByName("beanOfFile")).isInstanceOf(HashMap.class);
        files.remove(file);
        await().atMost(PATIENCE).until(() -> {
            lookTwice();
            return camel.getRegistry().lookupByName("beanOfFile") == null;
        });
        assertThat(problems()).isEmpty();
    }

    private static String beans(String type, String name) {
        return "- beans:\n    - name: " + name + "\n      type: " + type + "\n";
    }

    @Test
    void brokenTextTemplate_leavesTheTextBefore() {
        var sound = files.text("templates/mail-text.txt");
        files.save("templates/mail-text.txt", sound + "Yours\n");
        await().atMost(PATIENCE).until(() -> (sound + "Yours\n").equals(routes.template("mail-text.txt")));
        files.save("templates/mail-text.txt", "Hello\n{#if text}");
        await().atMost(PATIENCE).until(() -> !problems().isEmpty());
        assertThat(problems()).singleElement().satisfies(
                route -> assertThat(route).containsEntry("file", "routes/templates/mail-text.txt"));
        assertThat(routes.template("mail-text.txt")).isEqualTo(sound + "Yours\n");
        files.save("templates/mail-text.txt", sound);
        await().atMost(PATIENCE).until(() -> problems().isEmpty()
                && sound.equals(routes.template("mail-text.txt")));
    }

    @Test
    void settingsAreAppliedLive_orSayThatTheyNeedARestart() throws IOException {
        take("sales", posted("71234567890@c.us", "BEFORE", "Hello"));
        awaitGenerationAfter(RETRIED, () -> files.save(RETRIED, endpoint("retried", "retried")
                .replace("ref: seen", "ref: nobodyYet").replace("- process:", "- throwException:")
                .replace("ref: nobodyYet", "exceptionType: java.lang.IllegalStateException\n            message: no")));
        set("redline.route.messages", "see-more,retried", () -> {
            awaitGenerationAfter(CHANNELS, () -> {
            });
            take("sales", posted("71234567890@c.us", "AFTER", "Hello"));
            assertThat(list("/api/deliveries?state=orphaned&endpoint=see-more")).hasSize(1);
            assertThat(seen.all()).noneMatch(one -> one.message().equals("AFTER"));
            await().atMost(PATIENCE).until(() -> list("/api/deliveries?state=owed&endpoint=retried").stream()
                    .anyMatch(one -> (int) one.get("attempts") > 1));
            set("redline.endpoint.retried.retry.attempts", "1",
                    () -> await().atMost(PATIENCE).until(() -> parked().size() == 1));
        });
        await().atMost(PATIENCE).until(() -> problems().isEmpty());
        files.remove(RETRIED);
        await().atMost(PATIENCE).until(() -> routesOf(RETRIED).isEmpty());

        set("redline.queue.wait", "7s", () -> await().atMost(PATIENCE)
                .until(() -> log().contains("The setting redline.queue.wait has changed, and needs a restart.")));
    }

    private static String log() throws IOException {
        return Files.readString(Path.of(ConfigProvider.getConfig().getValue("quarkus.log.file.path", String.class)));
    }

    /** As a change in the file would: what the configuration says is what counts, wherever it comes from. */
    private static void set(String name, String value, Runnable meanwhile) {
        var before = System.setProperty(name, value);
        try {
            meanwhile.run();
        } finally {
            if (before == null) {
                System.clearProperty(name);
            } else {
                System.setProperty(name, before);
            }
        }
    }
}
