package io.redline.door;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.databind.util.RawValue;

/**
 * Bodies as no gateway should send them, made of the samples of what each does send: members dropped, doubled, renamed and given
 * the values of others, values of another type or size, and bytes that are no JSON any more. The same for the same seed and
 * number. Ids and times are those of the number, so that most are told apart by the ledger, and texts and telephone numbers have
 * a mark by which they are found wherever they do not belong.
 */
final class MalformedBodies {

    /** In each text and name. */
    static final String TEXT = "Zimtstern";
    /** In each telephone number. */
    static final String NUMBER = "7000777";

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<ObjectWriter> WRITERS = List.of(JSON.writer(),
            JSON.writer().with(JsonWriteFeature.ESCAPE_NON_ASCII), JSON.writerWithDefaultPrettyPrinter());
    private static final Set<String> TEXTS = Set.of("text", "textMessage", "caption", "body", "content", "description",
            "title", "chatName", "senderName", "senderContactName", "pushName", "notifyName", "firstName", "lastName");
    private static final Pattern TELEPHONE = Pattern.compile("(?<!\\d)\\d{10,15}(?!\\d)");
    private static final Pattern ID = Pattern.compile("(?=(?:\\w*?\\d){3})[0-9A-Za-z]{8,}");
    private static final int DEEPEST = 20_000;
    private static final int LIMIT = 4 << 20;

    private static final List<String> HOSTILE = List.of("", " ", "\0", "a\0b", "\ud83d", "\udc00x", "\uFEFF", "\u202E",
            "\r\nBcc: victim@example.org\r\n\r\n", "'; drop table event; --", "\" or 1=1 --", ":?text", "${body}",
            "${bean:type:java.lang.System?method=exit(1)}", "{{redline.api.token}}", "{#include x}{text}",
            "../../etc/passwd",
            "..%2f..%2f", "%00", "%25%32%66", "file:///etc/passwd", "http://169.254.169.254/latest/meta-data/",
            "jndi:ldap://127.0.0.1:1/x", "<script>alert(1)</script>", "\\u0000", "NaN", "null", "true", "-1",
            "9".repeat(40));

    /** What a value may be instead, as it is written. */
    private static final List<String> VALUES = List.of("null", "true", "false", "0", "-1", "-0.0", "1.5", "1e400",
            "-1e999999999", "9223372036854775808", "99999999999999999999999999", "\"\"", "[]", "{}", "[null]", "[[[]]]",
            "{\"\":\"\"}", "[{},[],\"x\",1]");

    /**
     * A body for a door.
     *
     * @param gateway whose
     * @param account at which
     */
    record Body(int number, String gateway, String account, byte[] bytes) {

        boolean isTooLarge() {
            return bytes.length > LIMIT;
        }

        /** What is needed to look into it. */
        @Override
        public String toString() {
            var beginning = new String(bytes, 0, Math.min(300, bytes.length), StandardCharsets.ISO_8859_1)
                    .replaceAll("[^ -~]", "?");
            return "body " + number + " to " + account + ", " + bytes.length + " bytes: " + beginning;
        }
    }

    private record Sample(String account, JsonNode json) {
    }

    private final long seed;
    private final Map<String, List<Sample>> samples = new HashMap<>();
    private final List<String> gateways = List.of("green-api", "waha", "aitu");

    MalformedBodies(long seed) {
        this.seed = seed;
        gateways.forEach(gateway -> samples.put(gateway, samplesOf(gateway)));
    }

