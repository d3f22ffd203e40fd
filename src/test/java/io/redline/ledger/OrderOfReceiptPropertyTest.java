package io.redline.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

import io.redline.event.Event;
import io.redline.event.EventKey;
import io.redline.event.Source;
import io.redline.gateway.aitu.AituTranslator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Aitu's edits have no time: they count in the order in which they were first received, however often they come again. */
class OrderOfReceiptPropertyTest {

    private static final Map<String, String> USER = Map.of("type", "USER", "id",
            "ba017bae-e3e8-11e8-b418-7a609eaf8200");
    private static final String MESSAGE = "18600f06-0448-11ea-ab3f-d6e38872fb41";
    private static final long START = 1_573_451_828_132L;

    private final AituTranslator translator = new AituTranslator();

    @Provide
    Arbitrary<List<String>> texts() {
        // Few, so that many an edit takes an older text back.
        return Arbitraries.of("a", "b", "c").list().ofMinSize(1).ofMaxSize(12);
    }

    private Event event(int number, String text, Random random) {
        var ids = Map.of("updateId", new UUID(random.nextLong(), random.nextLong()).toString(), "messageId", MESSAGE,
                "author", USER, "dialog", USER, "content", text);
        return number == 0 ? translator.posted(ids, null) : translator.edited(ids, null);
    }

    /**
     * Updates are polled in portions; now and then the cursor is lost, and all come from the beginning. Whatever was known is
     * heard again, later. At times the posting is the last that is heard.
     */
    @Property(tries = 1_000)
    void editsCountInTheOrderInWhichTheyWereFirstReceived(@ForAll("texts") List<String> texts, @ForAll long seed,
            @ForAll @IntRange(max = 4) int losses) {
        var random = new Random(seed);
        List<Event> updates = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            updates.add(event(i, texts.get(i), random));
        }
        if (random.nextBoolean()) {
            Collections.rotate(updates, -1);
        }
        List<Telling> heard = new ArrayList<>();
        var now = START;
        var cursor = 0;
        var left = losses;
        while (cursor < updates.size()) {
            if (left > 0 && random.nextInt(3) == 0) {
                cursor = 0;
                left--;
            }
            var portion = Math.min(updates.size(), cursor + 1 + random.nextInt(3));
            while (cursor < portion) {
                heard.add(new Telling(random.nextBoolean() ? Source.QUEUE : Source.WEBHOOK, ++now,
                        updates.get(cursor++)));
            }
        }

        var view = Merge.of(facts(heard), false).messages().values().iterator().next();
        List<String> expected = new ArrayList<>(List.of(texts.get(0)));
        String before = null;
        for (var text : texts.subList(1, texts.size())) {
            if (!text.equals(before)) {
                expected.add(text);
            }
            before = text;
        }
        assertThat(view.text()).isEqualTo(texts.get(texts.size() - 1));
        assertThat(view.versions()).extracting(Version::text).isEqualTo(expected);

        Collections.shuffle(heard, random);
        assertThat(Merge.of(facts(heard), false).messages().values()).as("whoever of several replicas is first")
                .first().extracting(MessageView::text, shown -> shown.versions().stream().map(Version::text).toList())
                .containsExactly(view.text(), expected);
    }

    private static List<Fact> facts(List<Telling> heard) {
        Map<EventKey, Fact> facts = new HashMap<>();
        heard.forEach(one -> facts.merge(one.event().key(), Fact.of(one.event().key(), one), Fact::with));
        return new ArrayList<>(facts.values());
    }
}
