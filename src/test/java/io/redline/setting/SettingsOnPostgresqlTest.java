package io.redline.setting;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.GreenApi;

/** As {@link SettingsTest}, on PostgreSQL. */
@QuarkusTest
@TestProfile(GreenApi.OnPostgresqlToo.class)
class SettingsOnPostgresqlTest extends SettingsTest {
}
