package io.redline.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import com.github.difflib.DiffUtils;

/** What differs between two texts, word by word. */
final class WordDifference {

    /** Of longer ones only the beginning is shown, and not compared: that could take long. */
    private static final int LONG = 20_000;
    private static final int SHOWN = 2_000;
    /** Not Java's own breaks between words: a native executable does not have their rules. */
    private static final Pattern WORD = Pattern.compile("[\\p{IsHan}\\p{IsHiragana}\\p{IsKatakana}]\\p{M}*"
            + "|[\\p{L}\\p{N}\\p{M}&&[^\\p{IsHan}\\p{IsHiragana}\\p{IsKatakana}]]+|\\s+|\\X", Pattern.DOTALL);

    private WordDifference() {
    }

    /** A piece of text. */
    record Piece(Kind kind, String text) {

        public String word() {
            return kind.name().toLowerCase(Locale.ROOT);
        }
    }

    enum Kind {
        SAME, REMOVED, ADDED
    }

    static List<Piece> of(String before, String after) {
        if (before.length() > LONG || after.length() > LONG) {
            return List.of(new Piece(Kind.REMOVED, beginning(before)), new Piece(Kind.ADDED, beginning(after)));
        }
        var old = words(before);
        var now = words(after);
        List<Piece> pieces = new ArrayList<>();
        var at = 0;
        for (var delta : DiffUtils.diff(old, now).getDeltas()) {
            add(pieces, Kind.SAME, old.subList(at, delta.getSource().getPosition()));
            add(pieces, Kind.REMOVED, delta.getSource().getLines());
            add(pieces, Kind.ADDED, delta.getTarget().getLines());
            at = delta.getSource().getPosition() + delta.getSource().size();
        }
        add(pieces, Kind.SAME, old.subList(at, old.size()));
        return pieces;
    }

    /** A text as one piece, in which nothing differs. */
    static List<Piece> whole(String text) {
        return List.of(new Piece(Kind.SAME, beginning(text)));
    }

    private static String beginning(String text) {
        return text.length() <= SHOWN
                ? text
                : text.substring(0, text.offsetByCodePoints(0, Math.min(SHOWN, text.codePointCount(0, text.length()))))
                        + "…";
    }

    private static void add(List<Piece> pieces, Kind kind, List<String> words) {
        if (!words.isEmpty()) {
            pieces.add(new Piece(kind, String.join("", words)));
        }
    }

    /** Words, and what stands between them, in whatever script; of scripts without blanks each sign. */
    private static List<String> words(String text) {
        return WORD.matcher(text).results().map(MatchResult::group).toList();
    }
}
