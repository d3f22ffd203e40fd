package io.redline.account;

import java.net.URI;

/**
 * One configured connection to a gateway. Its identity is (gateway, instance); the name is the operator's.
 *
 * @param instance the gateway's id of it: idInstance, WAHA session, Aitu bot
 * @param url where the gateway's API is, without a slash at its end
 * @param intake how its notifications come in
 * @param journal whether its journals are read
 * @param managesSettings whether the gateway's settings may be changed to what this account needs
 */
public record Account(String name, Gateway kind, String instance, URI url, Way intake, boolean journal,
        boolean managesSettings) {

    /** An account of which nothing more is configured. */
    public Account(String name, Gateway kind, String instance) {
        this(name, kind, instance, kind.url(), Way.WEBHOOK, kind.hasJournals(), false);
    }

    /** The gateway's word, as in paths, route names and rows. */
    public String gateway() {
        return kind.word();
    }
}
