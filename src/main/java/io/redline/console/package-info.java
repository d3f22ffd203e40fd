/** Pages for operators: conversations as they were and are, and what can be done about endpoints. Nothing knows it. */
@NullMarked
package io.redline.console;

import org.jspecify.annotations.NullMarked;
