package io.redline.door;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.OnPostgresql;

@QuarkusTest
@TestProfile(OnPostgresql.class)
class AituDoorOnPostgresqlTest extends AituDoorTest {
}
