package io.redline.account;

/**
 * One configured connection to a gateway. Its identity is (gateway, instance); the name is the operator's.
 *
 * @param instance the gateway's id of it: idInstance, WAHA session, Aitu bot
 */
public record Account(String name, String gateway, String instance) {
}
