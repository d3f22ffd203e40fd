/** What we ask gateways to do: judged before it is sent, kept before it is sent, and followed until it is known what came of it. */
@NullMarked
package io.redline.command;

import org.jspecify.annotations.NullMarked;
