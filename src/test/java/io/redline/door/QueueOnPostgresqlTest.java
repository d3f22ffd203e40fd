package io.redline.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.GreenApi;
import io.redline.database.Rows;

/** As {@link QueueTest}, on PostgreSQL, where replicas may be. */
@QuarkusTest
@TestProfile(GreenApi.OnPostgresqlToo.class)
class QueueOnPostgresqlTest extends QueueTest {

    private static final String LEASE = "queue green-api 1101000102";

    @Test
    void anotherReplicaIsLeftInPeaceAndFollowedWhenItIsGone() throws SQLException {
        await().until(() -> instance.calls("receiveNotification") > 0);
        database.write(connection -> Rows.update(connection, "update lease set holder = 'another', lease_until = "
                + database.dialect().now() + " + 600000 where name = ?", LEASE));
        untilSilent();
        var asked = instance.calls("receiveNotification");
        var id = instance.receive("71234567890@c.us", "text");
        untilSilent();
        assertThat(instance.calls("receiveNotification")).isEqualTo(asked);
        assertThat(instance.queued()).isOne();

        // It died, and nobody renews what it held.
        database.write(connection -> Rows.update(connection, "update lease set lease_until = "
                + database.dialect().now() + " where name = ?", LEASE));
        await().until(() -> api().get(pathOf("queued", "71234567890@c.us", id)).statusCode() == 200);
    }

    private void untilSilent() {
        var last = new AtomicInteger(-1);
        await().during(Duration.ofMillis(1_500)).atMost(Duration.ofSeconds(20)).until(() -> {
            var now = instance.calls("receiveNotification");
            return last.getAndSet(now) == now;
        });
    }
}
