package io.redline.config;

import io.quarkus.runtime.PreventFurtherStepsException;

/** The service cannot start, or go on, as it is configured. */
public final class Unusable {

    /** EX_CONFIG of sysexits.h. */
    public static final int EXIT_CODE = 78;

    private Unusable() {
    }

    /**
     * The exception that says so. At start the sentence is all that is printed, and the exit code is that of a configuration
     * error.
     *
     * @param sentence names the property and says what to do
     */
    public static PreventFurtherStepsException because(String sentence) {
        return new PreventFurtherStepsException(sentence, EXIT_CODE);
    }
}
