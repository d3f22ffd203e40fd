/** What happened, in one vocabulary, whoever told it. Knows nothing of the rest of Redline. */
@NullMarked
package io.redline.event;

import org.jspecify.annotations.NullMarked;
