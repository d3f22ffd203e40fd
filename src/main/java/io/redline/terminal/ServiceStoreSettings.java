package io.redline.terminal;

import java.util.Objects;
import java.util.stream.StreamSupport;

import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

import io.redline.config.Secret;

/** Where the service beside a command has its store; the command itself has another. */
final class ServiceStoreSettings {

    /** What somebody said on the command line before {@link Main} replaced it. */
    static final String GIVEN = "redline.service-database-url";
    private static final String URL = "redline.database.url";

    private ServiceStoreSettings() {
    }

    static String url() {
        Config config = ConfigProvider.getConfig();
        var given = System.getProperty(GIVEN);
        return given != null
                ? given
                : StreamSupport.stream(config.getConfigSources().spliterator(), false)
                        .filter(source -> !source.getName().startsWith("SysProp"))
                        .map(source -> source.getValue(URL)).filter(Objects::nonNull).findFirst()
                        .orElse("jdbc:sqlite:./data/redline.db");
    }

    static String username() {
        return ConfigProvider.getConfig().getOptionalValue("redline.database.username", String.class).orElse("");
    }

    static String password() {
        return Secret.text("redline.database.password");
    }
}
