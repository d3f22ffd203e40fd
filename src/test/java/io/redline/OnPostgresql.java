package io.redline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/** As {@link OnSqlite}, on a real PostgreSQL. */
public class OnPostgresql extends OnSqlite {

    @Override
    public List<TestResourceEntry> testResources() {
        return List.of(new TestResourceEntry(TestFolder.class), new TestResourceEntry(PostgresqlServer.class));
    }

    /** A PostgreSQL server that keeps what it acknowledges; those made for tests do not, and Redline refuses them. */
    public static final class PostgresqlServer implements QuarkusTestResourceLifecycleManager {

        private @Nullable EmbeddedPostgres server;

        @Override
        public Map<String, String> start() {
            server = startServer();
            return Map.of("redline.database.url", server.getJdbcUrl("postgres", "postgres"),
                    "redline.database.username", "postgres");
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

    static EmbeddedPostgres startServer() {
        return start(EmbeddedPostgres.builder());
    }

    /** One whose data outlives it. */
    static EmbeddedPostgres startServer(Path data, int port) {
        return start(EmbeddedPostgres.builder().setDataDirectory(data).setCleanDataDirectory(false).setPort(port));
    }

    private static EmbeddedPostgres start(EmbeddedPostgres.Builder server) {
        try {
            return server.setServerConfig("fsync", "on").setServerConfig("synchronous_commit", "on")
                    .setServerConfig("full_page_writes", "on").start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
