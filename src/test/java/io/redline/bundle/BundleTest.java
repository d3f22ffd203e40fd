package io.redline.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Named;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

import io.quarkus.arc.Unremovable;
import io.quarkus.runtime.annotations.RegisterForReflection;

/** The rules of the route files, and that whatever they name exists in JVM and native alike. */
class BundleTest {

    private static final Path ROUTES = Path.of("routes");
    private static final Path DEFAULTS = Path.of("src/main/resources/application.properties");
    private static final Path MANUAL = Path.of("application.properties");

    private static final Pattern KEBAB_CASE = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");
    /** What Kaoto calls a node that nobody named. */
    private static final Pattern MADE_BY_KAOTO = Pattern.compile("[a-z]+-\\d{3,4}");
    private static final int LONGEST_DESCRIPTION = 80;
    private static final Set<String> BRANCHES = Set.of("when", "otherwise", "doCatch", "doFinally");
    private static final Set<String> DESCRIBED = Set.of("route", "when", "otherwise", "to", "toD", "wireTap");

    /** Every typeWebhook that GREEN-API documents, and the two settings that its prose takes for such. */
    private static final Set<String> TYPES_OF_WEBHOOKS = Set.of("incomingMessageReceived", "outgoingMessageReceived",
            "outgoingAPIMessageReceived", "outgoingMessageStatus", "stateInstanceChanged", "statusInstanceChanged",
            "deviceInfo", "incomingCall", "outgoingCall", "incomingBlock", "quotaExceeded", "editedMessageWebhook",
            "deletedMessageWebhook");
    /** Every messageData.typeMessage that GREEN-API's documents, schemas and clients name. */
    private static final Set<String> TYPES_OF_MESSAGES = Set.of("textMessage", "extendedTextMessage", "quotedMessage",
            "imageMessage", "videoMessage", "documentMessage", "audioMessage", "stickerMessage", "locationMessage",
            "contactMessage", "contactsArrayMessage", "pollMessage", "pollUpdateMessage", "reactionMessage",
            "groupInviteMessage", "buttonsMessage", "buttonsResponseMessage", "listMessage", "listResponseMessage",
            "templateMessage", "templateButtonsReplyMessage", "templateButtonReplyMessage", "interactiveButtons",
            "interactiveButtonsReply", "editedMessage", "deletedMessage");

    /** Every type of update that Aitu's contract has. */
    private static final Set<String> TYPES_OF_UPDATES = Set.of("Message", "MessageEdited", "MessageIdAssigned",
            "InlineCommandSelected", "QuickButtonSelected", "FormSubmitted", "FormClosed", "FormMessageSent",
            "InvitedToGroup", "KickedFromGroup", "InvitedToChannel", "KickedFromChannel", "NewChannelSubscriber",
            "ChannelAdminAdded", "ChannelAdminDeleted", "ChannelPermissionsGranted", "ChannelPermissionsRevoked");

    /** Keys of the manual that have no default. */
    private static final Set<String> WITHOUT_DEFAULT = Set.of("redline.api.token", "redline.public-url",
            "redline.database.username",
            "redline.database.password", "redline.endpoint.database.url", "redline.endpoint.database.username",
            "redline.endpoint.database.password", "redline.endpoint.mail.host", "redline.endpoint.mail.from",
            "redline.endpoint.mail.to", "redline.endpoint.mail.username", "redline.endpoint.mail.password",
            "redline.endpoint.http.url", "redline.endpoint.http.secret", "redline.endpoint.forward.url",
            "redline.endpoint.forward.authorization", "redline.endpoint.kafka.brokers",
            "redline.endpoint.kafka.topic", "redline.endpoint.kafka.properties", "redline.inbox.kafka.brokers",
            "redline.inbox.kafka.properties");
    /** The condition under which an endpoint's route is one: its name, and the settings that it needs. */
    private static final Pattern IN_USE = Pattern.compile("\\{\\{in-use:([a-z-]+) needs ([a-z, -]+)}}");
    private static final Pattern BY_NAME = Pattern
            .compile(
                    "redline\\.accounts\\.[a-z-]+\\.(gateway|instance|url|token|webhook-token|webhook-secret|intake|journal|manage-settings)"
                            + "|redline\\.endpoint\\.[a-z-]+\\.(retry\\.(attempts|delay|max-delay|max-age)|rate)");

    /** An element of a route as Kaoto draws it: a route, its from, a step or a branch. */
    private record Node(String file, String kind, Object definition) {

        @Nullable
        String get(String key) {
            return definition instanceof Map<?, ?> map && map.get(key) instanceof String text ? text : null;
        }

