/** What operators see and do about deliveries: endpoints and what they are owed, replays, retention. */
@NullMarked
package io.redline.operation;

import org.jspecify.annotations.NullMarked;
