/** Aitu's bot API: its updates, translated into events, and what it takes of commands. */
@NullMarked
package io.redline.gateway.aitu;

import org.jspecify.annotations.NullMarked;
