package io.redline.operation;

import java.util.Map;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.OnPostgresql;

@QuarkusTest
@TestProfile(RetentionOnPostgresqlTest.WithPeriods.class)
class RetentionOnPostgresqlTest extends RetentionTest {

    public static class WithPeriods extends OnPostgresql {
        @Override
        public Map<String, String> getConfigOverrides() {
            return new RetentionTest.WithPeriods().getConfigOverrides();
        }
    }
}
