package io.redline.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.redline.console.WordDifference.Kind;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class WordDifferenceTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "Three tickets, 30 euro each.|Three tickets, 25 euro each.|Three tickets, [-30-][+25+] euro each.",
            "Hello|Hello world|Hello[+ world+]", "one two|one|one[- two-]",
            "Привет, мир|Привет, Мир|Привет, [-мир-][+Мир+]"})
    void differsByWords(String before, String after, String shown) {
        assertThat(WordDifference.of(before, after).stream().map(piece -> switch (piece.kind()) {
            case SAME -> piece.text();
            case ADDED -> "[+" + piece.text() + "+]";
            case REMOVED -> "[-" + piece.text() + "-]";
        }).collect(Collectors.joining())).isEqualTo(shown);
    }

    @Property(tries = 200)
    void both_texts_can_be_read_from_it(@ForAll String before, @ForAll String after) {
        var pieces = WordDifference.of(before, after);
        assertThat(pieces.stream().filter(piece -> piece.kind() != Kind.ADDED).map(WordDifference.Piece::text)
                .collect(Collectors.joining())).isEqualTo(before);
        assertThat(pieces.stream().filter(piece -> piece.kind() != Kind.REMOVED).map(WordDifference.Piece::text)
                .collect(Collectors.joining())).isEqualTo(after);
    }
}
