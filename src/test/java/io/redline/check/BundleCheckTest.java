package io.redline.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;

import jakarta.inject.Inject;

import org.eclipse.microprofile.config.Config;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.OnSqlite;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;

/** The shipped bundle is sound; broken in each way that there is a rule for, it is not, and the finding says where. */
@QuarkusTest
@TestProfile(OnSqlite.class)
class BundleCheckTest {

    private static final String ROUTER = "routes/gateways/green-api.camel.yaml";
    private static final String CHANNELS = "routes/channels.camel.yaml";
    private static final String OWN = "routes/endpoints/own.camel.yaml";
    /** An endpoint of an operator's own, with room for a step. */
    private static final String ENDPOINT = """
            - route:
                id: endpoint-own
                description: To a system of our own
                from:
                  id: endpoint-own-from
                  uri: outbox:own
                  steps:
            %s
            """;

    @Inject
    BundleCheck check;

    private static BundleFiles shipped() {
        return BundleFiles.read(Path.of("routes"));
    }

    private static Config config(Map<String, String> settings) throws IOException {
        var defaults = new Properties();
        try (var reader = Files.newBufferedReader(Path.of("src/main/resources/application.properties"))) {
            defaults.load(reader);
        }
        Map<String, String> all = new HashMap<>();
        defaults.stringPropertyNames().stream().filter(key -> !key.startsWith("%"))
                .forEach(key -> all.put(key, defaults.getProperty(key)));
        all.putAll(settings);
        return new SmallRyeConfigBuilder().addDefaultInterceptors()
                .withSources(new PropertiesConfigSource(all, "test", 100)).build();
    }

    private List<String> findings(BundleFiles files, Map<String, String> settings) throws IOException {
        return check.check(files, config(settings), Map.of()).stream().map(Finding::toString).toList();
    }

    private static BundleFiles with(String file, String text) {
        var routes = new TreeMap<>(shipped().routes());
        routes.put(file, text);
        return new BundleFiles(routes, Map.of(), List.of());
    }

    private static BundleFiles edited(String file, String before, String after) {
        var text = shipped().routes().get(file);
        assertThat(text).as("the edit finds its place").contains(before);
        return with(file, text.replace(before, after));
    }

    private static BundleFiles endpoint(String step) {
        return with(OWN, ENDPOINT.formatted(step.indent(8).stripTrailing()));
    }

    private static Arguments broken(BundleFiles files, String... expected) {
        return Arguments.of(List.of(expected).toString(), files, List.of(expected));
    }

    @Test
    void the_shipped_bundle_is_sound() throws IOException {
        assertThat(shipped().routes()).hasSizeGreaterThan(10);
        assertThat(findings(shipped(), Map.of())).isEmpty();
        assertThat(findings(shipped(), Map.of("redline.endpoint.database.url", "jdbc:sqlite:x.db",
                "redline.endpoint.http.url", "https://x", "redline.endpoint.forward.url", "https://x",
                "redline.endpoint.mail.host", "x", "redline.endpoint.mail.from", "a@x", "redline.endpoint.mail.to",
                "b@x", "redline.endpoint.kafka.brokers", "x:9092", "redline.endpoint.kafka.topic", "x",
                "redline.route.edits", "database, http,mail,kafka"))).isEmpty();
        assertThat(findings(endpoint("""
                - log:
                    id: own-log
                    message: "${body[text]}"
                """), Map.of("redline.route.edits", "own"))).isEmpty();
    }

