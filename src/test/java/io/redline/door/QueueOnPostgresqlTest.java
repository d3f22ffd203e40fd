package io.redline.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;

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
        await().atMost(java.time.Duration.ofSeconds(10)).until(this::isSilent);
        var id = instance.receive("71234567890@c.us", "text");
        assertThat(isSilent()).isTrue();
        assertThat(instance.queued()).isOne();

        // It died, and nobody renews what it held.
        database.write(connection -> Rows.update(connection, "update lease set lease_until = "
                + database.dialect().now() + " where name = ?", LEASE));
        await().until(() -> api().get(pathOf("queued", "71234567890@c.us", id)).statusCode() == 200);
    }

    private boolean isSilent() {
        var calls = instance.calls("receiveNotification");
        await().pollDelay(java.time.Duration.ofMillis(700)).until(() -> true);
        return instance.calls("receiveNotification") == calls;
    }
}
