package io.redline.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/** Two processes that share a store, and what only one of them may do. */
class LeasesTest {

    private static final String QUEUE = "queue green-api 1101000001";

    private static EmbeddedPostgres server;
    private static Database database;

    @BeforeAll
    static void start() throws IOException {
        server = EmbeddedPostgres.start();
        database = Stores.postgresql(server.getPostgresDatabase());
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    @Test
    void whatOneHoldsWhoIsKilledIsTheOthersAfterItsTerm() {
        var killed = Stores.leases(database);
        var other = Stores.leases(database);
        assertThat(killed.holds(QUEUE)).isTrue();
        assertThat(other.holds(QUEUE)).isFalse();

        // It renews nothing any more, and gives nothing back.
        await().atMost(Leases.TERM.multipliedBy(3)).until(() -> other.holds(QUEUE));
        assertThat(killed.holds(QUEUE)).as("should it only have been frozen").isFalse();
    }

    @Test
    void whoRenewsGoesOnHoldingIt() {
        var one = Stores.leases(database);
        var other = Stores.leases(database);
        assertThat(one.holds("journal")).isTrue();
        await().during(Leases.TERM.plusSeconds(2)).atMost(Leases.TERM.multipliedBy(3))
                .pollInterval(Leases.RENEWAL).until(() -> {
                    one.renew();
                    return one.holds("journal") && !other.holds("journal");
                });
        one.release();
        await().atMost(Leases.TERM).until(() -> other.holds("journal"));
    }

    @Test
    void whatIsTakenIsNoticedWhenItIsRenewed() {
        var one = Stores.leases(database);
        var other = Stores.leases(database);
        assertThat(one.holds("pass")).isTrue();
        other.take("pass");
        assertThat(other.holds("pass")).isTrue();
        one.renew();
        assertThat(one.holds("pass")).isFalse();
    }

    @Test
    void aFileHasOneProcess(@TempDir Path folder) {
        var leases = Stores.leases(Stores.sqlite(folder.resolve("redline.db")));
        assertThat(leases.holds(QUEUE)).isTrue();
        leases.take(QUEUE);
        leases.renew();
        leases.release();
        assertThat(leases.holds(QUEUE)).isTrue();
    }
}
