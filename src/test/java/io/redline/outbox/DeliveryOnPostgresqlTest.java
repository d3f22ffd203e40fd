package io.redline.outbox;

import java.util.Map;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.OnPostgresql;

@QuarkusTest
@TestProfile(DeliveryOnPostgresqlTest.WithEndpoints.class)
class DeliveryOnPostgresqlTest extends DeliveryTest {

    public static class WithEndpoints extends OnPostgresql {
        @Override
        public Map<String, String> getConfigOverrides() {
            return new DeliveryTest.WithEndpoints().getConfigOverrides();
        }
    }
}
