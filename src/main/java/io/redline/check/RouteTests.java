package io.redline.check;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.redline.account.Account;

/**
 * Tests that an operator writes: given a notification, which branches it takes, what reaches which endpoint, and what must not.
 * They are files named {@code *.test.yaml}; docs/routes.md says what can stand in one.
 */
@Singleton
public class RouteTests {

    private static final String ENDING = ".test.yaml";
    private static final Set<String> WORDS = Set.of("name", "gateway", "account", "before", "given", "visits",
            "channel",
            "recognised", "sends", "doesNotSend");
    private static final Set<String> SENT = Set.of("to", "bodyHas", "leaves");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Rehearsal rehearsal;

    /**
     * What came of all tests.
     *
     * @param tests how many there were
     * @param findings what was not as a test says
     * @param branches all that a notification could take
     * @param unvisited those that no test took
     */
    @RegisterForReflection
    public record Result(int tests, List<Finding> findings, Set<String> branches, Set<String> unvisited) {
    }

    RouteTests(Rehearsal rehearsal) {
        this.rehearsal = rehearsal;
    }

    /** Run the tests of a folder, those in folders below it too. */
    public Result run(Path folder) throws Exception {
        List<Path> files;
        try (var all = Files.walk(folder)) {
            files = all.filter(file -> file.toString().endsWith(ENDING)).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var findings = new ArrayList<Finding>();
        var visited = new LinkedHashSet<String>();
        var tests = 0;
        for (var file : files) {
            try {
                var root = new Compose(LoadSettings.builder().setAllowDuplicateKeys(false).build())
                        .composeString(Files.readString(file));
                for (var test : root.map(node -> new Element(file.toString(), node).items()).orElse(List.of())) {
                    tests++;
                    run(test, file, findings, visited);
                }
            } catch (MarkedYamlEngineException e) {
                findings.add(new Finding(file.toString(), e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1),
                        e.getProblemMark().map(mark -> mark.getColumn() + 1).orElse(1),
                        "This is no YAML: " + e.getProblem() + "."));
            }
        }
        if (tests == 0) {
            findings.add(new Finding(folder.toString(), 0, 0, "There are no tests here: their files end in " + ENDING
                    + "."));
        }
        var branches = rehearsal.branches();
        var unvisited = new LinkedHashSet<>(branches);
        unvisited.removeAll(visited);
        return new Result(tests, findings, branches, unvisited);
    }

    private void run(Element test, Path file, List<Finding> findings, Set<String> visited) throws Exception {
        words(test, WORDS, findings);
        var given = test.get("given");
        if (given == null || given.text() == null) {
            findings.add(test.finding("'given' is missing: name the file of a notification."));
            return;
        }
        rehearsal.forget();
        var before = test.get("before");
        for (var one : before == null ? List.<Element>of() : before.isList() ? before.items() : List.of(before)) {
            take(test, one, file, findings);
        }
        var outcome = take(test, given, file, findings);
        if (outcome == null) {
            return;
        }
        visited.addAll(outcome.visited());
        compare(test, outcome, findings);
    }

    private static void words(Element at, Set<String> possible, List<Finding> findings) {
        at.members().stream().filter(member -> !possible.contains(member.name())).forEach(member -> findings.add(
                member.key().finding("There is no '" + member.name() + "' in a test."
                        + Suggestion.of(member.name(), possible))));
    }

    private Rehearsal.@Nullable Outcome take(Element test, Element payload, Path file, List<Finding> findings)
            throws Exception {
        var path = file.resolveSibling(String.valueOf(payload.text()));
        if (!Files.isRegularFile(path)) {
            findings.add(payload.finding("There is no file " + path + "."));
            return null;
        }
        var bytes = Files.readAllBytes(path);
        var word = test.text("gateway").isEmpty() ? "green-api" : test.text("gateway");
        var gateway = Rehearsal.gateway(word);
        var name = test.text("account");
        Account account;
        if (!name.isEmpty()) {
            account = rehearsal.account(word, name).orElse(null);
        } else {
            account = gateway.map(one -> rehearsal.standIn(one, instance(bytes))).orElse(null);
        }
        if (account == null) {
            findings.add(test.finding(gateway.isEmpty()
                    ? "There is no gateway '" + word + "'."
                    : "There is no account '" + name + "' of " + word + "."));
            return null;
        }
        return rehearsal.take(account, bytes);
    }

