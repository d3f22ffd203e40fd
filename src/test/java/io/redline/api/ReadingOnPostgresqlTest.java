package io.redline.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.OnPostgresql;
import io.redline.database.Rows;
import io.redline.database.StoreUnavailable;

@QuarkusTest
@TestProfile(OnPostgresql.class)
class ReadingOnPostgresqlTest extends ReadingTest {

    /** Numbers are drawn in one order and committed in another. */
    @Test
    void events_neverPassOneThatCommitsLate() throws SQLException {
        var reading = database.write(connection -> {
            // However slow this machine is.
            Rows.update(connection, "set local idle_in_transaction_session_timeout = 0");
            Rows.query(connection, "select pg_advisory_xact_lock(1380271180, cast(id as integer)) from account"
                    + " where name = 'support'", row -> 0);
            var id = Rows.query(connection, "select nextval('position')", row -> row.getLong(1)).get(0);
            take("sales", sample("incoming-edited"));
            var reader = CompletableFuture.supplyAsync(() -> list("/api/events"));
            await().until(() -> waitsForALock() || reader.isDone());
            Rows.update(connection, "insert into event (id, account_id, kind, chat, target, event_id, variant, source,"
                    + " received_at, endpoints, tellings) select ?, a.id, e.kind, e.chat, e.target, e.event_id, 'late',"
                    + " e.source, e.received_at, e.endpoints, e.tellings from event e, account a"
                    + " where e.kind = 'edited' and a.name = 'support'", id);
            return reader;
        });

        assertThat(reading.join()).extracting(event -> event.get("account")).containsExactly("support", "sales");
    }

    /** A replica that stands still in the middle of a commit: the server gives its transaction up. */
    @Test
    void whoeverStandsStillWithALockedAccountDoesNotKeepIt() {
        assertThatThrownBy(() -> database.write(connection -> {
            Rows.query(connection, "select pg_advisory_xact_lock(1380271180, cast(id as integer)) from account"
                    + " where name = 'sales'", row -> 0);
            var other = CompletableFuture.runAsync(() -> take("sales", sample("incoming-edited")));
            await().atMost(Duration.ofSeconds(30)).until(other::isDone);
            other.join();
            return Rows.query(connection, "select 1", row -> 1);
        })).isInstanceOf(StoreUnavailable.class);
        assertThat(list("/api/events")).hasSize(1);
    }

    private boolean waitsForALock() {
        return !database.read(connection -> Rows.query(connection, "select 1 from pg_locks where locktype = 'advisory'"
                + " and not granted", row -> 1)).isEmpty();
    }
}