    private static List<Sample> samplesOf(String gateway) {
        try {
            var accounts = new HashMap<String, String>();
            var index = MalformedBodies.class.getResource("/" + gateway + "/index.csv");
            if (index != null) {
                for (var line : Files.readAllLines(Path.of(index.toURI()))) {
                    var columns = line.split(",");
                    accounts.put(columns[0] + ".json", columns[2]);
                }
            }
            var files = new File(MalformedBodies.class.getResource("/" + gateway + "/").toURI())
                    .listFiles(file -> file.getName().endsWith(".json"));
            assertThat(files).isNotEmpty();
            var found = new ArrayList<Sample>();
            for (var file : Arrays.stream(files).sorted(Comparator.comparing(File::getName)).toList()) {
                found.add(new Sample(accounts.getOrDefault(file.getName(), gateway), JSON.readTree(file)));
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    Body body(int number) {
        var random = new Random(seed * 1_000_003 + number);
        random.nextInt();
        var gateway = gateways.get(number % gateways.size());
        var sample = pick(samples.get(gateway), random);
        var root = NODES.arrayNode().add(individual(sample.json().deepCopy(), number));
        for (int left = random.nextInt(4); left > 0; left--) {
            mutate(root, individual(pick(samples.get(gateway), random).json().deepCopy(), number), random);
        }
        var bytes = written(root, random);
        for (int left = random.nextInt(100) < 20 ? 1 + random.nextInt(3) : 0; left > 0; left--) {
            bytes = spoilt(bytes, random);
        }
        if (random.nextInt(100) < 4) {
            bytes = new byte[random.nextInt(2_000)];
            random.nextBytes(bytes);
        }
        return new Body(number, gateway, sample.account(), bytes);
    }

    /** Ids, times and telephone numbers of its own, and texts that are marked. */
    private static JsonNode individual(JsonNode node, int number) {
        if (node instanceof ObjectNode object) {
            object.fieldNames().forEachRemaining(name -> {
                var value = object.get(name);
                if (value.isTextual()) {
                    object.put(name, individual(TEXTS.contains(name)
                            ? TEXT + " " + value.textValue()
                            : value.textValue(), number));
                } else if (value.canConvertToLong() && name.toLowerCase(Locale.ROOT).contains("timestamp")) {
                    object.put(name, value.longValue() + number);
                } else {
                    individual(value, number);
                }
            });
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                if (array.get(i).isTextual()) {
                    array.set(i, NODES.textNode(individual(array.get(i).textValue(), number)));
                } else {
                    individual(array.get(i), number);
                }
            }
        }
        return node;
    }

    private static String individual(String text, int number) {
        var own = "%05d".formatted(number % 100_000);
        var told = TELEPHONE.matcher(text).replaceAll(NUMBER + own);
        return ID.matcher(told).replaceAll(id -> id.group().startsWith(NUMBER)
                ? id.group()
                : id.group().substring(0, id.group().length() - own.length()) + own);
    }

    private static void mutate(ArrayNode root, JsonNode other, Random random) {
        var containers = containers(root, new ArrayList<>());
        var container = pick(containers, random);
        var names = names(container);
        if (names.isEmpty()) {
            return;
        }
        var name = pick(names, random);
        var value = get(container, name);
        switch (random.nextInt(12)) {
            case 0 -> remove(container, name);
            case 1 -> {
                // The same member twice, as no tree can have it.
                if (container instanceof ObjectNode object) {
                    object.putRawValue(name, new RawValue(value + ",\"" + name + "\":" + pick(VALUES, random)));
                }
            }
            case 2 -> {
                // Somewhere else, in place of something else.
                var target = pick(containers, random);
                var there = names(target);
                if (!there.isEmpty()) {
                    set(target, pick(there, random), value.deepCopy());
                }
            }
            case 3 -> set(container, name, raw(pick(VALUES, random)));
            case 4 -> set(container, name, raw("9".repeat(1 + random.nextInt(5_000))));
            case 5 -> {
                var depth = 1 + random.nextInt(random.nextInt(10) == 0 ? DEEPEST : 50);
                set(container, name, raw(random.nextBoolean()
                        ? "[".repeat(depth) + "]".repeat(depth)
                        : "{\"body\":".repeat(depth) + "1" + "}".repeat(depth)));
            }
            case 6 -> set(container, name, NODES.textNode(longText(random)));
            case 7, 8 -> set(container, name, NODES.textNode(value instanceof TextNode && random.nextBoolean()
                    ? within(value.textValue(), pick(HOSTILE, random), random)
                    : pick(HOSTILE, random)));
            case 9 -> {
                // The name of another member, wherever that stands.
                if (container instanceof ObjectNode object) {
                    var renamed = names(pick(containers, random));
                    object.remove(name);
                    object.set(renamed.isEmpty() ? "" : pick(renamed, random), value);
                }
            }
            case 10 -> {
                // A part of another notification.
                var donor = pick(containers(other, new ArrayList<>()), random);
                set(container, name, donor);
            }
            default -> set(container, name, random.nextBoolean()
                    ? NODES.arrayNode().add(value)
                    : NODES.objectNode().set(name, value));
        }
    }

    private static String longText(Random random) {
        var length = switch (random.nextInt(30)) {
            case 0 -> LIMIT + 1;
            case 1 -> LIMIT / 4;
            default -> 1 + random.nextInt(20_000);
        };
        return (TEXT + pick(List.of("x", "👍", "ü", "\ud83d", "\n", "\""), random)).repeat(length / 10 + 1);
    }

    private static String within(String text, String part, Random random) {
        var at = random.nextInt(text.length() + 1);
        return text.substring(0, at) + part + text.substring(at);
    }

    private static JsonNode raw(String json) {
        return NODES.rawValueNode(new RawValue(json));
    }

    private static List<JsonNode> containers(JsonNode node, List<JsonNode> found) {
        if (node.isContainerNode()) {
            found.add(node);
            node.forEach(child -> containers(child, found));
        }
        return found;
    }

    private static List<String> names(JsonNode container) {
        if (container instanceof ObjectNode object) {
            var names = new ArrayList<String>();
            object.fieldNames().forEachRemaining(names::add);
            return names;
        }
        return IntStream.range(0, container.size()).mapToObj(String::valueOf).toList();
    }

    private static JsonNode get(JsonNode container, String name) {
        return container instanceof ObjectNode object ? object.get(name) : container.get(Integer.parseInt(name));
    }

    private static void set(JsonNode container, String name, JsonNode value) {
        if (container instanceof ObjectNode object) {
            object.set(name, value);
        } else {
            ((ArrayNode) container).set(Integer.parseInt(name), value);
        }
    }

    private static void remove(JsonNode container, String name) {
        if (container instanceof ObjectNode object) {
            object.remove(name);
        } else {
            ((ArrayNode) container).remove(Integer.parseInt(name));
        }
    }

    /** What stands first below the root, which is there so that the whole can be changed like a part. */
    private static byte[] written(ArrayNode root, Random random) {
        try {
            return root.isEmpty()
                    ? new byte[0]
                    : pick(WRITERS, random).writeValueAsString(root.get(0)).getBytes(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] spoilt(byte[] bytes, Random random) {
        if (bytes.length == 0) {
            return new byte[]{(byte) random.nextInt()};
        }
        var at = random.nextInt(bytes.length);
        var to = Math.min(bytes.length, at + 1 + random.nextInt(40));
        var text = new String(bytes, StandardCharsets.UTF_8);
        return switch (random.nextInt(12)) {
            case 0 -> Arrays.copyOf(bytes, at);
            case 1 -> joined(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, to, bytes.length));
            case 2 -> joined(Arrays.copyOf(bytes, to), Arrays.copyOfRange(bytes, at, bytes.length));
            case 3 -> withByte(bytes, at, 0);
            case 4 -> withByte(bytes, at, pick(List.of(0x80, 0xc0, 0xc3, 0xed, 0xf8, 0xfe, 0xff), random));
            case 5 -> withByte(bytes, at, bytes[at] ^ 1 << random.nextInt(8));
            case 6 -> joined(new byte[]{(byte) 0xef, (byte) 0xbb, (byte) 0xbf}, bytes);
            case 7 -> joined(bytes, bytes);
            case 8 ->
                ("{\"receiptId\":" + random.nextInt() + ",\"body\":" + text + "}").getBytes(StandardCharsets.UTF_8);
            case 9 -> ("[" + text + "]").getBytes(StandardCharsets.UTF_8);
            case 10 -> text.getBytes(random.nextBoolean() ? StandardCharsets.UTF_16 : StandardCharsets.UTF_16LE);
            default -> ("{\"updates\":[" + text + "," + text + ",null,1]}").getBytes(StandardCharsets.UTF_8);
        };
    }

    private static byte[] withByte(byte[] bytes, int at, int by) {
        var other = bytes.clone();
        other[at] = (byte) by;
        return other;
    }

    private static byte[] joined(byte[] one, byte[] other) {
        var all = new ByteArrayOutputStream();
        all.writeBytes(one);
        all.writeBytes(other);
        return all.toByteArray();
    }

    private static <T> T pick(List<T> some, Random random) {
        return some.get(random.nextInt(some.size()));
    }
}
