/** The store: SQLite in a file, or PostgreSQL; connections, dialect and migrations. */
@NullMarked
package io.redline.database;

import org.jspecify.annotations.NullMarked;