    static Stream<Arguments> whatIsBroken() {
        return Stream.of(
                broken(edited(CHANNELS, "- route:\n    id: edits\n", "- route:\n    id: edits\n   x: y\n"),
                        CHANNELS + ":18:4: This is no YAML"),
                broken(with(OWN, "route: {}"), OWN + ":1:1: A file of routes is a list"),
                broken(endpoint("- sent: {id: x}"), OWN + ":8:11: Camel knows no 'sent' here. Did you mean "),
                broken(endpoint("- log: {id: own-log, messag: x}"),
                        "Camel knows no 'messag' here. Did you mean 'message'?"),
                broken(endpoint("- to: {id: own-out, description: Out}"), "'uri' is missing here"),
                broken(endpoint("- log: {id: own-log, message: x, loggingLevel: INFOS}"),
                        "'INFOS' is not possible here. Did you mean 'INFO'?"),
                broken(endpoint("- filter:\n    id: own-filter\n    steps: []"), "This 'filter' has no expression"),
                broken(endpoint("- loop:\n    id: own-loop\n    copy: maybe\n    expression:\n      constant: \"3\""),
                        "Here has to be true or false, not 'maybe'"),
                broken(endpoint("- setBody:\n    id: own-body\n    expression:\n      simpel: {expression: x}"),
                        "Camel knows no 'simpel' here. Did you mean 'simple'?"),
                broken(edited(CHANNELS, "      steps:\n        - to:\n            id: edits-outbox-out",
                        "      steps:\n          to:\n            id: edits-outbox-out"), "'steps' is a list"),
                broken(endpoint("- log: {message: x}"), OWN + ":8:11: This 'log' has no id"),
                broken(endpoint("- log: {id: log-1234, message: x}"), "the name of a node that nobody named"),
                broken(endpoint("- log: {id: http-out, message: x}"),
                        "The id 'http-out' is taken already, at routes/endpoints/http.camel.yaml:"),
                broken(endpoint("- to: {id: own-out, uri: \"direct:answer\"}"), "This 'to' has no description"),
                broken(edited(CHANNELS, "    description: Messages edited\n", ""), CHANNELS,
                        "This 'route' has no description"),
                broken(edited(CHANNELS, "{{redline.route.edits}}", "{{redline.route.edit}}"),
                        "{{redline.route.edit}} is not set", "Did you mean 'redline.route.edits'?"),
                broken(endpoint("- to: {id: own-out, description: Out, uri: \"htp:x\"}"),
                        "The component 'htp' is not compiled in. Did you mean 'http'?"),
                broken(endpoint(
                        "- to:\n    id: own-out\n    description: Out\n    uri: file\n    parameters:\n      directoryNme: x"),
                        OWN + ":13:15: 'directoryNme' is no option of file. Did you mean 'directoryName'?"),
                broken(with(OWN, ENDPOINT.formatted("        - log: {id: own-log, message: x}")
                        .replace("outbox:own", "outbox:own?concurency=2")),
                        "'concurency' is no option of outbox. Did you mean 'concurrency'?"),
                broken(endpoint("- setBody:\n    id: own-body\n    expression:\n      groovy: {expression: x}"),
                        "The language 'groovy' is not compiled in"),
                broken(endpoint(
                        "- setBody:\n    id: own-body\n    expression:\n      simple: {expression: \"${body[text}\"}"),
                        OWN + ":11:", "This is no simple: "),
                broken(endpoint("- unmarshal:\n    id: own-parse\n    csv: {}"),
                        "The data format 'csv' is not compiled in"),
                broken(endpoint("- bean: {id: own-bean, ref: greenApy, method: edited}"),
                        "There is no bean 'greenApy'. Did you mean 'greenApi'?"),
                broken(endpoint("- to: {id: own-out, description: Out, uri: \"jdbc:own\"}"),
                        "jdbc:own has no database: set redline.endpoint.own.url"),
                broken(edited(ROUTER, "name: edits", "name: editz"),
                        "No route begins with direct:editz. Did you mean 'edits'?"),
                broken(edited(CHANNELS, "outbox:{{redline.route.edits}}", "outbox:crm"),
                        "No route begins with outbox:crm, which this step names"),
                broken(endpoint("- wireTap: {id: own-tap, description: Tap, uri: \"direct:answer\"}"),
                        "'wireTap' loses changes"),
                broken(endpoint(
                        "- aggregate:\n    id: own-all\n    aggregationStrategy: x\n    correlationExpression: {constant: {expression: \"1\"}}\n    steps: []"),
                        "'aggregate' loses changes"),
                broken(endpoint("- to: {id: own-out, description: Out, uri: \"seda:own\"}"), "'seda' loses changes"),
                broken(edited("routes/answers.camel.yaml", "        - choice:\n            id: by-status",
                        "        - wireTap:\n            id: tap\n            description: Tap\n            uri: direct:answer\n        - choice:\n            id: by-status"),
                        "routes/answers.camel.yaml:", "'wireTap' loses changes"),
                broken(with(OWN, ENDPOINT.formatted("        - log: {id: own-log, message: x}") + """
                        - onException:
                            id: own-exception
                            exception: [java.lang.Exception]
                            redeliveryPolicy:
                              maximumRedeliveries: 3
                        """), OWN, "Camel would try deliveries again"),
                broken(with(OWN, ENDPOINT.formatted("        - log: {id: own-log, message: x}") + """
                        - routeConfiguration:
                            onException: []
                        """), "This routeConfiguration has no id"),
                broken(with(OWN, ENDPOINT.formatted("        - log: {id: own-log, message: x}") + """
                        - routeConfiguration:
                            id: errors
                        """), "No route names the routeConfiguration 'errors'"),
                broken(edited(CHANNELS, "    description: Messages edited\n",
                        "    description: Messages edited\n    routeConfigurationId: errors\n"),
                        "There is no routeConfiguration 'errors'"),
                broken(endpoint(
                        "- to: {id: own-out, description: Out, uri: \"https://hooks.slack.com/services/T00000000/B00000000/abcdefghijklmnopqrstuvwx\"}"),
                        "This looks like a secret"),
                broken(endpoint("- to: {id: own-out, description: Out, uri: \"smtp://x?username=me&password=hunter\"}"),
                        "'password' is a secret"),
                broken(endpoint(
                        "- setHeader:\n    id: own-key\n    name: X-Api-Token\n    expression:\n      constant: {expression: abc}"),
                        "'X-Api-Token' is a secret"),
                broken(with("routes/endpoints/again.camel.yaml",
                        ENDPOINT.formatted("        - log: {id: again-log, message: x}").replace("own", "again")
                                .replace("outbox:again", "outbox:log")),
                        "begins with outbox:log already"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("whatIsBroken")
    void what_is_broken_is_said(String name, BundleFiles files, List<String> expected) throws IOException {
        assertThat(findings(files, Map.of())).anySatisfy(finding -> assertThat(finding).contains(expected));
    }

    static Stream<Arguments> waysWithoutOutbox() {
        var otherwise = shipped().routes().get(ROUTER).indexOf(
                "            otherwise:\n              id: otherwise-unrecognised-message");
        return Stream.of(
                broken(with(ROUTER, shipped().routes().get(ROUTER).substring(0, otherwise)),
                        "The choice by-type-message has no otherwise"),
                broken(edited(ROUTER, "                  - to:\n                      id: call-out\n"
                        + "                      description: To the channel calls\n                      uri: direct\n"
                        + "                      parameters:\n                        name: calls\n", ""),
                        "The branch when-call ends without an outbox"),
                broken(edited(ROUTER, "                  - bean:\n                      id: translate-call\n",
                        "                  - stop:\n                      id: call-stop\n                  - bean:\n"
                                + "                      id: translate-call\n"),
                        "'stop' ends the way of a notification without an outbox"),
                broken(edited(ROUTER, "      steps:\n        - setVariable:\n            id: read-type-message\n",
                        "      steps:\n        - stop:\n            id: message-stop\n        - setVariable:\n            id: read-type-message\n"),
                        "'stop' ends the way"),
                broken(edited(CHANNELS, "        - to:\n            id: calls-outbox-out\n"
                        + "            description: Keep it, and owe it to the endpoints of this channel\n"
                        + "            uri: \"outbox:{{redline.route.calls}}\"\n",
                        "        - filter:\n            id: calls-some\n"
                                + "            expression:\n              simple: {expression: \"${body} != null\"}\n"
                                + "            steps:\n              - to:\n                  id: calls-outbox-out\n"
                                + "                  description: Keep it\n"
                                + "                  uri: \"outbox:{{redline.route.calls}}\"\n"),
                        "What calls-some does not let pass ends without an outbox"),
                broken(edited(ROUTER, "                      uri: direct\n                      parameters:\n"
                        + "                        name: calls\n", "                      uri: log:calls\n"),
                        "The branch when-call ends without an outbox"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("waysWithoutOutbox")
    void a_way_that_can_end_without_an_outbox_is_said(String name, BundleFiles files, List<String> expected)
            throws IOException {
        assertThat(findings(files, Map.of())).singleElement().satisfies(finding -> assertThat(finding).contains(
                expected));
    }

    @Test
    void an_inbox_that_cannot_be_one_is_said() throws IOException {
        assertThat(findings(shipped(), Map.of("redline.inbox", "kafka", "redline.inbox.kafka.brokers", "x:9092")))
                .isEmpty();
        assertThat(findings(shipped(), Map.of("redline.inbox", "kafka"))).singleElement().asString()
                .contains("needs redline.inbox.kafka.brokers");
        assertThat(findings(shipped(), Map.of("redline.inbox", "kafak"))).singleElement().asString()
                .contains("Did you mean 'kafka'?");
    }

    @Test
    void settings_that_there_are_not_are_said_with_their_line() throws IOException {
        var files = new BundleFiles(shipped().routes(), Map.of("application.properties", """
                # a comment
                redline.rout.edits=log
                redline.accounts.sales.tokn=x
                redline.route.deletes=crm
                redline.route.failures=mail
                redline.endpoint.crm.url=https://x
                %prod.redline.outbox.max-weit=5s
                redline.route.edits=log,\\
                    slack
                """), List.of());
        assertThat(findings(files, Map.of("redline.route.deletes", "crm", "redline.route.failures", "mail",
                "redline.route.edits", "log,slack"))).containsExactly(
                        "application.properties:2:1: There is no setting redline.rout.edits. Did you mean"
                                + " 'redline.route.edits'?",
                        "application.properties:3:1: There is no setting redline.accounts.sales.tokn. Did you mean"
                                + " 'redline.accounts.sales.token'?",
                        "application.properties:4:1: No route begins with outbox:crm, which redline.route.deletes names:"
                                + " add one in routes/endpoints, or name another.",
                        "application.properties:5:1: The endpoint mail, which redline.route.failures names, needs"
                                + " redline.endpoint.mail.host and redline.endpoint.mail.from and"
                                + " redline.endpoint.mail.to: set it, or name another.",
                        "application.properties:7:1: There is no setting redline.outbox.max-weit. Did you mean"
                                + " 'redline.outbox.max-wait'?",
                        "application.properties:8:1: No route begins with outbox:slack, which redline.route.edits names:"
                                + " add one in routes/endpoints, or name another.");
        assertThat(check.check(shipped(), config(Map.of()), Map.of("REDLINE_ROUT_EDITS", "x",
                "REDLINE_ACCOUNTS_SALES_WEBHOOK_TOKEN", "x", "REDLINE_API_TOKEN", "x"))).singleElement()
                .hasToString(
                        "environment: There is no setting REDLINE_ROUT_EDITS. Did you mean 'REDLINE_ROUTE_EDITS'?");
    }

    @Test
    void a_kamelet_is_there_and_gets_what_it_needs() throws IOException {
        var route = """
                - route:
                    id: endpoint-own
                    description: Tell somebody by a kamelet
                    from:
                      id: endpoint-own-from
                      uri: outbox:own
                      steps:
                        - to:
                            id: own-out
                            description: By a kamelet
                            uri: "%s"
                """;
        assertThat(findings(with(OWN, route.formatted(
                "kamelet:green-api-message-action?operation=edit&instance=1&token=x")), Map.of())).isEmpty();
        assertThat(findings(with(OWN, route.formatted("kamelet:green-api-message-action?operation=edit&instanc=1")),
                Map.of())).anySatisfy(
                        one -> assertThat(one).endsWith("'instanc' is no property of the kamelet"
                                + " green-api-message-action. Did you mean 'instance'?"))
                .anySatisfy(one -> assertThat(one).endsWith("The kamelet 'green-api-message-action' needs token."));
        assertThat(findings(with(OWN, route.formatted("kamelet:crm-sink")), Map.of())).singleElement().asString()
                .endsWith(
                        "There is no kamelet 'crm-sink': write routes/kamelets/crm-sink.kamelet.yaml, or name one that is"
                                + " shipped.");
    }

    @Test
    void an_account_without_a_route_for_its_gateway_is_said() throws IOException {
        var routes = new TreeMap<>(shipped().routes());
        routes.remove(ROUTER);
        assertThat(findings(new BundleFiles(routes, Map.of(), List.of()),
                Map.of("redline.accounts.sales.gateway", "green-api"))).anySatisfy(
                        finding -> assertThat(finding)
                                .contains("No route begins with direct:green-api, where its notifications go"));
    }

    @Test
    void the_routes_that_the_documents_show_are_sound() throws IOException {
        var shown = 0;
        try (Stream<Path> files = Files.list(Path.of("docs"))) {
            for (var document : Stream.concat(Stream.of(Path.of("README.md")),
                    files.filter(file -> file.toString().endsWith(".md")).sorted()).toList()) {
                for (var block : Files.readString(document).split("(?m)^```yaml\\n")) {
                    if (block.startsWith("- route:")) {
                        shown++;
                        assertThat(findings(with(OWN, block.substring(0, block.indexOf("\n```") + 1)), Map.of()))
                                .as(document.toString()).isEmpty();
                    }
                }
            }
        }
        assertThat(shown).isGreaterThan(1);
    }
}
