package io.redline.operation;

import java.util.Map;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.OnPostgresql;

@QuarkusTest
@TestProfile(OperatingOnPostgresqlTest.WithEndpoints.class)
class OperatingOnPostgresqlTest extends OperatingTest {

    public static class WithEndpoints extends OnPostgresql {
        @Override
        public Map<String, String> getConfigOverrides() {
            return new OperatingTest.WithEndpoints().getConfigOverrides();
        }
    }
}
