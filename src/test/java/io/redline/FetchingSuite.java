package io.redline;

import org.junit.platform.suite.api.IncludeClassNamePatterns;
import org.junit.platform.suite.api.IncludeTags;
import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/** The tests of the running service that are about what it fetches: from gateways' queues, and from a topic of its own. */
@Suite
@SelectPackages("io.redline.door")
@IncludeClassNamePatterns(FetchingSuite.CLASSES)
@IncludeTags("io.quarkus.test.junit.QuarkusTest")
class FetchingSuite {

    static final String CLASSES = "io\\.redline\\.door\\..*(Queue|OnKafka).*Test";
}
