package io.redline.check;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.inject.Singleton;

import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.NoSuchLanguageException;
import org.apache.camel.spi.EndpointUriFactory;
import org.apache.camel.support.PluginHelper;
import org.jspecify.annotations.Nullable;

import io.redline.outbox.OutboxComponent;

/** What is compiled into this program, asked without making any of it. */
@Singleton
class Installed {

    private static final Set<String> OF_EVERY_ENDPOINT = Set.of("lazyStartProducer", "bridgeErrorHandler",
            "exceptionHandler", "exchangePattern", "autowiredEnabled");

    private final CamelContext camel;
    private final BeanManager beans;

    /** @param camel need not be started */
    Installed(CamelContext camel, BeanManager beans) {
        this.camel = camel;
        this.beans = beans;
    }

    Collection<String> components() {
        var names = new TreeSet<>(PluginHelper.getComponentNameResolver(camel).resolveNames(camel));
        beans.getBeans(Component.class, Any.Literal.INSTANCE).stream().map(bean -> bean.getName())
                .filter(name -> name != null).forEach(names::add);
        return names;
    }

    /** The options of a component's endpoints; {@code null} where any can be given, or they are not known. */
    @Nullable
    Options options(String component) {
        if (component.equals("outbox")) {
            return new Options(OutboxComponent.OPTIONS, List.of());
        }
        EndpointUriFactory factory = camel.getCamelContextExtension().getEndpointUriFactory(component);
        if (factory == null || factory.isLenientProperties()) {
            return null;
        }
        var names = new HashSet<>(factory.propertyNames());
        names.addAll(OF_EVERY_ENDPOINT);
        return new Options(names, factory.multiValuePrefixes());
    }

    /**
     * Options of an endpoint.
     *
     * @param prefixes of those that can have any further name
     */
    record Options(Collection<String> names, Collection<String> prefixes) {

        boolean has(String option) {
            return names.contains(option) || prefixes.stream().anyMatch(option::startsWith);
        }
    }

    boolean hasLanguage(String name) {
        try {
            camel.resolveLanguage(name);
            return true;
        } catch (NoSuchLanguageException e) {
            return false;
        }
    }

    /** Why a text is none of a language; {@code null} if it is one. */
    @Nullable
    String error(String language, String text, boolean predicate) {
        try {
            var resolved = camel.resolveLanguage(language);
            if (predicate) {
                resolved.createPredicate(text).initPredicate(camel);
            } else {
                resolved.createExpression(text).init(camel);
            }
            return null;
        } catch (RuntimeException e) {
            var message = e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
            return message == null ? e.getClass().getSimpleName() : message.lines().findFirst().orElse("");
        }
    }

    boolean hasDataFormat(String name) {
        try {
            return PluginHelper.getDataFormatResolver(camel).createDataFormat(name, camel) != null;
        } catch (RuntimeException e) {
            return false;
        }
    }

    /** The names of the beans that routes can refer to. */
    Set<String> beans() {
        return beans.getBeans(Object.class, Any.Literal.INSTANCE).stream().map(bean -> bean.getName())
                .filter(name -> name != null).collect(Collectors.toCollection(TreeSet::new));
    }
}
