package io.redline.ledger;

import java.util.List;
import java.util.Map;

import io.redline.event.Chat;
import io.redline.event.Direction;
import io.redline.event.Event;
import io.redline.event.Person;
import io.redline.event.Source;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * Histories of one account as unkind as can be: few ids that stand for messages, edits and deletes alike, few chats that are
 * aliases of each other in circles, ties, impossible dates, and sources that differ.
 */
final class Adversary {

    private static final List<String> CHATS = List.of("a@lid", "b@c.us", "c@c.us");

    private final String messenger;
    private final Arbitrary<String> ids;

    private Adversary(String messenger, List<String> ids) {
        this.messenger = messenger;
        this.ids = Arbitraries.of(ids);
    }

    /** Everything told of an account: up to so many tellings, in no order. */
    static Arbitrary<List<Telling>> histories(int most) {
        return Arbitraries.frequencyOf(
                Tuple.of(3, new Adversary("whatsapp", List.of("A", "B", "C", "D", "E", "F")).tellings(most)),
                Tuple.of(2, new Adversary("max", List.of(shortId(0), shortId(1_500), shortId(9_000), longId(0, 1),
                        longId(1_000, 2), longId(3_000, 3), longId(9_000, 4))).tellings(most)),
                Tuple.of(1, new Adversary("telegram", List.of("1", "2", "3", "4", "5")).tellings(most)));
    }

    private static String shortId(long after) {
        return String.valueOf(Histories.START + after);
    }

    private static String longId(long after, int low) {
        return String.valueOf((Histories.START + after << 16) + low);
    }

    private Arbitrary<List<Telling>> tellings(int most) {
        return Combinators.combine(Arbitraries.frequency(Tuple.of(8, Source.WEBHOOK), Tuple.of(2, Source.QUEUE),
                Tuple.of(4, Source.JOURNAL), Tuple.of(1, Source.REDLINE)), heardAt(), events()).as(Telling::new)
                .list().ofMinSize(1).ofMaxSize(most);
    }

    private Arbitrary<Event> events() {
        return Arbitraries.frequencyOf(Tuple.of(5, posted()), Tuple.of(5, edited()), Tuple.of(3, deleted()),
                Tuple.of(3, status()), Tuple.of(1, reaction()), Tuple.of(1, chatAlias()));
    }

    private Arbitrary<Event> posted() {
        return Combinators.combine(at(), chat(), ids, direction(), text(), Arbitraries.of(true, false).injectNull(0.5),
                "telegram".equals(messenger) ? Arbitraries.of(1).injectNull(0.5) : Arbitraries.just((Integer) null),
                ids.injectNull(0.8)).as(
                        (at, chat, id, direction, text, byApi, epoch, replyTo) -> new Event.Posted(null,
                                messenger, at, chat, id, direction, null, "text", text, null, replyTo, byApi, epoch));
    }

    private Arbitrary<Event> edited() {
        return Combinators.combine(at(), chat().injectNull(0.15), ids, ids, direction(), text(),
                Arbitraries.of(true).injectNull(0.9)).as((at, chat, target, id, direction, text, byReceipt) -> //
        new Event.Edited(null, messenger, at, chat, target, id, direction, null, text, null, byReceipt));
    }

    private Arbitrary<Event> deleted() {
        return Combinators.combine(at(), chat().injectNull(0.3), ids, ids, direction())
                .as((at, chat, target, id, direction) -> new Event.Deleted(null, messenger, at, chat, target, id,
                        direction, null));
    }

    private Arbitrary<Event> status() {
        return Combinators.combine(at(), chat().injectNull(0.3), ids.injectNull(0.05),
                Arbitraries.of("pending", "sent", "failed", "notInGroup", "noAccount", "delivered", "read", "", "odd"),
                Arbitraries.of("why", "because").injectNull(0.5), Arbitraries.of("p", "q").injectNull(0.7))
                .as((at, chat, target, status, description, participant) -> new Event.Status(null, messenger, at, chat,
                        target, status, description, participant, null));
    }

    private Arbitrary<Event> reaction() {
        return Combinators.combine(at(), chat().injectNull(0.15), ids, ids, Arbitraries.of("p", "q").injectNull(0.2),
                Arbitraries.of("+", "-", "").injectNull(0.2)).as((at, chat, target, id, by, emoji) -> //
        new Event.Reaction(null, at, chat, target, id, null, by == null ? null : new Person(by, null), emoji,
                emoji == null ? Map.of("yes", List.of("p")) : null));
    }

    private Arbitrary<Event> chatAlias() {
        return Combinators.combine(at(), Arbitraries.of(CHATS), Arbitraries.of(CHATS))
                .as((at, seen, canonical) -> new Event.ChatAlias(null, at, seen, new Chat(canonical, null, null)));
    }

    private static Arbitrary<Chat> chat() {
        return Combinators.combine(Arbitraries.frequency(Tuple.of(4, CHATS.get(0)), Tuple.of(3, CHATS.get(1)),
                Tuple.of(1, CHATS.get(2))), Arbitraries.of("Ann", "Bob").injectNull(0.8))
                .as((id, name) -> new Chat(id, name, null));
    }

    private static Arbitrary<Direction> direction() {
        return Arbitraries.frequency(Tuple.of(3, Direction.OUTGOING), Tuple.of(1, Direction.INCOMING)).injectNull(0.2);
    }

    private static Arbitrary<String> text() {
        return Arbitraries.of("x", "y", "z").injectNull(0.2);
    }

    /** Ties within a second, gaps longer than the journal's lag, no time at all, and times that cannot be true. */
    private static Arbitrary<Long> at() {
        return Arbitraries.frequency(Tuple.of(4, 0L), Tuple.of(2, 500L), Tuple.of(3, 1_000L), Tuple.of(2, 2_000L),
                Tuple.of(1, 3_000L), Tuple.of(1, 60_000L), Tuple.of(1, 200_000L))
                .map(after -> Histories.START + after)
                .flatMap(near -> Arbitraries.frequency(Tuple.of(10, near), Tuple.of(1, Histories.YEAR_2100),
                        Tuple.of(1, 1_000L)))
                .injectNull(0.1);
    }

    private static Arbitrary<Long> heardAt() {
        return Arbitraries.of(1_000L, 2_000L, 62_000L, 130_000L, 205_000L, 1_000_000L)
                .map(after -> Histories.START + after);
    }
}
