package io.redline.bundle;

import java.nio.file.Files;
import java.nio.file.Path;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.apache.camel.quarkus.main.events.BeforeConfigure;
import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.redline.config.Unusable;

/** Sees to it that there are routes at all: most likely the service was started in another folder. */
@Singleton
class RoutesFolder {

    void check(@Observes BeforeConfigure event, @ConfigProperty(name = "redline.routes") Path routes) {
        for (var folder : new Path[]{routes, routes.resolve("gateways"), routes.resolve("endpoints")}) {
            if (!Files.isDirectory(folder)) {
                throw Unusable.because("There is no folder " + folder.toAbsolutePath().normalize()
                        + ": start Redline in the folder that has routes/, or set redline.routes.");
            }
        }
    }
}
