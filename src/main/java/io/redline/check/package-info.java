/** Whether a bundle of routes and settings is sound, said in sentences before anything runs. */
@NullMarked
package io.redline.check;

import org.jspecify.annotations.NullMarked;
