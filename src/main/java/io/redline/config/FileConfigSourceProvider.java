package io.redline.config;

import java.nio.file.Path;
import java.util.List;

import org.eclipse.microprofile.config.spi.ConfigSource;
import org.eclipse.microprofile.config.spi.ConfigSourceProvider;

import io.quarkus.runtime.LaunchMode;

/** Offers {@link FileConfigSource}, but not to tests, which must not depend on a developer's own file. */
public final class FileConfigSourceProvider implements ConfigSourceProvider {

    @Override
    public Iterable<ConfigSource> getConfigSources(ClassLoader loader) {
        return LaunchMode.current() == LaunchMode.TEST
                ? List.of()
                : List.of(new FileConfigSource(Path.of("application.properties")));
    }
}
