package io.redline.journal;

/**
 * What passes over an account's journals came to in some minutes.
 *
 * @param at when these minutes began, in UNIX milliseconds
 * @param compared entries read
 * @param drift messages that differed
 */
public record Drift(long at, long compared, long drift) {
}
