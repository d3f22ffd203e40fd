package io.redline;

import org.junit.platform.suite.api.ExcludePackages;
import org.junit.platform.suite.api.IncludeTags;
import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/** The tests of the running service that are in none of {@link TakingSuite}, {@link FetchingSuite} and {@link AskingSuite}. */
@Suite
@SelectPackages("io.redline")
@ExcludePackages({"io.redline.api", "io.redline.call", "io.redline.check", "io.redline.command", "io.redline.console",
        "io.redline.door", "io.redline.http", "io.redline.inbox", "io.redline.journal", "io.redline.outbox",
        "io.redline.setting"})
@IncludeTags("io.quarkus.test.junit.QuarkusTest")
class DoingSuite {
}
