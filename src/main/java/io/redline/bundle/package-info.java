/** What the YAML routes may name: beans, expressions and classes, registered for JVM and native alike. */
@NullMarked
package io.redline.bundle;

import org.jspecify.annotations.NullMarked;
