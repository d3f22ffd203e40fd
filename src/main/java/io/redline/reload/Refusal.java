package io.redline.reload;

import org.jspecify.annotations.Nullable;

/** Why a file cannot run as it is. */
final class Refusal extends Exception {

    private static final long serialVersionUID = 1L;

    private final String file;
    private final @Nullable Integer line;

    /** @param line of the file, from 1; {@code null} where none is to blame */
    Refusal(String file, @Nullable Integer line, String sentence) {
        super(sentence);
        this.file = file;
        this.line = line;
    }

    String file() {
        return file;
    }

    @Nullable
    Integer line() {
        return line;
    }

    String sentence() {
        return String.valueOf(getMessage());
    }
}
