package io.redline;

import org.junit.platform.suite.api.IncludeTags;
import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/** The tests of the running service that are about what it asks gateways for. */
@Suite
@SelectPackages({"io.redline.command", "io.redline.journal", "io.redline.setting"})
@IncludeTags("io.quarkus.test.junit.QuarkusTest")
class AskingSuite {
}