        String id() {
            return Objects.requireNonNullElse(get("id"), "");
        }

        @Override
        public String toString() {
            return file + ": " + kind + " " + (id().isEmpty() ? definition : id());
        }
    }

    private static final Map<String, Object> FILES = read();
    private static final List<Node> NODES = FILES.entrySet().stream()
            .flatMap(file -> nodes(file.getKey(), file.getValue()).stream()).toList();

    @Test
    void the_rules_see_the_whole_bundle() {
        assertThat(FILES).containsKeys("routes/channels.camel.yaml", "routes/gateways/green-api.camel.yaml",
                "routes/gateways/waha.camel.yaml",
                "routes/answers.camel.yaml", "routes/journals.camel.yaml", "routes/gateways/green-api-calls.camel.yaml",
                "routes/endpoints/log.camel.yaml", "routes/endpoints/database.camel.yaml",
                "routes/endpoints/mail.camel.yaml", "routes/endpoints/http.camel.yaml",
                "routes/endpoints/forward.camel.yaml", "routes/endpoints/kafka.camel.yaml");
        assertThat(of("route")).hasSizeGreaterThanOrEqualTo(18);
        assertThat(of("from")).hasSameSizeAs(of("route"));
        assertThat(of("when")).hasSizeGreaterThan(20);
        assertThat(of("to")).hasSizeGreaterThan(30);
        assertThat(of("bean")).hasSizeGreaterThan(20);
        assertThat(NODES).hasSizeGreaterThan(100);
    }

    @Test
    void a_file_is_a_list_of_routes() {
        FILES.forEach((file, content) -> assertThat(content).as(file).asInstanceOf(
                InstanceOfAssertFactories.LIST).isNotEmpty().allSatisfy(
                        entity -> assertThat(entity).asInstanceOf(InstanceOfAssertFactories.MAP)
                                .containsOnlyKeys("route")));
    }

    @Test
    void every_node_has_an_id_that_somebody_gave_it() {
        assertThat(NODES).allSatisfy(node -> assertThat(node.id()).as(node.toString()).matches(KEBAB_CASE)
                .doesNotMatch(MADE_BY_KAOTO));
    }

    @Test
    void ids_are_unique_in_the_whole_bundle() {
        assertThat(NODES).extracting(Node::id).doesNotHaveDuplicates();
    }

    @Test
    void routes_branches_and_ways_out_are_described_in_a_line() {
        assertThat(NODES).filteredOn(node -> DESCRIBED.contains(node.kind())).hasSizeGreaterThan(60)
                .allSatisfy(node -> assertThat(node.get("description")).as(node.toString()).isNotBlank());
        assertThat(NODES).extracting(node -> node.get("description")).filteredOn(Objects::nonNull)
                .allSatisfy(description -> assertThat(description).hasSizeLessThanOrEqualTo(LONGEST_DESCRIPTION)
                        .doesNotEndWith(".").matches("\\p{Lu}.*"));
    }

    @Test
    void every_bean_named_is_made_for_routes_and_kept() {
        var beans = beans();
        assertThat(beans.values()).allSatisfy(producer -> {
            assertThat(producer.isAnnotationPresent(Produces.class)).as(producer.toString()).isTrue();
            assertThat(producer.isAnnotationPresent(Unremovable.class)).as(producer.toString()).isTrue();
        });
        assertThat(beanNames()).isNotEmpty();
        assertThat(beans.keySet()).containsAll(beanNames());
    }

    @Test
    void every_method_named_exists_and_is_registered_for_native() {
        var beans = beans();
        assertThat(calls()).hasSizeGreaterThan(of("bean").size()).allSatisfy(call -> {
            var type = beans.get(call.get("ref")).getReturnType();
            assertThat(targets()).as(call.toString()).contains(type);
            assertThat(type.getMethods()).as(call.toString()).extracting(Method::getName)
                    .contains(call.get("method").toString().replaceFirst("\\(.*", ""));
        });
    }

    @Test
    void expressions_reach_only_what_is_registered_for_native() {
        assertThat(expressions()).hasSizeGreaterThan(5);
        assertThat(expressions()).allSatisfy(
                expression -> assertThat(unreachable(expression)).as(expression).isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"body[status], ''", "variable.typeWebhook, ''", "header.RedlineEventId, ''", "body.size(), ''",
            "body[change][kind], ''", "exception.message, ''", "body.getText(), getText", "body.text, text",
            "exchange.fromRouteId, exchange.fromRouteId", "body[a].wave(), wave", "header.a.trim(), ''"})
    void the_check_of_expressions_tells_methods_from_keys(String expression, String found) {
        assertThat(String.join(",", unreachable(expression))).isEqualTo(found);
    }

