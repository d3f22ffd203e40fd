/** Where settings come from: ./application.properties beside the service, and what follows from it. */
@NullMarked
package io.redline.config;

import org.jspecify.annotations.NullMarked;
