package io.redline.door;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.OnKafka;

@QuarkusTest
@TestProfile(OnKafka.class)
class WahaSamplesOnKafkaTest extends WahaSamplesTest {
}
