package io.redline.call;

/**
 * Something that a gateway can be asked for.
 *
 * @param name the gateway's name of it, by which its rate is counted
 * @param verb GET, DELETE, or POST and PUT, which have a body
 * @param perSecond how often it may be asked for in a second
 * @param isLongPoll whether it answers when something has happened, or after the time it was given
 */
record Method(String name, String verb, int perSecond, boolean isLongPoll) {
}
