package io.redline.door;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.BlackBox;
import io.redline.OnSqlite;

/** Without a single route of the operator's the door still keeps what comes. */
@QuarkusTest
@TestProfile(MissingRoutesTest.NoRoutes.class)
class MissingRoutesTest extends BlackBox {

    public static final class NoRoutes extends OnSqlite {

        @Override
        public Map<String, String> getConfigOverrides() {
            var settings = new HashMap<>(super.getConfigOverrides());
            var routes = OnSqlite.newFolder();
            try {
                Files.createDirectory(routes.resolve("gateways"));
                Files.createDirectory(routes.resolve("endpoints"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            settings.put("redline.routes", routes.toString());
            return settings;
        }
    }

    @Test
    void notificationWithoutARoute_isParkedAtOnce() {
        take("sales", sample("incoming-edited"));
        expectParked(sample("incoming-edited"));
    }
}
