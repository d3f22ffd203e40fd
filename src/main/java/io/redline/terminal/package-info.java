/** What an operator types: commands beside the service, in the same program. */
@NullMarked
package io.redline.terminal;

import org.jspecify.annotations.NullMarked;
