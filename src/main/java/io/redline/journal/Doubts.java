package io.redline.journal;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.redline.event.Reading;

/**
 * What of an account's messages is in doubt: texts that were read once, and messages that have to be asked for by themselves.
 * It is kept in memory: what is forgotten in a restart is in doubt again when it is read again. Not threadsafe.
 */
final class Doubts {

    private static final Duration REMEMBERED = Duration.ofHours(72);
    /** When a message is asked for, after it came into doubt. */
    private static final List<Duration> ASKED = List.of(Duration.ofSeconds(5),
            Duration.ofMillis(Difference.LAG + 1_000),
            Duration.ofMinutes(10), Duration.ofHours(1));

    /** A message. */
    record Of(String chat, String messageId) {
    }

    private record Text(Of message, String editId, String text) {
    }

    /** @param original whether only its original is missing */
    private record Question(long since, int asked, boolean original) {

        long next() {
            return since + ASKED.get(asked).toMillis();
        }
    }

    private final Map<Text, Long> read = new HashMap<>();
    private final Map<Of, Question> open = new HashMap<>();

    /** Whether the same was read before, longer ago than a journal may lag. It is read now. */
    boolean isReadBefore(Reading reading, long now) {
        var first = read.putIfAbsent(new Text(of(reading), reading.editId(), String.valueOf(reading.text())), now);
        return first != null && now - first >= Difference.LAG;
    }

    static Of of(Reading reading) {
        return new Of(reading.chatId(), reading.messageId());
    }

    /** What it says, or which of its edits is the last, is not known. */
    void open(Of message, long now) {
        open.merge(message, new Question(now, 0, false), (known, same) -> known.original() ? same : known);
    }

    /** Only later events of it are known. */
    void miss(Of message, long now) {
        open.putIfAbsent(message, new Question(now, 0, true));
    }

    /** Whether it is asked for because its original is missing, and for nothing else. */
    boolean isMissed(Of message) {
        var question = open.get(message);
        return question != null && question.original();
    }

    void settle(Of message) {
        open.remove(message);
    }

    /** What is to be asked for now, the oldest doubt first. */
    List<Of> due(long now, int most) {
        return open.entrySet().stream().filter(one -> one.getValue().next() <= now)
                .sorted(Comparator.comparingLong(one -> one.getValue().next())).limit(most).map(Map.Entry::getKey)
                .toList();
    }

    /** It was asked for; if that does not settle it, it is asked for later, but not for ever. */
    void asked(Of message) {
        open.computeIfPresent(message, (of, question) -> question.asked() + 1 < ASKED.size()
                ? new Question(question.since(), question.asked() + 1, question.original())
                : null);
    }

    void forgetOld(long now) {
        read.values().removeIf(at -> at < now - REMEMBERED.toMillis());
    }

}
