/** Facts, and the current view of every message derived from them. */
@NullMarked
package io.redline.ledger;

import org.jspecify.annotations.NullMarked;
