/** The gateways' own histories, read on a timer: what webhooks lost is found and told. */
@NullMarked
package io.redline.journal;

import org.jspecify.annotations.NullMarked;
