package io.redline.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.BlackBox;
import io.redline.OnSqlite;

/** Only when nothing could be stored the gateway is asked to send it again. */
@QuarkusTest
@TestProfile(StoreUnavailableTest.ShortPatience.class)
class StoreUnavailableTest extends BlackBox {

    public static final class ShortPatience extends OnSqlite {

        @Override
        public Map<String, String> getConfigOverrides() {
            var settings = new HashMap<>(super.getConfigOverrides());
            settings.put("redline.outbox.max-wait", "300ms");
            return settings;
        }
    }

    @Test
    void storeThatDoesNotAnswer_is503AndTheRepeatIsKept() throws SQLException {
        var answer = database.write(connection -> post("sales", sample("incoming-edited")));
        assertThat(expectProblem(answer, 503)).contains("send it again");
        assertThat(answer.header("Retry-After")).matches("\\d+");
        var unreadable = database.write(connection -> post("sales", "not JSON"));
        expectProblem(unreadable, 503);

        take("sales", sample("incoming-edited"));
        take("sales", "not JSON");
        assertThat(events()).hasSize(2);
        assertThat(notifications()).hasSize(2);
    }
}
