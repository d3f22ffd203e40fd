/** Routes as they are on disk brought into force while the service runs, by generations; and what runs when they are broken. */
@NullMarked
package io.redline.reload;

import org.jspecify.annotations.NullMarked;
