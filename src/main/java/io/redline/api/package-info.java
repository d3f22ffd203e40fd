/** The HTTP API for reading what the ledger and the outbox hold. */
@NullMarked
package io.redline.api;

import org.jspecify.annotations.NullMarked;
