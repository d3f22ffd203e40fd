package io.redline;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.NullMarked;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What docs/architecture.md says of the layout, as rules that can fail. Methods, for Surefire sees no fields. */
@AnalyzeClasses(packages = ArchitectureTest.ROOT, importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    static final String ROOT = "io.redline";

    /** Every package and those of ours it may know. Nobody may know {@code bundle}, which knows whatever routes may name. */
    private static final Map<String, Set<String>> MAY_KNOW = Map.ofEntries(
            Map.entry("event", Set.of()),
            Map.entry("config", Set.of()),
            Map.entry("account", Set.of("config")),
            Map.entry("call", Set.of("account", "config", "event", "gateway")),
            Map.entry("database", Set.of("config")),
            Map.entry("http", Set.of("account", "config", "event", "gateway")),
            Map.entry("gateway", Set.of("event")),
            Map.entry("ledger", Set.of("account", "config", "database", "event")),
            Map.entry("outbox", Set.of("account", "config", "database", "event", "ledger")),
            Map.entry("operation", Set.of("account", "config", "database", "event", "ledger", "outbox")),
            Map.entry("inbox", Set.of("account", "config", "event", "outbox")),
            Map.entry("door",
                    Set.of("account", "call", "config", "database", "event", "http", "inbox", "ledger", "outbox")),
            Map.entry("journal",
                    Set.of("account", "call", "config", "database", "event", "gateway", "ledger", "outbox")),
            Map.entry("command",
                    Set.of("account", "call", "config", "database", "event", "gateway", "ledger", "outbox")),
            Map.entry("api",
                    Set.of("account", "call", "command", "config", "database", "event", "http", "journal", "ledger",
                            "operation",
                            "outbox", "reload", "setting")),
            Map.entry("console",
                    Set.of("account", "api", "call", "command", "config", "database", "event", "http", "journal",
                            "ledger", "operation", "outbox", "reload", "setting")),
            Map.entry("setting", Set.of("account", "call", "config", "database")),
            Map.entry("check", Set.of("account", "database", "event", "ledger", "outbox")),
            Map.entry("terminal",
                    Set.of("account", "call", "check", "config", "database", "event", "setting")),
            Map.entry("endpoint", Set.of("config", "event")),
            Map.entry("reload", Set.of("check", "config", "endpoint")),
            Map.entry("bundle",
                    Set.of("account", "call", "command", "config", "door", "endpoint", "event", "gateway", "journal",
                            "ledger",
                            "operation", "outbox", "reload", "setting")));

    private static final String[] PLAIN = {"java..", "javax.crypto..", "org.jspecify..", "com.fasterxml.jackson.."};

    /** Without this a wrong path would make every other rule hold for nothing at all. */
    @ArchTest
    static void the_rules_see_the_whole_program(JavaClasses all) {
        assertThat(all.size()).isGreaterThan(40);
        var perPackage = all.stream().filter(c -> !c.getSimpleName().equals("package-info"))
                .collect(Collectors.groupingBy(ArchitectureTest::packageOf, TreeMap::new, Collectors.counting()));
        assertThat(perPackage).allSatisfy((name, count) -> assertThat(count).as(name).isPositive());
        assertThat(perPackage.get("ledger")).isGreaterThan(15);
        assertThat(perPackage.get("outbox")).isGreaterThan(8);
        assertThat(perPackage.get("event")).isGreaterThan(8);
    }

    @ArchTest
    static void every_package_has_its_place(JavaClasses all) {
        var packages = all.stream().map(ArchitectureTest::packageOf).filter(name -> !name.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(packages).as("packages of the program, each with a line in MAY_KNOW")
                .containsExactlyElementsOf(new TreeSet<>(MAY_KNOW.keySet()));
    }

    @ArchTest
    static void dependencies_point_one_way(JavaClasses all) {
        new TreeMap<>(MAY_KNOW).forEach((name, known) -> {
            var forbidden = MAY_KNOW.keySet().stream().filter(other -> !other.equals(name) && !known.contains(other))
                    .sorted().map(other -> ROOT + "." + other + "..").toArray(String[]::new);
            rule(noClasses().that().resideInAPackage(ROOT + "." + name + "..")
                    .should().dependOnClassesThat().resideInAnyPackage(forbidden)
                    .because(name + " may know " + new TreeSet<>(known) + " only")).check(all);
        });
    }

    @ArchTest
    static void packages_have_no_cycles(JavaClasses all) {
        rule(slices().matching(ROOT + ".(*)..").should().beFreeOfCycles()).check(all);
    }

    @ArchTest
    static void events_know_nothing_but_json(JavaClasses all) {
        rule(classes().that().resideInAPackage(ROOT + ".event..").should().onlyDependOnClassesThat()
                .resideInAnyPackage(with(ROOT + ".event.."))).check(all);
    }

    @ArchTest
    static void gateways_know_nothing_but_events(JavaClasses all) {
        rule(classes().that().resideInAPackage(ROOT + ".gateway..").should().onlyDependOnClassesThat()
                .resideInAnyPackage(with(ROOT + ".event..", ROOT + ".gateway.."))).check(all);
    }

    @ArchTest
    static void gateways_do_not_know_each_other(JavaClasses all) {
        rule(slices().matching(ROOT + ".gateway.(*)..").should().notDependOnEachOther()).check(all);
    }

    @ArchTest
    static void names_say_what_a_class_is(JavaClasses all) {
        rule(noClasses().should().haveNameMatching(".*(Util|Utils|Manager|Impl|Helper)(\\$.*)?")
                .because("such a name does not say what a class is")).check(all);
    }

    @ArchTest
    static void logs_go_to_jboss_logging(JavaClasses all) {
        rule(noClasses().should().dependOnClassesThat().resideInAPackage("java.util.logging..")).check(all);
    }

    @ArchTest
    static void nothing_is_printed(JavaClasses all) {
        rule(noClasses().that().doNotHaveFullyQualifiedName(ROOT + ".terminal.Main")
                .should(ACCESS_STANDARD_STREAMS)
                .because("only who ends the program may do so without the log")).check(all);
    }

    @ArchTest
    static void every_package_is_null_marked(JavaClasses all) {
        var packages = all.stream().map(JavaClass::getPackage).distinct().toList();
        assertThat(packages).hasSizeGreaterThan(MAY_KNOW.size());
        assertThat(packages).filteredOn(one -> !one.isAnnotatedWith(NullMarked.class))
                .extracting(JavaPackage::getName).as("packages whose package-info.java lacks @NullMarked").isEmpty();
    }

    private static ArchRule rule(ArchRule rule) {
        return rule.allowEmptyShould(false);
    }

    private static String[] with(String... ours) {
        return Stream.concat(List.of(PLAIN).stream(), List.of(ours).stream()).toArray(String[]::new);
    }

    /** The first part of the package below the root; empty for the root itself. */
    private static String packageOf(JavaClass one) {
        var below = one.getPackageName().substring(ROOT.length());
        return below.isEmpty() ? "" : below.substring(1).replaceFirst("\\..*", "");
    }
}
