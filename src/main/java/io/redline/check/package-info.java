/** Whether a bundle of routes and settings is sound, and what it does with a notification: found out beside the service. */
@NullMarked
package io.redline.check;

import org.jspecify.annotations.NullMarked;
