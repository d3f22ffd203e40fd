package io.redline.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * A step of a route, or a branch of one.
 *
 * @param kind its word: {@code to}, {@code choice}, {@code when}
 * @param key where that word stands
 */
record Step(String kind, Element key, Element definition) {

    /** Members of a step that are branches of it, alone or in a list. */
    private static final Set<String> BRANCHES = Set.of("when", "otherwise", "doCatch", "doFinally", "onFallback",
            "fallback");

    /** The steps in {@code steps}, in their order. */
    static List<Step> in(@Nullable Element definition) {
        var steps = definition == null ? null : definition.get("steps");
        return steps == null ? List.of() : steps.items().stream().flatMap(Step::of).toList();
    }

    private static Stream<Step> of(Element item) {
        var text = item.text();
        return text == null
                ? item.members().stream().map(member -> new Step(member.name(), member.key(), member.value()))
                // A step without anything to say: "- stop".
                : Stream.of(new Step(text, item, item));
    }

    List<Step> steps() {
        return in(definition);
    }

    /** Branches of a word. */
    List<Step> branches(String word) {
        return definition.member(word).stream().flatMap(member -> {
            var value = member.value();
            return (value.isList() ? value.items().stream() : Stream.of(value))
                    .map(one -> new Step(word, value.isList() ? one : member.key(), one));
        }).toList();
    }

    /** It and all below it, branches too. */
    Stream<Step> all() {
        var inner = new ArrayList<>(steps());
        BRANCHES.stream().sorted().forEach(word -> inner.addAll(branches(word)));
        return Stream.concat(Stream.of(this), inner.stream().flatMap(Step::all));
    }

    String id() {
        return definition.text("id");
    }

    /** How an operator knows it. */
    String name() {
        return id().isEmpty() ? "this '" + kind + "'" : id();
    }
}
