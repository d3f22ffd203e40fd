package io.redline.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.redline.event.Reading;
import io.redline.event.Reading.Kind;
import io.redline.ledger.Known;

/** What of a reading is told, by what is known. */
class DifferenceTest {

    private static final long NOW = 1_700_000_000_000L;

    private static Known known(String status, Known.Edit... edits) {
        var text = edits.length == 0 ? "a" : edits[edits.length - 1].text();
        return new Known(true, "a", text, List.of(edits), Set.of(), status, false, Set.of());
    }

    private static Known.Edit announced(String id, String text, long secondsAgo) {
        return new Known.Edit(id, text, true, false, true, NOW - secondsAgo * 1000);
    }

    private static Known.Edit read(String id, String text) {
        return new Known.Edit(id, text, false, true, true, null);
    }

    private static Reading message(String text, String edit, String delete, String status) {
        return new Reading(Kind.MESSAGE, "chat", "M", NOW - 300_000, text, edit, delete, "", status);
    }

    private static Difference of(Reading reading, Known known, boolean readBefore) {
        return Difference.of(reading, known, NOW, 0, () -> readBefore);
    }

    private static Difference of(Reading reading, Known known) {
        return of(reading, known, false);
    }

    @Test
    void whatIsKnownIsNotTold() {
        var difference = of(message("b", "E", "", "sent"), known("delivered", announced("E", "b", 500)));
        assertThat(difference.isNone()).isTrue();
        assertThat(difference.open()).isFalse();
    }

    @Test
    void postingDeleteAndStatusAreToldWhereTheyWereNot() {
        assertThat(of(message(null, "", "D", "read"), Known.NOTHING)).returns(true, Difference::posted)
                .returns(true, Difference::deleted).returns(true, Difference::status).returns(null, Difference::edit);
        assertThat(of(message(null, "", "", "odd"), known("sent")).isNone()).isTrue();
    }

    @Test
    void strangersOfOldTimesAreNoneOfOurs() {
        assertThat(Difference.of(message(null, "", "D", "read"), Known.NOTHING, NOW, NOW - 200_000, () -> false)
                .isNone()).isTrue();
        assertThat(Difference.of(message(null, "", "D", ""), known(null), NOW, NOW - 200_000, () -> false).deleted())
                .isTrue();
    }

    @Test
    void unknownEditIsToldWithItsText() {
        assertThat(of(message("b", "E", "", ""), known(null)).edit()).isEqualTo(new Difference.Edit("b"));
        assertThat(of(message("b", "E", "", ""), Known.NOTHING).edit()).isEqualTo(new Difference.Edit("b"));
    }

    @Test
    void textOfAnEarlierVersionIsUnknownUntilItIsReadTwice() {
        var first = of(message("a", "E", "", ""), known(null));
        assertThat(first.edit()).as("edited, text unknown").isEqualTo(new Difference.Edit(null));
        assertThat(first.open()).isTrue();

        var meanwhile = of(message("a", "E", "", ""), known(null, read("E", null)));
        assertThat(meanwhile.isNone()).isTrue();
        assertThat(meanwhile.open()).isTrue();

        var second = of(message("a", "E", "", ""), known(null, read("E", null)), true);
        assertThat(second.edit()).isEqualTo(new Difference.Edit("a"));
        assertThat(second.open()).isFalse();
    }

    @Test
    void textThatWasAnnouncedIsNotTheJournals() {
        var difference = of(message("a", "E", "", ""), known(null, announced("E", "b", 500)), true);
        assertThat(difference.isNone()).isTrue();
        assertThat(difference.open()).isFalse();
    }

    @Test
    void textThatAJournalToldIsWhatItTellsLast() {
        assertThat(of(message("c", "E", "", ""), known(null, read("E", "b"))).edit())
                .isEqualTo(new Difference.Edit("c"));
    }

    @Test
    void lastEditIsTheJournalsOnceItMustKnowAll() {
        var later = known(null, announced("E", "b", 400), announced("F", "c", 121));
        assertThat(of(message("b", "E", "", ""), later).edit()).isEqualTo(new Difference.Edit(null));
        var young = of(message("b", "E", "", ""), known(null, announced("E", "b", 400), announced("F", "c", 119)));
        assertThat(young.isNone()).isTrue();
        assertThat(young.open()).isTrue();
        var same = of(message("b", "E", "", ""), known(null, announced("E", "b", 400), announced("F", "b", 300)));
        assertThat(same.isNone()).isTrue();
        assertThat(same.open()).isFalse();
    }

    @Test
    void whatWasErasedStaysErased() {
        var erased = new Known(true, null, null, List.of(read("E", null)), Set.of("D"), null, true, Set.of());
        assertThat(of(message("b", "E", "D", ""), erased).isNone()).isTrue();
        assertThat(of(message("b", "F", "D", ""), erased).edit()).isEqualTo(new Difference.Edit(null));
    }

    @Test
    void entriesOfChangesTellOfThoseAlone() {
        var delete = new Reading(Kind.DELETE, "chat", "M", NOW, null, "", "D", "", "");
        assertThat(of(delete, Known.NOTHING)).isEqualTo(new Difference(false, null, true, false, false, false));
        assertThat(of(delete, new Known(true, "a", "a", List.of(), Set.of("D"), null, false, Set.of())).isNone())
                .isTrue();
        var edit = new Reading(Kind.EDIT, "chat", "M", NOW, "b", "E", "", "", "");
        assertThat(of(edit, known(null)).edit()).isEqualTo(new Difference.Edit("b"));
        assertThat(of(edit, known(null, read("E", null))).edit()).isEqualTo(new Difference.Edit("b"));
        assertThat(of(edit, known(null, read("E", "b"))).isNone()).isTrue();
        var reaction = new Reading(Kind.REACTION, "chat", "M", NOW, null, "", "", "R", "");
        assertThat(of(reaction, known(null)).reaction()).isTrue();
    }
}
