package io.redline.door;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.MethodSource;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.BlackBox;
import io.redline.OnSqlite;
import io.redline.Schemas;
import io.redline.database.Rows;

/** Every sample of what GREEN-API sends: 200, the right channel, the right ledger. */
@QuarkusTest
@TestProfile(OnSqlite.class)
class SamplesTest extends BlackBox {

    @AfterEach
    void expectThatWhatLeavesIsAsItsSchemaSays() {
        Schemas.expectAllThatLeaves(database);
    }

    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = "/green-api/index.csv", numLinesToSkip = 1)
    void eachSample_goesThroughItsChannelIntoTheLedger(String fixture, String origin, String account, String channel,
            String kind, String chat, String message, String type, String text, Boolean edited, Boolean deleted,
            String status, String original, String versions) {
        take(account, sample(fixture));

        assertThat(events()).singleElement().satisfies(event -> {
            assertThat(event).containsEntry("account", account).containsEntry("kind", kind)
                    .containsEntry("chatId", chat).containsEntry("source", "webhook");
        });
        assertThat(notifications()).singleElement().isEqualTo(sample(fixture));
        assertThat(channels()).containsExactly(channel);
        if (message != null) {
            var owed = owedBy(channel);
            assertThat(owed).singleElement().satisfies(one -> assertThat(one).containsEntry("account", account)
                    .containsEntry("chatId", chat).containsEntry("messageId", message).containsEntry("kind", kind)
                    .containsEntry("revision", 1));
            var view = message(account, chat, message);
            assertThat(view).containsEntry("messageId", message).containsEntry("chatId", chat)
                    .containsEntry("type", type).containsEntry("text", text).containsEntry("edited", edited)
                    .containsEntry("deleted", deleted).containsEntry("status", status)
                    .containsEntry("original", original).containsEntry("revision", 1);
            assertThat(versions(view)).extracting(version -> version.get("kind"))
                    .isEqualTo(versions == null ? List.of() : List.of(versions.split(" ")));
            assertThat(versions(view)).allSatisfy(version -> assertThat(version).containsEntry("applied", true)
                    .containsEntry("text", text));
        }
        assertThat(parked()).hasSize("unrecognised".equals(kind) ? 1 : 0);

        take(account, sample(fixture));
        assertThat(events()).hasSize(1);
        assertThat(notifications()).hasSize(1);
        if (message != null) {
            assertThat(owedBy(channel)).hasSize(1);
            assertThat(message(account, chat, message)).containsEntry("revision", 1);
        }
    }

    /** Also of those events that owe nothing yet, for it is not known which message they are about. */
    private List<String> channels() {
        return database.read(connection -> Rows.query(connection, "select endpoints from event",
                row -> row.getString(1))).stream()
                .flatMap(endpoints -> OnSqlite.CHANNELS.stream().filter(one -> endpoints.contains("see-" + one)))
                .toList();
    }

    @Test
    void indexNamesEverySample() throws Exception {
        var files = samplesIn("");
        var index = getClass().getResourceAsStream("/green-api/index.csv");
        var named = new String(index.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8).lines().skip(1)
                .map(line -> line.substring(0, line.indexOf(','))).toList();
        assertThat(named).containsExactlyInAnyOrderElementsOf(files.toList()).hasSizeGreaterThan(35);
    }

    static Stream<String> notWebhooks() throws Exception {
        return samplesIn("not-webhooks/");
    }

    private static Stream<String> samplesIn(String folder) throws Exception {
        var url = SamplesTest.class.getResource("/green-api/" + folder);
        return Arrays.stream(new File(url.toURI()).list()).filter(name -> name.endsWith(".json"))
                .map(name -> folder + name.substring(0, name.length() - ".json".length())).sorted();
    }

    /** Journals, settings and errors are nothing that a webhook brings; should one come, it is not lost. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("notWebhooks")
    void whatIsNoWebhook_isParked(String fixture) {
        take("sales", sample(fixture));
        expectParked(sample(fixture));
    }

    @Test
    void callChatAndAccount_tellWhatHappened() {
        take("old", sample("incoming-call-without-status"));
        take("support", sample("incoming-block"));
        take("first", sample("state-not-authorized"));
        take("support", sample("connection-online"));
        take("old", sample("device-info"));
        take("sales", sample("quota-exceeded"));

        var events = events();
        assertThat(events).extracting(event -> event.get("kind")).containsExactly("call", "chat", "account", "account",
                "account", "account");
        assertThat(events.get(0)).containsEntry("eventId", "104179EDB7F5328988D8834107EEBE50")
                .containsEntry("direction", "incoming").containsEntry("state", null)
                .containsEntry("at", "2021-04-06T06:49:17Z");
        assertThat(events.get(1)).containsEntry("state", "blocked").containsEntry("chatId", "10000000000@c.us");
        assertThat(events.get(2)).containsEntry("aspect", "state").containsEntry("state", "notAuthorized");
        assertThat(events.get(3)).containsEntry("aspect", "connection").containsEntry("state", "online");
        assertThat(events.get(4)).containsEntry("aspect", "device");
        assertThat((Map<?, ?>) ((Map<?, ?>) events.get(4).get("details")).get("deviceData"))
                .isEqualTo(Map.of("platform", "iphone", "deviceManufacturer", "Apple", "deviceModel", "iPhone 11",
                        "osVersion", "13.4.1", "waVersion", "2.20.42", "battery", 90));
        assertThat(events.get(5)).containsEntry("aspect", "quota").containsEntry("state",
                "CORRESPONDENTS_QUOTA_EXCEEDED");
        assertThat(list("/api/accounts")).filteredOn("name", "first").singleElement().satisfies(
                account -> assertThat(account).containsEntry("state", "notAuthorized").containsEntry("stateAt",
                        "2020-04-12T14:11:30Z"));
    }

    @Test
    void replyReactionVoteAndMedia_areInTheMessage() {
        take("group", sample("outgoing-api-video-reply-enveloped"));
        take("support", sample("incoming-quoted"));
        take("sales", sample("incoming-reaction"));
        take("sales", sample("incoming-poll-update"));
        take("sales", sample("outgoing-phone-image"));

        var video = message("group", "120363000000000000@g.us", "3EB0D6E0EBC23C3AD81A17");
        assertThat(video).containsEntry("replyTo", "3EB0C1D35D81D7093A0F8D").containsEntry("direction", "outgoing")
                .containsEntry("media", Map.of("mimeType", "video/mp4"));
        assertThat(message("support", "71234567890@c.us", "F7AEC1B7086ECDC7E6E45923F5EDB825"))
                .containsEntry("replyTo", "9A73322488DCB7D9689A6112F2528C9D");
        var chat = "71234567890@c.us";
        assertThat(message("sales", chat, "F7AEC1B7086ECDC7E6E45923F5EDB825")).containsEntry("reactions",
                List.of(Map.of("by", chat, "emoji", "👍", "at", "2024-01-22T03:51:46Z")));
        assertThat(message("sales", chat, "30F6A068486C79D01CC683822E9258AE")).containsEntry("votes",
                Map.of("Red", List.of(), "Green", List.of(chat)));
        assertThat((Map<?, ?>) message("sales", chat, "B8C959F41DDF44C312053B420A16C217").get("media")).isEqualTo(
                Map.of("url",
                        "https://sw-media-1101.storage.yandexcloud.net/1101000001/15697d2c-397c-4fd0-8e1a-8be95f753aae.jpg",
                        "fileName", "15697d2c-397c-4fd0-8e1a-8be95f753aae.jpg", "mimeType", "image/jpeg"));
        // Who was reacted to is not known; a list of messages does not show what was never posted, edited or deleted.
        assertThat(list("/api/accounts/sales/chats/" + encoded(chat) + "/messages"))
                .extracting(message -> message.get("messageId")).containsExactly("B8C959F41DDF44C312053B420A16C217");
    }

    @Test
    void maxIds_keepAllTheirDigitsAndGiveTheMillisecond() {
        take("max", sample("max-edited"));
        var version = versions(message("max", "-69308615655644", "115689763107266127")).get(0);
        // 115689766999990001 >> 16 is 1765285751647 ms, within 2 s of the timestamp.
        assertThat(version).containsEntry("eventId", "115689766999990001").containsEntry("at",
                "2025-12-09T13:09:11." + (115689766999990001L >> 16) % 1000 + "Z");
    }

    @Test
    void deleteWithoutSender_isAppliedOnceItsMessageIsKnown() {
        take("max", sample("max-deleted-own-without-sender"));
        assertThat(events()).singleElement().satisfies(event -> assertThat(event).containsEntry("resolved", false));
        assertThat(owedBy("deletes")).isEmpty();

        take("max", """
                {"typeWebhook":"outgoingAPIMessageReceived","instanceData":{"idInstance":3100000000,"typeInstance":"v3"},
                 "timestamp":1765285703,"idMessage":"115689763837649904","senderData":{"chatId":"-69308615655644"},
                 "messageData":{"typeMessage":"textMessage","textMessageData":{"textMessage":"Ours"}}}""");

        assertThat(message("max", "-69308615655644", "115689763837649904")).containsEntry("deleted", true)
                .containsEntry("text", "Ours");
        assertThat(events()).noneSatisfy(event -> assertThat(event).containsEntry("resolved", false));
        assertThat(owedBy("deletes")).hasSize(1);
    }

    @Test
    void statusWithoutMessage_isSeenInFailures() {
        take("max", sample("max-status-no-account-without-id-message"));
        assertThat(owedBy("failures")).singleElement().satisfies(one -> assertThat(one)
                .containsEntry("messageId", null).containsEntry("chatId", "77777777777@c.us"));
        assertThat(events().get(0)).containsEntry("status", "noAccount").containsEntry("target", null);
    }

    @Test
    void settingsNamesAsTypes_areEditsAndDeletes() {
        take("sales", sampleText("incoming-edited").replace("incomingMessageReceived", "editedMessageWebhook"));
        take("sales", sampleText("incoming-deleted").replace("incomingMessageReceived", "deletedMessageWebhook"));
        assertThat(owedBy("edits")).hasSize(1);
        assertThat(owedBy("deletes")).hasSize(1);
        assertThat(message("sales", "71234567890@c.us", "3PEAD8EDB7A9D438FF5E")).containsEntry("direction", "incoming")
                .containsEntry("text", "Edited message");
    }
}
