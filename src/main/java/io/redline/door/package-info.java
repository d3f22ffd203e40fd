/** Where notifications come in: credentials, limits, and the promise that what was answered is kept. */
@NullMarked
package io.redline.door;

import org.jspecify.annotations.NullMarked;
