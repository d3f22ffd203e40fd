package io.redline.console;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Messages of a chat that stand one after the other, the oldest first.
 *
 * @param path of the chat
 * @param first the place of the oldest, {@code null} if there is none
 * @param last the place of the newest
 * @param older whether there are older ones
 * @param newer whether there are newer ones
 */
record Stretch(String path, List<Day> days, @Nullable String first, @Nullable String last, boolean older,
        boolean newer) {

    /** The messages of a day. */
    record Day(String day, List<Bubble> messages) {
    }

    static Stretch of(String path, List<Bubble> messages, boolean older, boolean newer) {
        List<Day> days = new ArrayList<>();
        for (var message : messages) {
            var day = message.sent().day();
            if (days.isEmpty() || !days.get(days.size() - 1).day().equals(day)) {
                days.add(new Day(day, new ArrayList<>()));
            }
            days.get(days.size() - 1).messages().add(message);
        }
        return new Stretch(path, days, messages.isEmpty() ? null : messages.get(0).cursor(),
                messages.isEmpty() ? null : messages.get(messages.size() - 1).cursor(), older, newer);
    }
}
