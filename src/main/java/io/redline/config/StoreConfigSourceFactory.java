package io.redline.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jspecify.annotations.Nullable;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;

/** Decides by {@code redline.database.url} which of the two data sources compiled in is the store. */
public final class StoreConfigSourceFactory implements ConfigSourceFactory {

    private static final String SQLITE = "quarkus.datasource.\"sqlite\".";
    private static final String PASSWORD = "redline.database.password";
    private static final String POSTGRESQL = "quarkus.datasource.\"postgresql\".";

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        var url = value(context, "redline.database.url");
        if (url == null) {
            return List.of();
        }
        Map<String, String> properties = new HashMap<>();
        var postgresql = url.startsWith("jdbc:postgresql:");
        properties.put(SQLITE + "active", String.valueOf(!postgresql));
        properties.put(POSTGRESQL + "active", String.valueOf(postgresql));
        if (postgresql) {
            properties.put(POSTGRESQL + "jdbc.url", url);
            put(properties, POSTGRESQL + "username", value(context, "redline.database.username"));
            var password = value(context, PASSWORD);
            put(properties, POSTGRESQL + "password", password == null ? null : Secret.text(PASSWORD, password));
        } else {
            properties.put(SQLITE + "jdbc.url", url + (url.contains("?") ? "&" : "?")
                    + "journal_mode=WAL&synchronous=FULL&busy_timeout=10000");
        }
        return List.of(new PropertiesConfigSource(properties, "redline.database", 251));
    }

    private static void put(Map<String, String> properties, String key,
            @Nullable String value) {
        if (value != null) {
            properties.put(key, value);
        }
    }

    private static @Nullable String value(ConfigSourceContext context, String name) {
        ConfigValue value = context.getValue(name);
        return value == null || value.getValue() == null || value.getValue().isBlank()
                ? null
                : value.getValue().strip();
    }

    @Override
    public OptionalInt getPriority() {
        return OptionalInt.of(251);
    }
}
