package io.redline.gateway.aitu;

import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/** Aitu's ids. They are UUIDs, compared without regard to case; those of messages hold the millisecond of the posting. */
final class Uuids {

    private static final Pattern UUID_FORM = Pattern
            .compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");
    /** From the beginning of the Gregorian calendar to that of UNIX time, in units of 100 ns. */
    private static final long GREGORIAN = 0x01B21DD213814000L;

    private Uuids() {
    }

    static boolean isUuid(String id) {
        return UUID_FORM.matcher(id).matches();
    }

    /** Whether it is one that holds a time. Like the gateway, it looks at the version only, not at the variant. */
    static boolean isTimed(String id) {
        return isUuid(id) && UUID.fromString(id).version() == 1;
    }

    /** The time in it, in UNIX milliseconds; {@code null} if it holds none. */
    static @Nullable Long millis(String id) {
        // timestamp() refuses other versions, and looks at nothing else.
        return isTimed(id) ? Math.floorDiv(UUID.fromString(id).timestamp() - GREGORIAN, 10_000L) : null;
    }

    /** The one form in which an id is kept; what is no UUID stays as it is. */
    static String canonical(String id) {
        return isUuid(id) ? id.toLowerCase(Locale.ROOT) : id;
    }
}
