package io.redline.gateway.aitu;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.redline.gateway.aitu.AituLimits.Limit;

class AituLimitsTest {

    private static final String PEER = "ba017bae-e3e8-11e8-b418-7a609eaf8200";
    private static final String MESSAGE = "18600f06-0448-11ea-ab3f-d6e38872fb41";
    private static final Instant SENT = Instant.parse("2019-11-11T05:57:08.132Z");
    private static final Duration MS = Duration.ofMillis(1);

    private static Instant after(Duration age) {
        return SENT.plus(age);
    }

    /** The last moment at which it is let pass. */
    private static void boundary(Duration longest, java.util.function.Function<Instant, Limit> judgement) {
        var last = longest.minus(AituLimits.MARGIN);
        assertThat(judgement.apply(after(last))).isNull();
        assertThat(judgement.apply(after(last.plus(MS)))).extracting(Limit::rule).isEqualTo("too-old");
        assertThat(judgement.apply(after(longest))).extracting(Limit::sentence).asString()
                .contains(longest.toDays() + " days", "2019-11-11T05:57:08.132Z");
        // Clocks differ; but an id from the future is none.
        assertThat(judgement.apply(SENT.minus(AituLimits.MARGIN))).isNull();
        assertThat(judgement.apply(SENT.minus(AituLimits.MARGIN).minus(MS))).extracting(Limit::rule)
                .isEqualTo("message-id");
    }

    @ParameterizedTest
    @CsvSource({"USER, 2", "GROUP, 2", "CHANNEL, 30"})
    void a_message_can_be_deleted_for_as_long_as_its_chat_allows(String type, int days) {
        boundary(Duration.ofDays(days), then -> AituLimits.ofDelete(type + ":" + PEER, MESSAGE, then));
    }

    @ParameterizedTest
    @ValueSource(strings = {"USER", "GROUP", "CHANNEL"})
    void a_message_can_be_edited_for_thirty_days(String type) {
        boundary(Duration.ofDays(30), then -> AituLimits.ofEdit(type + ":" + PEER, MESSAGE, then));
    }

    @ParameterizedTest
    @ValueSource(strings = {"BOT", "SERVICE"})
    void bots_are_refused_with_the_reason(String type) {
        for (var limit : new Limit[]{AituLimits.ofChat(type + ":" + PEER),
                AituLimits.ofDelete(type + ":" + PEER, MESSAGE, SENT),
                AituLimits.ofEdit(type + ":" + PEER, MESSAGE, SENT)}) {
            assertThat(limit).isNotNull().extracting(Limit::rule).isEqualTo("peer-type");
            assertThat(limit.sentence()).contains(type, "USER, GROUP and CHANNEL");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":", "USER", "USER:", "user:ba017bae-e3e8-11e8-b418-7a609eaf8200",
            "ba017bae-e3e8-11e8-b418-7a609eaf8200", "USER:47122222-bdaf-11e9-442e-1", "USER:BA017BAE",
            "USER:ba017bae-e3e8-11e8-b418-7a609eaf8200 ", "PERSON:ba017bae-e3e8-11e8-b418-7a609eaf8200",
            "USER:ga017bae-e3e8-11e8-b418-7a609eaf8200", "71234567890@c.us"})
    void a_chat_has_a_type_and_a_uuid(String chat) {
        assertThat(AituLimits.ofChat(chat)).isNotNull().extracting(Limit::rule).isEqualTo("chat-id");
    }

    @ParameterizedTest
    @ValueSource(strings = {"USER:ba017bae-e3e8-11e8-b418-7a609eaf8200", "GROUP:BA017BAE-E3E8-11E8-B418-7A609EAF8200",
            "CHANNEL:b1cccef5-58a2-4a03-b8a9-7966f5718c17", "USER:00000000-0000-0000-0000-000000000000"})
    void a_peer_may_have_a_uuid_of_any_version(String chat) {
        assertThat(AituLimits.ofChat(chat)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "b1cccef5-58a2-4a03-b8a9-7966f5718c17", "47122222-bdaf-11e9-442e-1",
            "804d1bbd-901f-470a-b1b8-1859277a7803", "18600f06-0448-11ea-ab3f-d6e38872fb41x", "3EB0C1D35D81D7093A0F8D"})
    void a_message_has_a_uuid_of_version_1(String id) {
        assertThat(AituLimits.ofDelete("USER:" + PEER, id, SENT)).isNotNull().extracting(Limit::rule)
                .isEqualTo("message-id");
        assertThat(AituLimits.ofEdit("USER:" + PEER, id, SENT)).isNotNull().extracting(Limit::rule)
                .isEqualTo("message-id");
    }

    @Test
    void the_variant_of_a_uuid_is_not_looked_at() {
        assertThat(Uuids.isTimed("2b46707c-a5fd-11e8-98d0-529269fb1459")).isTrue();
        assertThat(Uuids.isTimed("2B46707C-A5FD-11E8-08D0-529269FB1459")).isTrue();
        assertThat(Uuids.millis("2b46707c-a5fd-11e8-08d0-529269fb1459"))
                .isEqualTo(Uuids.millis("2b46707c-a5fd-11e8-98d0-529269fb1459"));
    }

    @ParameterizedTest
    @CsvSource({"18600f06-0448-11ea-ab3f-d6e38872fb41, 2019-11-11T05:57:08.132Z",
            "1a5dd0fd-0448-11ea-a21b-7a609eaf8200, 2019-11-11T05:57:11.473Z",
            "13814000-1dd2-11b2-8000-000000000000, 1970-01-01T00:00:00Z"})
    void the_time_of_an_id_is_that_of_the_posting(String id, Instant at) {
        assertThat(Uuids.millis(id)).isEqualTo(at.toEpochMilli());
    }

    @Test
    void a_text_has_4096_characters_at_most() {
        assertThat(AituLimits.ofContent("x".repeat(4096))).isNull();
        assertThat(AituLimits.ofContent("x".repeat(4097))).isNotNull().extracting(Limit::rule).isEqualTo("text-length");
    }
}
