package io.redline.console;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.fasterxml.jackson.databind.ObjectMapper;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.BlackBox;
import io.redline.OnSqlite;
import io.redline.database.Rows;

/** The pages as they leave the service. What a browser makes of them is for ConsoleIT. */
@QuarkusTest
@TestProfile(OnSqlite.class)
class PagesTest extends BlackBox {

    private static final String CHAT = "71234567890@c.us";
    private static final String PATH = "/console/conversations/sales/71234567890%40c.us";

    @TestHTTPResource("/")
    URI service;

    private static String posted(String chat, String id, long at, String name, String text) throws Exception {
        return new ObjectMapper().writeValueAsString(Map.of("typeWebhook", "incomingMessageReceived", "instanceData",
                Map.of("idInstance", 1101000001), "timestamp", at, "idMessage", id, "senderData",
                Map.of("chatId", chat, "sender", chat, "chatName", name, "senderName", name), "messageData",
                Map.of("typeMessage", "textMessage", "textMessageData", Map.of("textMessage", text))));
    }

    private static String page(String path) {
        var answer = api().get(path);
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        assertThat(answer.contentType()).isEqualTo("text/html;charset=UTF-8");
        assertThat(answer.header("Content-Security-Policy")).startsWith("default-src 'none'; script-src 'self'")
                .doesNotContain("unsafe");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        return answer.asString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/console/conversations/sales", "/console/endpoints", "/console/endpoints/log",
            "/console/accounts", "/console/routes", "/console/flow", "/console/flow/text-out",
            "/console/conversations/sales/nobody%40c.us"})
    void everyPage_isThere_alsoWithNothingToShow(String path) {
        assertThat(page(path)).contains("</html>").doesNotContain("NOT_FOUND", "style=", "onclick", "<style",
                "<script>");
    }

    @Test
    void root_leadsToTheConversations() {
        var answer = given().redirects().follow(false).get("/");
        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(answer.header("Location")).isEqualTo("/console/conversations");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/console/conversations/nobody", "/console/endpoints/nobody", "/console/flow/nothing",
            "/console/conversations/sales/1%40c.us/messages/nothing/text", "/console/nothing"})
    void whatIsNotThere_isAPageThatSaysSo(String path) {
        var answer = api().get(path);
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.contentType()).startsWith("text/html");
        assertThat(answer.asString()).contains("<h1>Not shown</h1>").doesNotContain("Exception");
    }

    @Test
    void whatPeopleWrite_isText() throws Exception {
        var hostile = "</p><script>alert(1)</script><img src=x onerror=alert(2)> {7*7} \" ' & \u202Egnp.exe";
        take("sales", posted(CHAT, "<b id=x>\"", 1738566600, "<i>Mallory</i>", hostile));
        for (var path : new String[]{PATH, "/console/conversations/sales", PATH + "?message="
                + encoded("<b id=x>\""), PATH + "/messages/" + encoded("<b id=x>\"") + "/text", PATH + "/messages",
                "/console/conversations/sales?q=" + encoded("<i>Mal")}) {
            assertThat(page(path)).contains("&lt;script&gt;alert(1)&lt;/script&gt;").doesNotContain("<script>alert",
                    "<img", "<i>", "<b id", "{49}");
        }
        assertThat(page("/console/conversations/sales?q=" + encoded("\"><script>"))).doesNotContain("<script>");
    }

    @Test
    void edit_isMarked_andItsHistoryShowsWhatDiffers() throws Exception {
        take("sales", posted(CHAT, "3PEAD8EDB7A9D438FF5E", 1738566600, "John", "Message before it was edited"));
        take("sales", sample("incoming-edited"));
        assertThat(page(PATH)).contains("Edited message").doesNotContain("before it was edited").contains(">edited<");
        var history = given().urlEncodingEnabled(false).header("HX-Request", "true").get(PATH
                + "/messages/3PEAD8EDB7A9D438FF5E").asString();
        assertThat(history).contains("<del>", "<ins>", "told by webhook", "see-edits");
        take("sales", sample("incoming-deleted"));
        assertThat(api().get("/api/events?kind=deleted").asString()).contains("deleted");
    }

    @Test
    void longText_isShownInPart_andWholeWhenAsked() throws Exception {
        var word = "x".repeat(100_000);
        take("sales", posted(CHAT, "LONG", 1738566600, "John", word));
        assertThat(page(PATH)).contains("Show all 100000 characters").hasSizeLessThan(20_000);
        assertThat(page(PATH + "/messages/LONG/text")).contains(word);
    }

    @Test
    void chats_areFoundByNameAndId() throws Exception {
        take("sales", posted("71000000001@c.us", "A", 1738566600, "Ann Öberg", "one"));
        take("sales", posted("71000000002@c.us", "B", 1738566601, "Bob 100%", "two"));
        assertThat(page("/console/conversations/sales/chats?q=" + encoded("öb"))).contains("Ann").doesNotContain("Bob");
        assertThat(page("/console/conversations/sales/chats?q=" + encoded("100%"))).contains("Bob").doesNotContain(
                "Ann");
        assertThat(page("/console/conversations/sales/chats?q=00002")).contains("Bob").doesNotContain("Ann");
        assertThat(page("/console/conversations/sales/chats?q=%25")).doesNotContain("Ann");
        assertThat(page("/console/conversations/sales/chats?q=zzz")).contains("No chat has");
    }

    @Test
    void chatsFoundByName_areShownInParts() throws Exception {
        for (int i = 0; i < 60; i++) {
            take("sales",
                    posted("7900000" + (1000 + i) + "@c.us", "M" + i, 1738566600 + i, "Ann & " + i + ".", "hello"));
        }
        var newest = page("/console/conversations/sales/chats?q=" + encoded("ann & "));
        assertThat(newest).contains("Ann &amp; 59.", "Ann &amp; 10.").doesNotContain("Ann &amp; 9.");
        var more = newest.replaceFirst("(?s).*<li class=\"more\"><a href=\"([^\"]+)\".*", "$1");
        assertThat(newest).contains(">Look through older chats<");
        assertThat(page(more.replace("&amp;", "&"))).contains("Ann &amp; 9.", "Ann &amp; 0.").doesNotContain(
                "Ann &amp; 10.", "Look through");
    }

    @Test
    void pagesOfMessages_goBothWays() throws Exception {
        for (int i = 0; i < 120; i++) {
            take("sales", posted(CHAT, "M" + i, 1738566600 + i / 3, "John", "number-" + i + "."));
        }
        var newest = page(PATH + "/messages");
        assertThat(newest).contains("number-119.", "number-70.").doesNotContain("number-69.");
        var first = newest.replaceFirst("(?s).*data-first=\"([^\"]+)\".*", "$1");
        var older = page(PATH + "/messages?before=" + first);
        assertThat(older).contains("number-69.", "number-20.").doesNotContain("number-70.", "number-19.");
        var last = older.replaceFirst("(?s).*data-last=\"([^\"]+)\".*", "$1");
        assertThat(page(PATH + "/messages?after=" + last)).contains("number-70.", "number-119.").doesNotContain(
                "number-69.").contains("data-newer=\"false\"");
        assertThat(api().get(PATH + "/messages?before=nonsense").statusCode()).isEqualTo(400);
    }

    @Test
    void whatChanges_isToldToOpenPages_andAgainToWhoeverComesBack() throws Exception {
        take("sales", posted(CHAT, "3PEAD8EDB7A9D438FF5E", 1738566600, "John", "Hello"));
        var position = page(PATH).replaceFirst("(?s).*data-after=\"(\\d+)\".*", "$1");
        var lines = listen("after=" + position, null);
        take("sales", sample("incoming-edited"));
        await().untilAsserted(() -> assertThat(lines).anySatisfy(line -> assertThat(line).startsWith("data: {")
                .contains("Edited message", Bubble.dom("3PEAD8EDB7A9D438FF5E"))));
        assertThat(lines).contains("event: message", "event: chats").doesNotContain("event: reload");
        // The same from the ledger, whichever process serves the page: what it was told already is not told again.
        var again = listen("after=0", position);
        await().untilAsserted(() -> assertThat(again).anySatisfy(line -> assertThat(line).contains("Edited message")));
        assertThat(again).filteredOn("event: message"::equals).hasSize(1);
        assertThat(api().get("/console/live?account=nobody&after=0").statusCode()).isEqualTo(400);
    }

    private Queue<String> listen(String after, String lastEventId) {
        Queue<String> lines = new ConcurrentLinkedQueue<>();
        var request = HttpRequest.newBuilder(service.resolve("/console/live?account=sales&chat=" + encoded(CHAT) + "&"
                + after));
        if (lastEventId != null) {
            request.header("Last-Event-ID", lastEventId);
        }
        CompletableFuture.runAsync(() -> {
            try {
                var answer = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build().send(request.build(),
                        HttpResponse.BodyHandlers.ofInputStream());
                var reader = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
                for (var line = reader.readLine(); line != null; line = reader.readLine()) {
                    lines.add(line);
                }
            } catch (Exception e) {
                lines.add("ended: " + e.getClass().getSimpleName());
            }
        });
        await().until(() -> lines.stream().anyMatch(line -> line.startsWith("id: ")));
        return lines;
    }

    @Test
    void endpoint_isPausedAndResumed_andWhatIsParkedIsSentAgain() {
        take("sales", "not JSON");
        var form = api().get("/console/endpoints").htmlPath().getString("**.find { it.@name == 'form' }.@value");
        assertThat(page("/console/endpoints/translator")).contains("Send all again");
        await().untilAsserted(
                () -> assertThat(page("/console/flow")).contains("<a href=\"/console/endpoints/translator\""
                        + " id=\"unread-green-api\" aria-label=\"green-api: 1 parked, "));
        send("/console/endpoints/log/pause", form);
        assertThat(page("/console/endpoints")).contains(">paused<");
        send("/console/endpoints/log/resume", form);
        assertThat(page("/console/endpoints")).doesNotContain(">paused<");
        given().redirects().follow(false).header("Origin", service.toString().replaceAll("/$", "")).formParam("form",
                form).formParam("all", "all").post("/console/endpoints/translator/replay");
        await().untilAsserted(() -> assertThat(list("/api/replays")).singleElement().satisfies(
                replay -> assertThat(replay).containsEntry("state", "done").containsEntry("owed", 1)));
        assertThat(page("/console/endpoints/translator")).contains("Sent again", ">1 of 1</span> looked at");
    }

    /** What stands on the arrows' ends: it is of the process, which other tests use as well. */
    private static Map<String, Long> counts() {
        var flow = page("/console/flow");
        Map<String, Long> counts = new HashMap<>();
        for (var branch : List.of("text", "edited", "deleted")) {
            counts.put("branch " + branch, count(flow, "aria-label=\"" + branch + ": (\\d+),"));
        }
        for (var box : List.of("green-api", "messages", "edits", "deletes")) {
            counts.put(box, count(flow, ">" + box + "</text><text class=\"figure[^>]*>(\\d+)"));
        }
        return counts;
    }

    private static long count(String flow, String pattern) {
        var found = Pattern.compile(pattern).matcher(flow);
        assertThat(found.find()).as(pattern).isTrue();
        return Long.parseLong(found.group(1));
    }

    @Test
    void flow_leadsThroughRoutersToChannels() {
        assertThat(page("/console/flow"))
                .contains("aria-label=\"waha-failure: ", "aria-label=\"waha-status: ", ">statuses</text>")
                .doesNotContain(">waha-ack</text>", "aria-label=\"waha-ack: ");
    }

    @Test
    void flow_countsWhatWentThrough() throws Exception {
        var delivered = "aria-label=\"Endpoint log: (\\d+) delivered";
        var before = counts();
        var deliveredBefore = count(page("/console/flow"), delivered);
        take("sales", posted(CHAT, "3PEAD8EDB7A9D438FF5E", 1738566600, "John", "one"));
        take("sales", posted(CHAT, "B", 1738566601, "John", "two"));
        take("sales", sample("incoming-edited"));
        var expected = new HashMap<>(before);
        Map.of("branch text", 2L, "branch edited", 1L, "green-api", 3L, "messages", 2L, "edits", 1L).forEach(
                (name, more) -> expected.merge(name, more, Long::sum));
        assertThat(counts()).isEqualTo(expected);
        // What another test left on its way may come on top.
        await().untilAsserted(() -> assertThat(count(page("/console/flow"), delivered)).isGreaterThanOrEqualTo(
                deliveredBefore + 2));
    }

    @Test
    void endpointWithSomethingParked_isRed() throws Exception {
        var box = "id=\"endpoint-log\" aria-label=\"Endpoint log: \\d+ delivered";
        take("sales", posted(CHAT, "A", 1738566600, "John", "one"));
        await().until(() -> list("/api/deliveries?endpoint=log&state=done").size() == 1);
        await().untilAsserted(() -> assertThat(page("/console/flow")).containsPattern(box + "\"><g class=\"\">"));
        // The endpoint that is shipped refuses nothing.
        database.write(connection -> Rows.update(connection, "update delivery set state = 'parked',"
                + " last_error = 'It had no room.' where endpoint = 'log'"));
        await().untilAsserted(() -> assertThat(page("/console/flow")).containsPattern(box
                + ", 1 parked\"><g class=\"wrong\">"));
        assertThat(page("/console/endpoints/log")).contains("It had no room.");
    }

    @Test
    void branch_showsWhatWentThroughItLast_byIdsAlone() throws Exception {
        take("sales", posted(CHAT, "A1", 1738566600, "John", "private words"));
        take("sales", posted(CHAT, "A2", 1738566601, "John", "more private words"));
        var path = page("/console/flow").replaceFirst("(?s).*<a href=\"([^\"]+)\"[^>]* id=\"branch-text\".*", "$1");
        assertThat(path).isEqualTo("/console/flow/text-out");
        var part = api().header("HX-Request", "true").get(path).asString();
        var newest = "<a href=\"" + PATH + "?message=A2\">posted</a></td><td>sales</td>";
        assertThat(part).containsSubsequence(newest, newest.replace("A2", "A1")).contains(CHAT).doesNotContain(
                "private",
                "John", "</html>");
        // Whoever opens the link elsewhere, or has no scripts, gets it with the drawing.
        assertThat(page(path)).contains("id=\"flow\"", "</html>", PATH + "?message=A2").doesNotContain(
                "Choose a branch");
        assertThat(page(PATH + "?message=A2")).contains("more private words");
    }

    private static String account(String name) {
        return page("/console/accounts").replaceFirst("(?s).*aria-labelledby=\"account-" + name
                + "\"(.*?)</section>.*", "$1");
    }

    @Test
    void account_saysWhenItWasLastHeardOf_howeverLongAgo() throws Exception {
        heard("support", null);
        heard("sales", System.currentTimeMillis() - Duration.ofDays(3).toMillis());
        assertThat(account("support")).contains("none known");
        assertThat(account("sales")).containsPattern("Last notification</dt><dd class=\"num\"><time [^>]*>3 d ago<")
                .contains("Last journal pass</dt><dd class=\"num\"><span class=\"muted\">not read<");
        // It is written down once a second: another test may just have had one.
        await().untilAsserted(() -> {
            take("sales", posted(CHAT, "A", 1738566600, "John", "one"));
            assertThat(account("sales"))
                    .containsPattern("Last notification</dt><dd class=\"num\"><time [^>]*>\\d+ s ago<");
        });
        assertThat(account("support")).contains("none known");
    }

    private void heard(String account, Long at) throws Exception {
        database.write(connection -> Rows.update(connection, "update account set heard_at = ? where name = ?", at,
                account));
    }

    private void send(String path, String form) {
        var answer = given().redirects().follow(false).header("Origin", service.toString().replaceAll("/$", ""))
                .formParam("form", form).post(path);
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(303);
    }
}
