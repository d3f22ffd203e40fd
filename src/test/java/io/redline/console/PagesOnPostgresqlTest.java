package io.redline.console;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.OnPostgresql;

@QuarkusTest
@TestProfile(OnPostgresql.class)
class PagesOnPostgresqlTest extends PagesTest {
}
