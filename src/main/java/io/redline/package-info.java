/** Redline keeps every copy of a conversation true. */
@NullMarked
package io.redline;

import org.jspecify.annotations.NullMarked;
