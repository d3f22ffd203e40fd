package io.redline.console;

import java.util.Locale;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/** What the words mean that gateways have for the state of an account. */
final class AccountState {

    private static final Set<String> WELL = Set.of("authorized", "working", "online", "active");

    private AccountState() {
    }

    /** Whether nobody has to look. What was never told is taken for well. */
    static boolean isWell(@Nullable String state) {
        return state == null || WELL.contains(state.toLowerCase(Locale.ROOT));
    }
}
