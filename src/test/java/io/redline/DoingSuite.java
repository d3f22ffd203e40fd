package io.redline;

import org.junit.platform.suite.api.ExcludePackages;
import org.junit.platform.suite.api.IncludeTags;
import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/** The tests of the running service that are not in {@link TakingSuite}: each is in one of the two. */
@Suite
@SelectPackages("io.redline")
@ExcludePackages({"io.redline.api", "io.redline.call", "io.redline.check", "io.redline.console", "io.redline.door",
        "io.redline.http", "io.redline.inbox", "io.redline.outbox"})
@IncludeTags("io.quarkus.test.junit.QuarkusTest")
class DoingSuite {
}
