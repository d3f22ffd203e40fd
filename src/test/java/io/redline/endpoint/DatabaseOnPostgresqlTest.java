package io.redline.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.OnSqlite;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/** As {@link DatabaseTest}, in a real PostgreSQL; the store stays a SQLite file, as it may. */
@QuarkusTest
@TestProfile(DatabaseOnPostgresqlTest.WithPostgresql.class)
class DatabaseOnPostgresqlTest extends DatabaseTest {

    private static final String OURS = " from pg_stat_activity where application_name = 'redline'";

    /** Each time so many that a pool to which they were lost would be empty. */
    @Test
    void connectionsThatBreakInUse_areReplaced() throws SQLException {
        for (int round = 1; round <= 3; round++) {
            try (var connection = connect(); var statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                statement.execute("lock table redline_message in access exclusive mode");
                for (int i = 0; i < 16; i++) {
                    take("sales", Notifications.posted("7" + i + "@c.us", "M" + round + "-" + i, "Hello"));
                }
                await().until(() -> query("select pid" + OURS + " and wait_event_type = 'Lock'").size() == 8);
                query("select pg_terminate_backend(pid)" + OURS);
                connection.rollback();
            }
            var delivered = 16 * round;
            await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(
                    query("select message_id from redline_message")).hasSize(delivered));
        }
        expectDelivered(48);
    }

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
