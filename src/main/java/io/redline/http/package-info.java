/** The edge of HTTP: who may ask at all, and how a refusal reads. */
@NullMarked
package io.redline.http;

import org.jspecify.annotations.NullMarked;
