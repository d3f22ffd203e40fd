package io.redline.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

class SqlParametersTest {

    private final SqlParameters parameters = new SqlParameters();

    @Test
    void parts_have_names_and_other_objects_are_json() {
        var change = new HashMap<String, Object>(Map.of("account", "sales", "revision", 7, "deleted", false,
                "chat", Map.of("id", "1@c.us", "name", "John"), "media", Map.of("url", "x"),
                "reactions", List.of(Map.of("emoji", "👍")), "change", Map.of("kind", "edited")));
        change.put("sender", null);

        assertThat(parameters.of(change)).containsEntry("account", "sales").containsEntry("revision", 7)
                .containsEntry("deleted", false).containsEntry("chat_id", "1@c.us").containsEntry("chat_name", "John")
                .containsEntry("media", "{\"url\":\"x\"}").containsEntry("reactions", "[{\"emoji\":\"👍\"}]")
                .containsEntry("change_kind", "edited").containsEntry("sender_name", null);
    }

    @Test
    void what_a_message_may_lack_is_null_and_what_none_has_is_missing() {
        assertThat(parameters.of(Map.of("account", "sales"))).containsEntry("text", null)
                .containsEntry("aliasOf_messageId", null).doesNotContainKey("txet");
    }
}
