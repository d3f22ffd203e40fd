/** What gateways have to be set to, so that they tell us what we need. */
@NullMarked
package io.redline.setting;

import org.jspecify.annotations.NullMarked;
