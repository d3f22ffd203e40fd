/** Where notifications wait for the ledger if not in the ledger's own database: a topic of Kafka. */
@NullMarked
package io.redline.inbox;

import org.jspecify.annotations.NullMarked;
