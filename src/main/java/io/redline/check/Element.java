package io.redline.check;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/** A value in a YAML file, which knows where it stands. */
record Element(String file, Node node) {

    /** A member of a map. */
    record Member(Element key, Element value) {

        String name() {
            return String.valueOf(key.text());
        }
    }

    Finding finding(String sentence) {
        var mark = node.getStartMark();
        return new Finding(file, mark.map(Mark::getLine).orElse(-1) + 1, mark.map(Mark::getColumn).orElse(-1) + 1,
                sentence);
    }

    boolean isList() {
        return node instanceof SequenceNode;
    }

    /** The members of a map; of anything else none. */
    List<Member> members() {
        return node instanceof MappingNode map
                ? map.getValue().stream().map(
                        tuple -> new Member(new Element(file, tuple.getKeyNode()),
                                new Element(file, tuple.getValueNode())))
                        .toList()
                : List.of();
    }

    /** The elements of a list; of anything else none. */
    List<Element> items() {
        return node instanceof SequenceNode list
                ? list.getValue().stream().map(one -> new Element(file, one)).toList()
                : List.of();
    }

    Optional<Member> member(String name) {
        return members().stream().filter(member -> member.name().equals(name)).findFirst();
    }

    @Nullable
    Element get(String name) {
        return member(name).map(Member::value).orElse(null);
    }

    /** What a scalar says; {@code null} for anything else. */
    @Nullable
    String text() {
        return node instanceof ScalarNode scalar && scalar.getTag() != Tag.NULL ? scalar.getValue() : null;
    }

    /** What a scalar member says; empty if there is none. */
    String text(String name) {
        var member = get(name);
        var text = member == null ? null : member.text();
        return text == null ? "" : text;
    }

    /** All scalars in it, keys not among them. */
    Stream<Element> scalars() {
        return node instanceof ScalarNode
                ? Stream.of(this)
                : Stream.concat(items().stream(), members().stream().map(Member::value)).flatMap(Element::scalars);
    }

    /** The same as JSON. A scalar is a string whatever it looks like, as it is for Camel. */
    JsonNode json(UnaryOperator<String> resolve) {
        if (node instanceof MappingNode) {
            var object = JsonNodeFactory.instance.objectNode();
            members().forEach(member -> object.set(member.name(), member.value().json(resolve)));
            return object;
        } else if (node instanceof SequenceNode) {
            var array = JsonNodeFactory.instance.arrayNode();
            items().forEach(item -> array.add(item.json(resolve)));
            return array;
        }
        var text = text();
        return text == null
                ? JsonNodeFactory.instance.nullNode()
                : JsonNodeFactory.instance.textNode(resolve.apply(text));
    }
}
