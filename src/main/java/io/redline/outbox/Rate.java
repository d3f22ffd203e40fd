package io.redline.outbox;

import java.time.Duration;
import java.util.regex.Pattern;

import io.github.bucket4j.Bucket;

/** How many deliveries may begin in a time, each replica counting for itself: {@code 5/s}, {@code 30/m}, {@code 1000/h}. */
record Rate(long deliveries, Duration time) {

    private static final Pattern FORM = Pattern.compile("(\\d{1,9})\\s*/\\s*([smh])");

    static Rate parse(String text) {
        var parts = FORM.matcher(text.strip());
        if (!parts.matches() || Long.parseLong(parts.group(1)) == 0) {
            throw new IllegalArgumentException("A rate is a number and a time, as in 5/s, 30/m or 1000/h; not '" + text
                    + "'.");
        }
        return new Rate(Long.parseLong(parts.group(1)), switch (parts.group(2)) {
            case "s" -> Duration.ofSeconds(1);
            case "m" -> Duration.ofMinutes(1);
            default -> Duration.ofHours(1);
        });
    }

    Bucket bucket() {
        return Bucket.builder().addLimit(limit -> limit.capacity(deliveries).refillGreedy(deliveries, time)).build();
    }
}
