/** What the translators of all gateways share: how JSON is read that keeps no promise. */
@NullMarked
package io.redline.gateway;

import org.jspecify.annotations.NullMarked;
