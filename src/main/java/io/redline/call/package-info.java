/** How gateways are asked: at their rates, with the token in no sight, and what their answers mean. */
@NullMarked
package io.redline.call;

import org.jspecify.annotations.NullMarked;
