package io.redline.ledger;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/** The names of endpoints in one text: {@code database,mail}; {@code none} is nobody. */
public final class Endpoints {

    private static final String NONE = "none";

    private Endpoints() {
    }

    public static Set<String> parse(String names) {
        var all = new LinkedHashSet<String>();
        Arrays.stream(names.split(",")).map(String::strip).filter(name -> !name.isEmpty() && !NONE.equals(name))
                .forEach(all::add);
        return all;
    }

    public static String format(Collection<String> names) {
        return names.isEmpty() ? NONE : String.join(",", names);
    }
}
