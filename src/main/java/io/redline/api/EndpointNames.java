package io.redline.api;

import java.util.regex.Pattern;

/** What an endpoint may be called. */
final class EndpointNames {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}");

    private EndpointNames() {
    }

    static String checked(String name) {
        if (!NAME.matcher(name).matches() || "none".equals(name)) {
            throw new Refused(400, "The name of an endpoint has letters, digits, '-', '_' and '.', at most 64, as after"
                    + " outbox: in its route.");
        }
        return name;
    }
}