    @Test
    void every_placeholder_has_a_default_or_is_what_the_route_needs() {
        var known = new TreeSet<>(properties(DEFAULTS).keySet());
        needs().forEach((endpoint, needs) -> known.addAll(needs));
        var placeholders = strings(FILES).stream().flatMap(text -> Pattern
                .compile("\\{\\{(?:millis:)?(?!in-use:|\\?)([^}:]+)[^}]*}}").matcher(text).results())
                .map(found -> found.group(1)).collect(Collectors.toCollection(TreeSet::new));

        assertThat(placeholders).hasSizeGreaterThanOrEqualTo(20);
        assertThat(known).containsAll(placeholders);
        assertThat(
                strings(FILES).stream().flatMap(text -> Pattern.compile("\\{\\{\\?([^}]+)}}").matcher(text).results())
                        .map(found -> found.group(1)))
                .isNotEmpty().isSubsetOf(manual().keySet());
    }

    @Test
    void an_endpoint_with_settings_is_left_out_until_they_are_there() {
        assertThat(needs().keySet()).containsExactlyInAnyOrder("database", "mail", "http", "forward", "kafka");
        needs().forEach((endpoint, needs) -> {
            var route = of("route").stream().filter(one -> one.id().equals("endpoint-" + endpoint)).findFirst();
            assertThat(route).get().satisfies(one -> assertThat(IN_USE.matcher(Objects.requireNonNullElse(
                    one.get("precondition"), "")).results().map(found -> found.group(1))).containsExactly(endpoint));
            assertThat(manual().keySet()).containsAll(needs);
        });
    }

    @Test
    void every_direct_way_leads_somewhere() {
        var ends = NODES.stream().filter(node -> node.kind().equals("from")).map(BundleTest::directName)
                .filter(Objects::nonNull).toList();
        assertThat(ends).hasSizeGreaterThan(10).doesNotHaveDuplicates();
        assertThat(of("to")).extracting(BundleTest::directName).filteredOn(Objects::nonNull).isSubsetOf(ends);
    }

    @Test
    void every_channel_ends_in_the_outbox_by_the_property_of_its_name() {
        var channels = nodes("routes/channels.camel.yaml", FILES.get("routes/channels.camel.yaml"));
        assertThat(channels).filteredOn(node -> node.kind().equals("route")).allSatisfy(
                route -> assertThat(strings(route.definition()))
                        .contains("outbox:{{redline.route." + route.id() + "}}"));
    }

    @Test
    void the_router_of_green_api_has_a_branch_for_every_type() {
        assertThat(wordsOfBranches("green-api", "typeWebhook")).containsExactlyInAnyOrderElementsOf(TYPES_OF_WEBHOOKS);
        assertThat(wordsOfBranches("green-api", "typeMessage")).containsExactlyInAnyOrderElementsOf(TYPES_OF_MESSAGES);
    }

    @Test
    void the_router_of_waha_has_a_branch_for_every_event_of_messages_chats_and_sessions() {
        assertThat(wordsOfBranches("waha", "event")).containsExactlyInAnyOrder("message", "message.any",
                "message.edited", "message.revoked", "message.ack", "message.ack.group", "message.reaction",
                "message.waiting", "chat.archive", "session.status");
    }

    @Test
    void the_router_of_aitu_has_a_branch_for_every_type() {
        assertThat(wordsOfBranches("aitu", "type")).containsExactlyInAnyOrderElementsOf(TYPES_OF_UPDATES);
    }

    @Test
    void every_choice_on_a_type_has_an_otherwise_that_keeps() {
        assertThat(of("choice"))
                .filteredOn(choice -> choice.id().startsWith("by-type") || choice.id().startsWith("by-event"))
                .hasSizeGreaterThanOrEqualTo(6)
                .allSatisfy(choice -> assertThat(choice.definition()).asInstanceOf(
                        InstanceOfAssertFactories.MAP).containsKey("otherwise"));
    }

