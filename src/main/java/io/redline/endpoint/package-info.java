/** What the shipped endpoints need besides YAML: pools, parameters of SQL, templates, signed CloudEvents. */
@NullMarked
package io.redline.endpoint;

import org.jspecify.annotations.NullMarked;
