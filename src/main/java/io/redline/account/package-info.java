/** The configured accounts: who may knock, as whom, and with which credentials. */
@NullMarked
package io.redline.account;

import org.jspecify.annotations.NullMarked;
