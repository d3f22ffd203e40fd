/** WAHA's notifications, translated into events. */
@NullMarked
package io.redline.gateway.waha;

import org.jspecify.annotations.NullMarked;
