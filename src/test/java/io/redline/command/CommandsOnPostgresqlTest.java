package io.redline.command;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.GreenApi;

/** The same on PostgreSQL. */
@QuarkusTest
@TestProfile(GreenApi.OnPostgresqlToo.class)
class CommandsOnPostgresqlTest extends CommandsTest {
}
