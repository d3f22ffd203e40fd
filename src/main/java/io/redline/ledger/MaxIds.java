package io.redline.ledger;

import java.util.regex.Pattern;

/**
 * The two forms of MAX message ids: 13 digits are the millisecond of an API call, 18 digits hold the millisecond of the
 * message in all but the lowest 16 bits. Source: the gateway's live captures.
 */
final class MaxIds {

    private static final Pattern SHORT = Pattern.compile("\\d{13}");
    static final int LONG_DIGITS = 18;
    private static final Pattern LONG = Pattern.compile("[1-9]\\d{17}");
    /** How far the two clocks may be apart, in milliseconds. */
    static final long TOLERANCE = 2_000;

    private static final long MOST_MILLIS = 999_999_999_999_999_999L >> 16;

    private MaxIds() {
    }

    static boolean isShort(String id) {
        return SHORT.matcher(id).matches();
    }

    static boolean isLong(String id) {
        return LONG.matcher(id).matches();
    }

    /** The UNIX milliseconds in an 18-digit id. */
    static long millis(String longId) {
        return Long.parseLong(longId) >> 16;
    }

    /** The first 18-digit id of a millisecond, or the nearest there is. */
    static String first(long millis) {
        return String.valueOf(Math.max(100_000_000_000_000_000L, Math.min(millis, MOST_MILLIS) << 16));
    }

    static boolean fits(String longId, long at) {
        return Math.abs(millis(longId) - at) <= TOLERANCE;
    }
}
