package io.redline.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.BlackBox;
import io.redline.OnSqlite;

@QuarkusTest
@TestProfile(OnSqlite.class)
class ReadingTest extends BlackBox {

    private static final Pattern NEXT = Pattern.compile("<([^>]+)>; rel=\"next\"");

    private static String posted(String chat, String id, long at) {
        return """
                {"typeWebhook":"incomingMessageReceived","instanceData":{"idInstance":1101000001},"timestamp":%d,
                 "idMessage":"%s","senderData":{"chatId":"%s"},
                 "messageData":{"typeMessage":"textMessage","textMessageData":{"textMessage":"Hello"}}}"""
                .formatted(at, id, chat);
    }

    /** Follow the Link headers; each page but the last is full. */
    private static List<Map<String, Object>> allPages(String path, int limit) {
        List<Map<String, Object>> all = new ArrayList<>();
        var next = path;
        while (next != null) {
            var answer = api().get(next);
            assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
            List<Map<String, Object>> page = answer.jsonPath().getList("$");
            all.addAll(page);
            var link = answer.header("Link");
            if (link == null) {
                break;
            }
            var found = NEXT.matcher(link);
            assertThat(found.matches()).as(link).isTrue();
            assertThat(page).hasSize(limit);
            var uri = URI.create(found.group(1));
            next = uri.getRawPath() + "?" + uri.getRawQuery();
        }
        return all;
    }

    @Test
    void messages_comeInPagesTheNewestFirst() {
        // Several within one second: the page's edge falls among them.
        for (int i = 0; i < 13; i++) {
            take("sales", posted("1@c.us", "ID" + i, 1738566600 + i / 4));
        }
        take("sales", posted("2@c.us", "OTHER", 1738566600));
        var path = "/api/accounts/sales/chats/1%40c.us/messages?limit=";
        var whole = list(path + "500");
        assertThat(whole).hasSize(13).extracting(one -> (String) one.get("sentAt")).isSortedAccordingTo(
                java.util.Comparator.reverseOrder());
        for (int limit : new int[]{1, 3, 5, 13}) {
            assertThat(allPages(path + limit, limit)).isEqualTo(whole);
        }
        assertThat(api().get(path + "13").header("Link")).isNull();
    }

    @Test
    void cursor_survivesIdsOfAllKinds() {
        for (var id : List.of("a b", "a/b", "ü+&=%", "x y z")) {
            take("sales", posted("1@c.us", id, 1738566600));
        }
        assertThat(allPages("/api/accounts/sales/chats/1@c.us/messages?limit=1", 1))
                .extracting(one -> one.get("messageId")).containsExactlyInAnyOrder("a b", "a/b", "ü+&=%", "x y z");
    }

    @Test
    void events_comeInPagesTheOldestFirst() {
        for (int i = 0; i < 7; i++) {
            take("sales", posted("1@c.us", "ID" + i, 1738566600));
            take("support", sampleConnection(i));
        }
        assertThat(allPages("/api/events?limit=3", 3)).hasSize(14).isEqualTo(events());
        assertThat(allPages("/api/events?limit=2&kind=account&account=support", 2)).hasSize(7)
                .allSatisfy(event -> assertThat(event).containsEntry("kind", "account").containsEntry("account",
                        "support"));
        assertThat(allPages("/api/events?kind=account&account=sales", 100)).isEmpty();
        var third = (String) events().get(2).get("id");
        assertThat(list("/api/events?after=" + third)).isEqualTo(events().subList(3, 14));
    }

    private static String sampleConnection(int i) {
        return sampleText("connection-online").replace("1586700690", "15867006" + (10 + i));
    }

    @Test
    void deliveries_comeInPages() {
        for (int i = 0; i < 5; i++) {
            take("sales", "not JSON " + i);
        }
        assertThat(allPages("/api/deliveries?limit=2", 2)).hasSize(5).isEqualTo(parked());
        assertThat(allPages("/api/deliveries?limit=2&state=orphaned&endpoint=see-unrecognised", 2)).hasSize(5);
        assertThat(allPages("/api/deliveries?endpoint=nobody", 100)).isEmpty();
    }

    @Test
    void chats_comeByTheirNewestMessage() {
        take("sales", posted("1@c.us", "A", 1738566600));
        take("sales", posted("2@c.us", "B", 1738566602));
        take("sales", posted("3@c.us", "C", 1738566601));
        assertThat(list("/api/accounts/sales/chats")).extracting(chat -> chat.get("id")).containsExactly("2@c.us",
                "3@c.us", "1@c.us");
        assertThat(list("/api/accounts/sales/chats?limit=1&offset=1")).extracting(chat -> chat.get("id"))
                .containsExactly("3@c.us");
        assertThat(list("/api/accounts/support/chats")).isEmpty();
        assertThat(list("/api/accounts/sales/chats/9@c.us/messages")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a@b", "a/b", "a%2Fb", "a b", "a+b", "a;b=c", "a?b#c", "ü👍", "USER:804d1bbd-x",
            "'; drop table event; --", "%00", "{account}", "a\\\\b", "../x", "..%2f..%2fx", "%25", "${body}",
            "{{redline.api.token}}"})
    void anyId_isFoundByItsPath(String id) {
        take("sales", posted(id, id, 1738566600));
        var plain = id.replace("\\\\", "\\");
        assertThat(message("sales", plain, plain)).containsEntry("messageId", plain).containsEntry("chatId", plain);
        assertThat(list("/api/accounts/sales/chats/" + encoded(plain) + "/messages")).hasSize(1);
        assertThat(list(pathOf("sales", plain, plain) + "/deliveries")).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/events?limit=0", "/api/events?limit=501", "/api/events?limit=-1",
            "/api/deliveries?state=lost", "/api/deliveries?limit=0", "/api/accounts/sales/chats?limit=0",
            "/api/accounts/sales/chats?offset=-1", "/api/accounts/sales/chats/1/messages?limit=9999",
            "/api/accounts/sales/chats/1/messages?before=x",
            "/api/accounts/sales/chats/1/messages?before=!!!!"})
    void badParameters_are400(String path) {
        expectProblem(api().get(path), 400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/events?limit=many", "/api/events?after=x", "/api/events?after=99999999999999999999",
            "/api/deliveries?after=x", "/api/accounts/sales/chats?offset=1.5"})
    void parametersThatAreNoNumbers_are400(String path) {
        expectProblem(api().get(path), 400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/accounts/nobody/chats", "/api/accounts/nobody/chats/1/messages",
            "/api/accounts/sales/chats/1/messages/2", "/api/events?account=nobody", "/api/nothing",
            "/api/accounts/nobody/chats/1/messages/2/deliveries"})
    void whatIsNotThere_is404(String path) {
        expectProblem(api().get(path), 404);
    }

    @Test
    void otherMethods_areRefusedAsProblems() {
        expectProblem(given().delete("/api/events"), 405);
        expectProblem(given().accept("text/html").get("/api/accounts"), 406);
    }
}
