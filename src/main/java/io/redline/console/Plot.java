package io.redline.console;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

import io.redline.journal.Drift;

/**
 * How much journals differed from what we knew, hour by hour, as bars.
 *
 * @param width of the drawing
 * @param most the highest bar
 * @param total of all of them
 */
record Plot(int width, long most, long total, long compared, List<Bar> bars) {

    static final int HOURS = 48;
    private static final int STEP = 7;
    private static final int HEIGHT = 40;

    /** An hour in which journals were read. */
    record Bar(int x, int y, int height, boolean differs, String title) {
    }

    static Plot of(List<Drift> drifts, Instant now) {
        var first = now.truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(HOURS - 1));
        var drift = new long[HOURS];
        var compared = new long[HOURS];
        var read = new boolean[HOURS];
        for (var one : drifts) {
            var hour = (int) Math.floorDiv(one.at() - first.toEpochMilli(), Duration.ofHours(1).toMillis());
            if (hour >= 0 && hour < HOURS) {
                drift[hour] += one.drift();
                compared[hour] += one.compared();
                read[hour] = true;
            }
        }
        var most = 0L;
        var total = 0L;
        var all = 0L;
        for (int i = 0; i < HOURS; i++) {
            most = Math.max(most, drift[i]);
            total += drift[i];
            all += compared[i];
        }
        List<Bar> bars = new ArrayList<>();
        for (int i = 0; i < HOURS; i++) {
            if (read[i]) {
                var height = drift[i] == 0 ? 2 : (int) Math.max(4, HEIGHT * drift[i] / most);
                bars.add(new Bar(i * STEP, HEIGHT - height, height, drift[i] > 0,
                        Moment.of(first.plus(Duration.ofHours(i))).text().replaceFirst(":00:00$", ":00") + ": "
                                + drift[i]
                                + " of " + compared[i] + " differed"));
            }
        }
        return new Plot(HOURS * STEP, most, total, all, bars);
    }
}