    /** Which instance a notification says it is of. */
    public static String instance(byte[] notification) {
        try {
            var json = JSON.readTree(notification);
            for (var place : List.of("/instanceData/idInstance", "/body/instanceData/idInstance", "/session")) {
                var found = json.at(place);
                if (!found.isMissingNode() && !found.isNull()) {
                    return found.asText();
                }
            }
        } catch (IOException e) {
            // It is none that anybody can read; so it is of nobody else either.
            return "none";
        }
        return "none";
    }

    private static void compare(Element test, Rehearsal.Outcome outcome, List<Finding> findings) {
        var name = test.text("name").isEmpty() ? "this test" : "'" + test.text("name") + "'";
        var visited = outcome.visited();
        list(test.get("visits")).filter(one -> !visited.contains(one.text())).forEach(one -> findings.add(one.finding(
                name + ": " + one.text() + " was not visited, but " + String.join(", ", visited) + ".")));
        var channel = test.get("channel");
        if (channel != null && !outcome.channels().contains(String.valueOf(channel.text()))) {
            findings.add(channel.finding(name + ": it did not come to the channel " + channel.text() + ", but to "
                    + (outcome.channels().isEmpty() ? "none" : String.join(", ", outcome.channels())) + "."));
        }
        var recognised = test.get("recognised");
        if (recognised != null && !String.valueOf(outcome.recognised()).equals(recognised.text())) {
            findings.add(recognised.finding(name + ": it was " + (outcome.recognised() ? "" : "not ") + "recognised."
                    + (outcome.reason() == null ? "" : " " + outcome.reason())));
        }
        list(test.get("sends")).forEach(one -> sent(name, one, outcome, findings));
        list(test.get("doesNotSend")).filter(one -> outcome.deliveries().stream()
                .anyMatch(delivery -> delivery.endpoint().equals(one.text())))
                .forEach(one -> findings.add(one.finding(name + ": " + one.text() + " is owed something, and should"
                        + " not be.")));
    }

    private static Stream<Element> list(@Nullable Element element) {
        return element == null ? Stream.of() : element.isList() ? element.items().stream() : Stream.of(element);
    }

    private static void sent(String test, Element expected, Rehearsal.Outcome outcome, List<Finding> findings) {
        words(expected, SENT, findings);
        var to = expected.text() != null ? String.valueOf(expected.text()) : expected.text("to");
        var deliveries = outcome.deliveries().stream().filter(one -> one.endpoint().equals(to)).toList();
        if (deliveries.isEmpty()) {
            findings.add(expected.finding(test + ": " + to + " is owed nothing; owed something are "
                    + outcome.deliveries().stream().map(Rehearsal.Delivery::endpoint).distinct()
                            .collect(Collectors.joining(", ", "", "."))));
            return;
        }
        deliveries.stream().filter(one -> one.error() != null).forEach(one -> findings.add(expected.finding(test
                + ": the route of " + to + " failed: " + one.error())));
        var body = expected.get("bodyHas");
        if (body != null) {
            body.members().forEach(member -> {
                var actual = deliveries.stream().map(one -> at(one.change(), member.name())).toList();
                var wanted = member.value().text();
                if (actual.stream().noneMatch(one -> one.isMissingNode() || one.isNull()
                        ? wanted == null
                        : one.asText().equals(wanted))) {
                    findings.add(member.value().finding(test + ": " + member.name() + " is "
                            + actual.stream().map(one -> one.isMissingNode() ? "missing" : one.toString())
                                    .collect(Collectors.joining(" or "))
                            + "."));
                }
            });
        }
        var leaves = expected.get("leaves");
        if (leaves != null && deliveries.stream().flatMap(one -> one.leaving().stream())
                .noneMatch(one -> one.body().contains(String.valueOf(leaves.text())))) {
            findings.add(leaves.finding(test + ": nothing with this text leaves by " + to + "."));
        }
    }

    private static JsonNode at(Map<String, Object> change, String path) {
        return JSON.<JsonNode>valueToTree(change).at("/" + path.replaceFirst("^\\$\\.", "").replace('.', '/'));
    }
}
