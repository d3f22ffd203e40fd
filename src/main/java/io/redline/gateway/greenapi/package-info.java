/** GREEN-API's notifications (WhatsApp, MAX, Telegram) translated into events. */
@NullMarked
package io.redline.gateway.greenapi;

import org.jspecify.annotations.NullMarked;
