package io.redline.door;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.GreenApi;

@QuarkusTest
@TestProfile(GreenApi.OnPostgresqlToo.class)
class AituQueueOnPostgresqlTest extends AituQueueTest {
}
