package io.redline.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.redline.event.Event;

/**
 * Nothing is reached at run time that a native executable would not have: docs/native.md. What is new here has to be registered,
 * included or done without, and then named below with the reason why it works.
 */
class NativeTest {

    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("io.redline");

    /** What looks something up by a name at run time. */
    private static final Pattern BY_NAME = Pattern
            .compile("java\\.lang\\.(Class\\.(forName|getResource.*|getDeclared.*|getMethod.*"
                    + "|getField.*|getConstructor.*)|ClassLoader\\.(loadClass|getResource.*|getSystem.*))|java\\.util\\.(ServiceLoader\\..*"
                    + "|ResourceBundle\\..*)|java\\.lang\\.reflect\\.(Proxy|Method|Constructor|Field)\\..*|java\\.lang\\.invoke\\.MethodHandles.*"
                    + "|java\\.io\\.Object(In|Out)putStream\\..*|java\\.sql\\.DriverManager\\..*");

    /** Who does, and why it works in an executable. */
    private static final Set<String> KNOWN = Set.of(
            // Drivers are services, which Quarkus' JDBC extensions register.
            "io.redline.endpoint.JdbcPools java.util.ServiceLoader.load",
            "io.redline.endpoint.JdbcPools java.util.ServiceLoader.iterator",
            // quarkus.native.resources.includes has them.
            "io.redline.check.KameletRule java.lang.ClassLoader.getResourceAsStream",
            "io.redline.check.KnownSettings java.lang.ClassLoader.getResourceAsStream",
            "io.redline.check.SchemaRule java.lang.ClassLoader.getResourceAsStream",
            // Quarkus includes what it serves.
            "io.redline.console.Assets java.lang.Class.getResourceAsStream");

    /** What belongs to a run and not to the build, where static fields may be made. */
    private static final List<Class<?>> OF_A_RUN = List.of(Random.class, Thread.class, Executor.class,
            java.io.InputStream.class, java.net.Socket.class, java.time.Instant.class, java.net.InetAddress.class);

    @Test
    void whatIsLookedUpByName_isThereInAnExecutable() {
        var found = new TreeSet<String>();
        ALL.forEach(one -> one.getMethodCallsFromSelf().forEach(call -> {
            var target = call.getTargetOwner().getName() + "." + call.getTarget().getName();
            if (BY_NAME.matcher(target).matches()) {
                found.add(outer(one) + " " + target);
            }
        }));
        assertThat(found).containsExactlyInAnyOrderElementsOf(KNOWN);
    }

    private static String outer(JavaClass one) {
        return one.getName().replaceFirst("\\$.*", "");
    }

    @Test
    void everyResource_isIncluded() throws IOException {
        var properties = new Properties();
        try (var in = Files.newBufferedReader(Path.of("src/main/resources/application.properties"))) {
            properties.load(in);
        }
        var globs = Arrays.stream(properties.getProperty("quarkus.native.resources.includes").split(","))
                .map(glob -> FileSystems.getDefault().getPathMatcher("glob:" + glob)).toList();
        // What Quarkus includes by itself: the contract, what is served, pages, services and its own configuration.
        var quarkus = FileSystems.getDefault().getPathMatcher(
                "glob:{META-INF/openapi.yaml,META-INF/resources/**,META-INF/services/*,"
                        + "templates/**,application.properties}");
        var resources = new ArrayList<Path>();
        for (var folder : List.of(Path.of("src/main/resources"), Path.of("kamelets"))) {
            try (Stream<Path> files = Files.walk(folder)) {
                files.filter(Files::isRegularFile).forEach(file -> resources.add(folder.endsWith("kamelets")
                        ? file
                        : folder.relativize(file)));
            }
        }
        assertThat(resources).hasSizeGreaterThan(20).allSatisfy(file -> assertThat(globs.stream().anyMatch(glob -> glob
                .matches(file)) || quarkus.matches(file)).as(file.toString()).isTrue());
        assertThat(globs.stream().anyMatch(glob -> glob.matches(Path.of("schema/camelYamlDsl.json")))).isTrue();
    }

    @Test
    void whatJacksonReadsAndWrites_isRegistered() {
        var events = Arrays.stream(Event.class.getAnnotation(JsonSubTypes.class).value())
                .map(JsonSubTypes.Type::value).collect(Collectors.toCollection(HashSet::new));
        assertThat(registered()).containsAll(events);
        // Of an event, what its members are made of as well.
        var members = events.stream().flatMap(event -> Arrays.stream(event.getRecordComponents()))
                .map(component -> component.getType())
                .filter(type -> type.getName().startsWith("io.redline")).collect(Collectors.toSet());
        assertThat(members).isNotEmpty();
        assertThat(registered()).containsAll(members);
        var annotated = ALL.stream().filter(one -> one.getAnnotations().stream().anyMatch(annotation -> annotation
                .getRawType().getPackageName().startsWith("com.fasterxml.jackson"))).map(JavaClass::getName).toList();
        assertThat(annotated).isNotEmpty();
        assertThat(registered().stream().map(Class::getName)).containsAll(annotated);
    }

    @Test
    void whatKameletsMakeByName_isRegisteredAndCanBeMade() throws Exception {
        var names = new TreeSet<String>();
        try (Stream<Path> files = Files.list(Path.of("kamelets"))) {
            files.forEach(file -> {
                try {
                    Pattern.compile("(?:#class:|beanType: |type: |exceptionType: |is ')((?:io|java)\\.[A-Za-z.]+)")
                            .matcher(Files.readString(file)).results()
                            .forEach(found -> names.add(found.group(1)));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        assertThat(names).hasSizeGreaterThan(6);
        for (var name : names) {
            var type = Class.forName(name);
            assertThat(registered()).contains(type);
            assertThat(name.startsWith("java.") || type.getConstructor() != null).isTrue();
        }
    }

    @Test
    void noStaticField_holdsWhatBelongsToARun() {
        assertThat(ALL.stream().flatMap(one -> one.getFields().stream())
                .filter(field -> field.getModifiers().contains(JavaModifier.STATIC))
                .filter(field -> OF_A_RUN.stream().anyMatch(type -> field.getRawType().isAssignableTo(type)))
                .map(field -> field.getFullName())).isEmpty();
    }

    @Test
    void noLambdaOrClass_isSerialised() {
        assertThat(ALL.stream().filter(one -> one.getAllMethods().stream().anyMatch(method -> method.getName()
                .equals("$deserializeLambda$"))).map(JavaClass::getName)).isEmpty();
    }

    private static Set<Class<?>> registered() {
        var registered = new HashSet<Class<?>>(List.of(RouteBeans.class.getAnnotation(RegisterForReflection.class)
                .targets()));
        ALL.stream().filter(one -> one.isAnnotatedWith(RegisterForReflection.class)).map(JavaClass::reflect)
                .filter(type -> !Modifier.isPrivate(type.getModifiers())).forEach(registered::add);
        return registered;
    }
}
