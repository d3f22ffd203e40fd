package io.redline.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

import io.redline.event.Chat;
import io.redline.event.Direction;
import io.redline.event.Event;
import io.redline.event.Source;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever order things are told in, and however often, the truth is the same. */
class MergePropertyTest {

    private static final Event KEY = posted(null, null);

    @Property(tries = 4_000)
    void orderAndRepetitionDoNotMatter(@ForAll("histories") List<Telling> told, @ForAll Random random) {
        var retold = new ArrayList<>(told);
        for (var telling : told) {
            if (random.nextInt(3) == 0) {
                retold.add(telling);
            }
        }
        Collections.shuffle(retold, random);

        assertThat(Merge.of(Histories.facts(retold), false)).isEqualTo(Merge.of(Histories.facts(told), false));
        assertThat(Merge.of(Histories.facts(retold), true)).isEqualTo(Merge.of(Histories.facts(told), true));
    }

    /** What is known beside it has nothing to do with any message; but it is not alone any more. */
    @Property(tries = 1_000)
    void postingAloneIsMergedLikeOthers(@ForAll("facts") Fact post, @ForAll("histories") List<Telling> told) {
        var call = new Event.Call(null, null, null, "C", Direction.INCOMING, null, Map.of());
        var beside = Fact.of(call.key(), new Telling(Source.WEBHOOK, Histories.START, call));
        var postings = new ArrayList<>(List.of(post));
        Histories.facts(told).stream().filter(fact -> fact.best().event() instanceof Event.Posted)
                .forEach(postings::add);
        for (var posting : postings) {
            for (var erase : List.of(true, false)) {
                assertThat(Merge.of(List.of(posting), erase)).isEqualTo(Merge.of(List.of(posting, beside), erase));
            }
        }
    }

    @Property(tries = 10_000)
    void joiningFactsIsCommutative(@ForAll("facts") Fact one, @ForAll("facts") Fact other) {
        assertThat(one.with(other)).isEqualTo(other.with(one));
    }

    @Property(tries = 10_000)
    void joiningFactsIsAssociative(@ForAll("facts") Fact one, @ForAll("facts") Fact two, @ForAll("facts") Fact three) {
        assertThat(one.with(two).with(three)).isEqualTo(one.with(two.with(three)));
    }

    @Property(tries = 10_000)
    void joiningFactsIsIdempotent(@ForAll("facts") Fact one, @ForAll("facts") Fact other) {
        assertThat(one.with(one)).isSameAs(one);
        assertThat(one.with(other).with(one)).isEqualTo(one.with(other));
    }

    @Provide
    Arbitrary<List<Telling>> histories() {
        return Adversary.histories(14);
    }

    /** Facts of one key whose tellings differ in everything a key leaves open. */
    @Provide
    Arbitrary<Fact> facts() {
        var events = net.jqwik.api.Combinators.combine(
                Arbitraries.of(0L, 1_000L, 500_000L, -Histories.START).map(after -> Histories.START + after)
                        .injectNull(0.2),
                Arbitraries.of("x", "y").injectNull(0.3)).as(MergePropertyTest::posted);
        var tellings = net.jqwik.api.Combinators.combine(Arbitraries.of(Source.class),
                Arbitraries.of(1_000L, 2_000L, 600_000L).map(after -> Histories.START + after), events)
                .as(Telling::new);
        return tellings.list().ofMinSize(1).ofMaxSize(4).map(told -> told.stream()
                .map(telling -> Fact.of(KEY.key(), telling)).reduce(Fact::with).orElseThrow());
    }

    private static Event posted(Long at, String text) {
        return new Event.Posted(null, null, at, new Chat(Histories.CHAT, null, null), "M", null, null, null, text,
                null, null, null, null);
    }
}
