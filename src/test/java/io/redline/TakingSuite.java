package io.redline;

import org.junit.platform.suite.api.ExcludeClassNamePatterns;
import org.junit.platform.suite.api.IncludeTags;
import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/**
 * The tests of the running service that are about what comes in, how it is read, and the outbox. The build runs the four suites
 * side by side, each in a process of its own, since the service can run once in a process only and its tests wait more than
 * they work.
 */
@Suite
@SelectPackages({"io.redline.api", "io.redline.call", "io.redline.check", "io.redline.console", "io.redline.door",
        "io.redline.http", "io.redline.inbox", "io.redline.outbox"})
@ExcludeClassNamePatterns(FetchingSuite.CLASSES)
@IncludeTags("io.quarkus.test.junit.QuarkusTest")
class TakingSuite {
}
