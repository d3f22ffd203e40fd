package io.redline.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.cloudevents.CloudEvent;
import io.cloudevents.jackson.JsonFormat;

class CloudEventsTest {

    private final CloudEvents events = new CloudEvents();

    private static Map<String, Object> change(String message, Map<String, Object> what) {
        Map<String, Object> change = new LinkedHashMap<>();
        change.put("account", "sales");
        if (message != null) {
            change.put("chatId", "1@c.us");
            change.put("messageId", message);
        }
        change.put("change", what);
        return change;
    }

    private CloudEvent event(Map<String, Object> change) {
        return new JsonFormat().deserialize(events.of(change, events.id(change, "42")));
    }

    @ParameterizedTest
    @CsvSource({"posted, redline.message.posted", "edited, redline.message.edited", "deleted, redline.message.deleted",
            "status, redline.message.status", "reaction, redline.message.reaction", "call, redline.call.state",
            "chat, redline.chat.state", "chat-alias, redline.chat.alias", "account, redline.account.state",
            "unrecognised, redline.notification.unrecognised"})
    void the_type_follows_from_what_happened(String kind, String type) {
        assertThat(event(change(null, Map.of("kind", kind))).getType()).isEqualTo(type);
    }

    @Test
    void what_turned_out_to_be_another_message_has_moved() {
        var change = change("E1", Map.of("kind", "edited"));
        change.put("aliasOf", Map.of("chatId", "1@c.us", "messageId", "M1"));

        assertThat(event(change).getType()).isEqualTo("redline.message.moved");
    }

    @Test
    void the_subject_is_the_message_key_and_cannot_be_mistaken_for_another() {
        assertThat(event(change("A/B%", Map.of("kind", "posted"))).getSubject()).isEqualTo("sales/1@c.us/A%2FB%25");
        assertThat(event(change(null, Map.of("kind", "account"))).getSubject()).isEqualTo("sales");
    }

    @Test
    void the_chat_of_a_change_is_the_beginning_of_its_subject() {
        assertThat(events.chat(change("M1", Map.of("kind", "posted")))).isEqualTo("sales/1@c.us");
        assertThat(events.chat(change(null, Map.of("kind", "account")))).isEqualTo("sales");
        var call = change(null, Map.of("kind", "call"));
        call.put("chatId", "a/b");
        assertThat(events.chat(call)).isEqualTo("sales/a%2Fb");
    }

    @Test
    void two_changes_of_one_event_have_two_ids_each_always_the_same() {
        var one = change("M1", Map.of("kind", "edited"));
        var other = change("M2", Map.of("kind", "edited"));

        assertThat(events.id(one, "42")).startsWith("42-").isEqualTo(events.id(one, "42"))
                .isNotEqualTo(events.id(other, "42"));
        assertThat(events.id(change(null, Map.of("kind", "account")), "42")).isEqualTo("42");
    }

    @ParameterizedTest
    @CsvSource({"2025-02-03T07:10:56Z, 2025-02-03T07:10:56Z", "+292278994-08-17T07:12:55.807Z, 2026-01-01T00:00:00Z",
            "yesterday, 2026-01-01T00:00:00Z", ", 2026-01-01T00:00:00Z"})
    void the_time_is_that_of_the_event_if_that_can_be_one(String at, String time) {
        var what = new LinkedHashMap<String, Object>();
        what.put("kind", "posted");
        what.put("at", at);
        what.put("receivedAt", "2026-01-01T00:00:00Z");

        assertThat(event(change("M1", what)).getTime()).isEqualTo(OffsetDateTime.parse(time));
    }

    @Test
    void only_what_was_found_in_old_history_says_so() {
        assertThat(event(change("M1", Map.of("kind", "posted", "backfill", true))).getExtension("backfill"))
                .isEqualTo(true);
        assertThat(event(change("M1", Map.of("kind", "posted"))).getExtensionNames()).isEmpty();
    }
}
