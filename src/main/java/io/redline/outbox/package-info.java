/** The Camel component {@code outbox}: the durable commit of what comes in, and the deliveries that go out. */
@NullMarked
package io.redline.outbox;

import org.jspecify.annotations.NullMarked;
