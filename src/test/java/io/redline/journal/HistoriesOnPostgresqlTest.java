package io.redline.journal;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.OnPostgresql;

/** As {@link HistoriesTest}, on PostgreSQL. */
@QuarkusTest
@TestProfile(OnPostgresql.class)
class HistoriesOnPostgresqlTest extends HistoriesTest {
}
