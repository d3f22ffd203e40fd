package io.redline.door;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpdatesTest {

    private static Updates of(String sent) {
        return Updates.of(sent.getBytes(UTF_8));
    }

    private static String[] texts(Updates updates) {
        return updates.notifications().stream().map(one -> new String(one, UTF_8)).toArray(String[]::new);
    }

    @Test
    void each_is_cut_out_as_it_came_and_in_order() {
        var updates = of("""
                { "more":{"updates":[1]}, "updates" : [ {"updateId":"1", "text":"é\\"}]"} ,null, {"a":[{}],"updateId":"2"},{"b":1.50} ], "x":[]}
                """);

        assertThat(texts(updates)).containsExactly("{\"updateId\":\"1\", \"text\":\"é\\\"}]\"}",
                "{\"a\":[{}],\"updateId\":\"2\"}", "{\"b\":1.50}");
        assertThat(updates.last()).isEqualTo("2");
        assertThat(updates.isList()).isTrue();
    }

    @Test
    void a_mark_of_the_encoding_is_no_part_of_any() {
        assertThat(texts(of("\uFEFF{\"updates\":[{\"updateId\":\"ж\"}]}"))).containsExactly("{\"updateId\":\"ж\"}");
        assertThat(texts(Updates.of("{\"updates\":[{\"updateId\":\"ж\"}]}".getBytes(UTF_16BE))))
                .containsExactly("{\"updateId\":\"ж\"}");
    }

    @Test
    void what_is_no_object_is_kept_beside_the_others() {
        assertThat(texts(of("{\"updates\":[7,\"x\",[1,{}],{\"updateId\":\"1\"},true]}"))).containsExactly("7", "\"x\"",
                "[1,{}]", "{\"updateId\":\"1\"}", "true");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"updates\":[]}", "{\"updates\":[null,null]}"})
    void nothing_is_nothing(String sent) {
        assertThat(of(sent).notifications()).isEmpty();
        assertThat(of(sent).isList()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "[]", "null", "7", "<html>", "{\"updates\":{}}", "{\"updates\":null}",
            "{\"type\":\"Message\"}", "{\"updates\":[{}]", "{\"updates\":[{}]}}", "{\"updates\":[{]}"})
    void what_is_no_list_of_updates_stays_whole(String sent) {
        assertThat(texts(of(sent))).containsExactly(sent);
        assertThat(of(sent).isList()).isFalse();
    }

    @Test
    void what_cannot_be_parsed_can_be_passed_if_it_has_ids() {
        var first = "188383d0-0448-11ea-ab51-7b78bf81d89e";
        var last = "de07d839-1492-4d29-8bd5-4d4f73e599e6";
        var updates = of("{\"updates\":[{\"updateId\":\"" + first + "\",\"a\":\\x},{\"updateId\" : \"" + last
                + "\",\"content\":\"\\\"updateId\\\":\\\"00000000-0000-0000-0000-000000000000\\\"\"}]}");

        assertThat(updates.notifications()).hasSize(1);
        assertThat(updates.last()).isEqualTo(last);
        assertThat(updates.isList()).isFalse();
    }
}
