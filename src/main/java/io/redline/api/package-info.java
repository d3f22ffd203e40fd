/** The HTTP API for reading what the ledger and the outbox hold, and for operating what is delivered. */
@NullMarked
package io.redline.api;

import org.jspecify.annotations.NullMarked;
