package io.redline.ledger;

import java.nio.charset.StandardCharsets;

import io.redline.event.EventJson;

/** What an id must be to be a value in a row. */
final class Ids {

    private Ids() {
    }

    static int utf8Length(String id) {
        return id.length() > 4096 ? id.length() : id.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Whether it can be written in UTF-8 and has no NUL, which PostgreSQL's text cannot hold. */
    static boolean isText(String id) {
        return id.indexOf('\0') < 0 && EventJson.isWhole(id);
    }
}
