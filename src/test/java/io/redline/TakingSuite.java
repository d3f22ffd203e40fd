package io.redline;

import org.junit.platform.suite.api.IncludeTags;
import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/**
 * The tests of the running service that are about what comes in, how it is read, and the outbox. The build runs them beside
 * {@link DoingSuite}, each half in a process of its own, since the service can run once in a process only.
 */
@Suite
@SelectPackages({"io.redline.api", "io.redline.call", "io.redline.check", "io.redline.console", "io.redline.door",
        "io.redline.http", "io.redline.inbox", "io.redline.outbox"})
@IncludeTags("io.quarkus.test.junit.QuarkusTest")
class TakingSuite {
}
