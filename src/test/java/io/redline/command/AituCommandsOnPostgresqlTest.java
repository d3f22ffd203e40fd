package io.redline.command;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.GreenApi;

@QuarkusTest
@TestProfile(GreenApi.OnPostgresqlToo.class)
class AituCommandsOnPostgresqlTest extends AituCommandsTest {
}