    @Test
    void the_manual_says_every_default_as_it_is() {
        var manual = manual();
        var ours = properties(DEFAULTS).entrySet().stream().filter(entry -> entry.getKey().startsWith("redline.")
                || entry.getKey().matches("quarkus\\.(http|management)\\.(host|port)")).toList();

        assertThat(ours).hasSizeGreaterThan(18);
        assertThat(manual).containsAllEntriesOf(ours.stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    @Test
    void the_manual_says_nothing_that_does_not_work() {
        var defaults = properties(DEFAULTS);
        assertThat(manual()).allSatisfy((key, value) -> {
            if (!WITHOUT_DEFAULT.contains(key) && !BY_NAME.matcher(key).matches()) {
                assertThat(defaults).as("defaults of the service").containsEntry(key, value);
            }
        });
    }

    @Test
    void the_manual_sets_nothing_as_shipped() {
        assertThat(properties(MANUAL)).isEmpty();
        assertThat(manual().keySet()).containsAll(WITHOUT_DEFAULT).anyMatch(key -> key.startsWith("redline.accounts."))
                .anyMatch(key -> key.startsWith("redline.endpoint."));
    }

    @Test
    void the_list_of_settings_that_check_knows_is_the_manual() throws IOException {
        var listed = Files.readAllLines(Path.of("src/main/resources/META-INF/redline/settings.txt")).stream()
                .filter(line -> !line.startsWith("#")).toList();
        var written = manual().keySet().stream().filter(key -> key.startsWith("redline."))
                .map(key -> key.replaceFirst("^redline\\.accounts\\.[a-z-]+\\.", "redline.accounts.<name>."))
                .map(key -> key.replaceFirst("^redline\\.endpoint\\.(?!mail\\.)[a-z-]+\\.", "redline.endpoint.<name>."))
                .map(key -> key.replaceFirst("^redline\\.endpoint\\.mail\\.(retry\\.|rate)",
                        "redline.endpoint.<name>.$1"))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(listed).as("settings.txt").isEqualTo(List.copyOf(written));
    }

    private static List<Node> of(String kind) {
        return NODES.stream().filter(node -> node.kind().equals(kind)).toList();
    }

    private static List<Node> nodes(String file, Object content) {
        var found = new ArrayList<Node>();
        ((List<?>) content).forEach(entity -> ((Map<?, ?>) entity).forEach((kind, definition) -> {
            found.add(new Node(file, (String) kind, definition));
            collect(file, definition, found);
        }));
        return found;
    }

    /** A step is a map of one member, its kind; a branch is a member of the choice or try it belongs to. */
    private static void collect(String file, @Nullable Object at, List<Node> found) {
        if (at instanceof Map<?, ?> map) {
            map.forEach((key, value) -> {
                if ("from".equals(key)) {
                    found.add(new Node(file, "from", value));
                } else if ("steps".equals(key)) {
                    ((List<?>) value).forEach(step -> ((Map<?, ?>) step)
                            .forEach((kind, definition) -> found.add(new Node(file, (String) kind, definition))));
                } else if (BRANCHES.contains(key)) {
                    (value instanceof List<?> many ? many : List.of(value))
                            .forEach(branch -> found.add(new Node(file, (String) key, branch)));
                }
                collect(file, value, found);
            });
        } else if (at instanceof List<?> list) {
            list.forEach(one -> collect(file, one, found));
        }
    }

    private static @Nullable String directName(Node node) {
        var uri = Objects.requireNonNullElse(node.get("uri"), "");
        if (!uri.startsWith("direct")) {
            return null;
        }
        return uri.startsWith("direct:")
                ? uri.substring(7)
                : (String) ((Map<?, ?>) ((Map<?, ?>) node.definition()).get("parameters")).get("name");
    }

    private static Set<String> wordsOfBranches(String gateway, String variable) {
        var comparison = Pattern.compile("\\$\\{variable\\." + variable + "} (?:==|in) '([^']*)'");
        return of("when").stream().filter(when -> when.file().endsWith("/" + gateway + ".camel.yaml"))
                .flatMap(when -> strings(((Map<?, ?>) when.definition()).get("expression")).stream())
                .flatMap(text -> comparison.matcher(text).results())
                .flatMap(found -> Arrays.stream(found.group(1).split(","))).collect(Collectors.toSet());
    }

    /** The beans that RouteBeans makes, by name. */
    private static Map<String, Method> beans() {
        return Arrays.stream(RouteBeans.class.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Named.class))
                .collect(Collectors.toMap(method -> method.getAnnotation(Named.class).value(), method -> method));
    }

    /** What a bean is asked for: by a step of its own, or by an expression. */
    private static List<Map<?, ?>> calls() {
        var calls = new ArrayList<Map<?, ?>>();
        collectCalls(FILES, calls);
        return calls;
    }

    private static void collectCalls(@Nullable Object at, List<Map<?, ?>> calls) {
        if (at instanceof Map<?, ?> map) {
            if (map.containsKey("ref") && map.containsKey("method")) {
                calls.add(map);
            }
            map.values().forEach(value -> collectCalls(value, calls));
        } else if (at instanceof List<?> list) {
            list.forEach(one -> collectCalls(one, calls));
        }
    }

    /** The settings that the route of an endpoint needs, by endpoint. */
    private static Map<String, List<String>> needs() {
        return strings(FILES).stream().flatMap(text -> IN_USE.matcher(text).results())
                .collect(Collectors.toMap(found -> found.group(1), found -> Arrays.stream(found.group(2).split(","))
                        .map(setting -> "redline.endpoint." + found.group(1) + "." + setting.strip()).toList()));
    }

    private static Set<String> beanNames() {
        var names = new TreeSet<String>();
        calls().forEach(call -> names.add((String) call.get("ref")));
        strings(FILES).stream().flatMap(text -> Pattern.compile("(?:=|^)#([A-Za-z]+)").matcher(text).results())
                .forEach(found -> names.add(found.group(1)));
        for (var node : NODES) {
            if (node.get("ref") != null) {
                names.add(node.get("ref"));
            }
            var uri = Objects.requireNonNullElse(node.get("uri"), "");
            if (uri.startsWith("bean:")) {
                names.add(uri.substring(5).replaceFirst("\\?.*", ""));
            }
        }
        return names;
    }

    private static List<Class<?>> targets() {
        return List.of(RouteBeans.class.getAnnotation(RegisterForReflection.class).targets());
    }

    private static List<String> expressions() {
        return strings(FILES).stream().flatMap(text -> Pattern.compile("\\$\\{([^}]*)}").matcher(text).results())
                .map(found -> found.group(1)).distinct().toList();
    }

    /** The calls of an expression that no registered class answers; with its first word if that is no value of a message. */
    private static List<String> unreachable(String expression) {
        var parts = expression.replaceAll("\\[[^]]*]", "").split("\\.");
        var named = Set.of("variable", "header", "exchangeProperty").contains(parts[0]);
        if (!named && !Set.of("body", "exception").contains(parts[0])) {
            return List.of(expression);
        }
        return Arrays.stream(parts).skip(named ? 2 : 1).map(part -> part.replaceFirst("\\(.*", ""))
                .filter(part -> !answers(part)).toList();
    }

    private static boolean answers(String call) {
        var getter = "get" + call.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + call.substring(1);
        return targets().stream().filter(type -> type.getName().startsWith("java.")).flatMap(
                type -> Arrays.stream(type.getMethods())).map(Method::getName)
                .anyMatch(name -> name.equals(call) || name.equals(getter));
    }

    private static List<String> strings(@Nullable Object at) {
        if (at instanceof Map<?, ?> map) {
            return map.values().stream().flatMap(value -> strings(value).stream()).toList();
        } else if (at instanceof Collection<?> list) {
            return list.stream().flatMap(value -> strings(value).stream()).toList();
        }
        return at instanceof String text ? List.of(text) : List.of();
    }

    private static Map<String, Object> read() {
        try (Stream<Path> files = Files.walk(ROUTES)) {
            var all = new TreeMap<String, Object>();
            for (var file : files.filter(path -> path.toString().endsWith(".camel.yaml")).toList()) {
                all.put(file.toString().replace('\\', '/'), new Load(LoadSettings.builder()
                        .setAllowDuplicateKeys(false).build()).loadFromString(Files.readString(file)));
            }
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a file sets, without what it sets for a profile. */
    private static Map<String, String> properties(Path file) {
        try (var reader = Files.newBufferedReader(file)) {
            var properties = new Properties();
            properties.load(reader);
            var all = new HashMap<String, String>();
            properties.stringPropertyNames().stream().filter(key -> !key.startsWith("%"))
                    .forEach(key -> all.put(key, properties.getProperty(key)));
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The keys of the manual: {@code #key=value} is one commented out, {@code # words} is prose. */
    private static Map<String, String> manual() {
        try (Stream<String> lines = Files.lines(MANUAL)) {
            var keys = lines.map(Pattern.compile("#?([a-z][A-Za-z0-9.\"-]*)=(.*)")::matcher)
                    .filter(Matcher::matches).toList();
            var all = new TreeMap<String, String>();
            // Secrets are shown in each of their forms.
            keys.forEach(key -> assertThat(all.put(key.group(1), key.group(2))).as("twice: " + key.group(1))
                    .matches(before -> before == null || key.group(1).matches(".*(token|webhook-secret)")));
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
