package io.redline.endpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.OnSqlite;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/** As {@link DatabaseTest}, in a real PostgreSQL; the store stays a SQLite file, as it may. */
@QuarkusTest
@TestProfile(DatabaseOnPostgresqlTest.WithPostgresql.class)
class DatabaseOnPostgresqlTest extends DatabaseTest {

    public static class WithPostgresql extends OnSqlite {
        @Override
        public Map<String, String> getConfigOverrides() {
            return toDatabase(super.getConfigOverrides());
        }

        @Override
        public List<TestResourceEntry> testResources() {
            var resources = new ArrayList<>(super.testResources());
            resources.add(new TestResourceEntry(CrmServer.class));
            return resources;
        }
    }

    public static final class CrmServer implements QuarkusTestResourceLifecycleManager {

        private @Nullable EmbeddedPostgres server;

        @Override
        public Map<String, String> start() {
            try {
                server = EmbeddedPostgres.start();
                // As an operator writes it: who we are is no part of the address.
                return Map.of("redline.endpoint.database.url",
                        server.getJdbcUrl("postgres", "postgres").replaceFirst("\\?.*", ""),
                        "redline.endpoint.database.username", "postgres",
                        "redline.endpoint.database.password", "postgres");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void stop() {
            if (server != null) {
                try {
                    server.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }
}
