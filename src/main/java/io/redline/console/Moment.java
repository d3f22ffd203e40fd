package io.redline.console;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * A time as it is shown: in UTC everywhere, as logs and the API have it.
 *
 * @param iso for machines, and whoever wants it exactly
 */
record Moment(String iso, String day, String time, String text) {

    private static final DateTimeFormatter DAY = format("EEEE, d MMMM yyyy");
    private static final DateTimeFormatter SHORT = format("d MMM");
    private static final DateTimeFormatter YEAR = format("MMM yyyy");
    private static final DateTimeFormatter TIME = format("HH:mm");
    private static final DateTimeFormatter TEXT = format("d MMM yyyy HH:mm:ss");

    private static DateTimeFormatter format(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).withZone(ZoneOffset.UTC);
    }

    static Moment of(long millis) {
        return of(Instant.ofEpochMilli(millis));
    }

    static Moment of(String iso) {
        return of(Instant.parse(iso));
    }

    static Moment of(Instant instant) {
        return new Moment(instant.toString(), DAY.format(instant), TIME.format(instant), TEXT.format(instant));
    }

    static @Nullable Moment ofNullable(@Nullable Object iso) {
        return iso == null ? null : of(iso.toString());
    }

    /** A span of time in one word. */
    static String span(Duration span) {
        var seconds = Math.max(0, span.toSeconds());
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3_600) {
            return seconds / 60 + " min";
        }
        return seconds < 86_400 ? seconds / 3_600 + " h" : seconds / 86_400 + " d";
    }

    /** In the width of a word: the time of today, else the day. */
    public String recent() {
        var instant = Instant.parse(iso);
        var today = Instant.now();
        return day.equals(DAY.format(today))
                ? time
                : Duration.between(instant, today).toDays() < 300 ? SHORT.format(instant) : YEAR.format(instant);
    }

    /** How long ago it was. */
    public String ago() {
        return span(Duration.between(Instant.parse(iso), Instant.now())) + " ago";
    }
}
