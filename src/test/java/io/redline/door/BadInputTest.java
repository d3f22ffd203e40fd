package io.redline.door;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.redline.BlackBox;
import io.redline.OnSqlite;
import io.redline.RawHttp;
import io.restassured.RestAssured;

/** What nobody should send, and somebody will: each gets the answer of promise 2, and nothing authenticated is lost. */
@QuarkusTest
@TestProfile(OnSqlite.class)
class BadInputTest extends BlackBox {

    private static final String CHAT = "71234567890@c.us";
    private static final String TEXT = """
            {"typeWebhook":"incomingMessageReceived","instanceData":{"idInstance":1101000001,"typeInstance":"whatsapp"},
             "timestamp":1738566656,"idMessage":"ID1","senderData":{"chatId":"71234567890@c.us","sender":"71234567890@c.us"},
             "messageData":{"typeMessage":"textMessage","textMessageData":{"textMessage":"Hello"}}}""";

    static Stream<Arguments> unreadable() {
        return Stream.of(
                Arguments.of("nothing", new byte[0]),
                Arguments.of("not JSON", bytes("typeWebhook=incomingMessageReceived")),
                Arguments.of("half of JSON", bytes(TEXT.substring(0, 200))),
                Arguments.of("JSON and more", bytes("[1] [2]")),
                Arguments.of("an array", bytes("[" + TEXT + "]")),
                Arguments.of("an empty array", bytes("[]")),
                Arguments.of("an empty object", bytes("{}")),
                Arguments.of("a number", bytes("42")),
                Arguments.of("a number of 2,000 digits", bytes("9".repeat(2000))),
                Arguments.of("a text", bytes("\"incomingMessageReceived\"")),
                Arguments.of("null", bytes("null")),
                Arguments.of("20,000 levels of arrays", bytes("[".repeat(20_000) + "]".repeat(20_000))),
                Arguments.of("20,000 levels of objects", bytes("{\"body\":".repeat(20_000) + "1"
                        + "}".repeat(20_000))),
                Arguments.of("20,000 levels within a message", bytes(TEXT.replace("\"Hello\"", "[".repeat(20_000)
                        + "]".repeat(20_000)))),
                Arguments.of("not UTF-8", new byte[]{'{', '"', 't', '"', ':', '"', (byte) 0xc3, (byte) 0x28, '"',
                        '}'}),
                Arguments.of("not UTF-8 within a message", withByte(TEXT, 'H', 0xff)),
                Arguments.of("zeros", new byte[100]),
                Arguments.of("an image", new byte[]{(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0, 0}),
                Arguments.of("an unknown type", bytes("{\"typeWebhook\":\"somethingNew\",\"timestamp\":1}")),
                Arguments.of("an unknown kind of message", bytes(TEXT.replace("\"textMessage\",", "\"hologram\","))),
                Arguments.of("types that are no words", bytes("{\"typeWebhook\":{\"a\":[1]}}")),
                Arguments.of("an empty envelope", bytes("{\"receiptId\":1,\"body\":{}}")),
                Arguments.of("an envelope of text", bytes("{\"receiptId\":1,\"body\":\"x\"}")),
                Arguments.of("no idMessage", bytes(TEXT.replace("\"idMessage\":\"ID1\",", ""))),
                Arguments.of("an idMessage that is no id", bytes(TEXT.replace("\"ID1\"", "{\"a\":1}"))),
                Arguments.of("no chat", bytes(TEXT.replace("\"chatId\"", "\"chat\""))),
                Arguments.of("no senderData", bytes(TEXT.replace("\"senderData\"", "\"data\""))),
                Arguments.of("messageData of another shape", bytes(TEXT.replace("{\"typeMessage\"",
                        "[{\"typeMessage\"").replace("}}}", "}}]}"))),
                Arguments.of("an id of 10,000 characters", bytes(TEXT.replace("ID1", "I".repeat(10_000)))),
                Arguments.of("an id of 2,000 digits", bytes(TEXT.replace("\"ID1\"", "9".repeat(2000)))),
                Arguments.of("a chat id of 10,000 characters", bytes(TEXT.replace(CHAT, "7".repeat(10_000)))),
                Arguments.of("NUL in an id", bytes(TEXT.replace("ID1", "I\\u0000D"))),
                Arguments.of("half a character in an id", bytes(TEXT.replace("ID1", "I\\ud800D"))),
                Arguments.of("another instance's id", bytes(TEXT.replace("1101000001", "1101000002"))),
                Arguments.of("another account's instance", bytes(TEXT.replace("1101000001", "7103000000"))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unreadable")
    void whatNobodyCanRead_isParkedByteForByte(String what, byte[] body) {
        take("sales", body);
        expectParked(body);
        assertThat(parked().get(0)).containsEntry("account", "sales");
        // The gateway repeats; it stays the same one.
        take("sales", body);
        expectParked(body);
    }

    @Test
    void anotherInstance_isParkedWithTheReason() {
        take("sales", TEXT.replace("1101000001", "1101000002"));
        assertThat((String) parked().get(0).get("lastError")).contains("another instance",
                "redline.accounts.sales.instance");
        assertThat(api().get(pathOf("sales", CHAT, "ID1")).statusCode()).isEqualTo(404);
    }

    @Test
    void nulAndHalfACharacterInText_areKeptAndReadable() {
        take("sales", TEXT.replace("Hello", "a\\u0000b \\ud83d c \\udc00 d 👍 \\u2028")
                .replace("\"sender\":\"71234567890@c.us\"",
                        "\"sender\":\"71234567890@c.us\",\"senderName\":\"x\\u0000\\ud800\""));
        assertThat(parked()).isEmpty();
        var view = message("sales", CHAT, "ID1");
        assertThat(view.get("text")).isEqualTo("a\0b \ud83d c \udc00 d 👍 \u2028");
        assertThat(list("/api/accounts/sales/chats/" + encoded(CHAT) + "/messages")).hasSize(1);
        assertThat(list("/api/accounts/sales/chats")).hasSize(1);
        assertThat(events()).hasSize(1);
        assertThat(owedBy("messages")).hasSize(1);

        take("sales", sampleText("incoming-edited").replace("3PEAD8EDB7A9D438FF5E", "ID1").replace("Edited message",
                "\\udfff\\u0000"));
        assertThat(message("sales", CHAT, "ID1")).containsEntry("text", "\udfff\0");
    }

    @Test
    void rawNulInText_isParked() {
        var body = withByte(TEXT, 'H', 0);
        take("sales", body);
        expectParked(body);
    }

    @Test
    void withoutInstanceData_theAccountOfThePathCounts() {
        take("sales", TEXT.replace("\"instanceData\"", "\"other\""));
        assertThat(message("sales", CHAT, "ID1")).containsEntry("text", "Hello");
        assertThat(parked()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "0", "-9223372036854775808", "9223372036854775807", "99999999999999999999999999",
            "1e400", "17385666560000", "\"soon\"", "null", "{}", "1.5", "-1e999999999", "4102444800"})
    void timesBeyondReason_areUnknownAndLoseNothing(String timestamp) {
        take("sales", TEXT.replace("1738566656", timestamp));
        var view = message("sales", CHAT, "ID1");
        assertThat(view).containsEntry("text", "Hello");
        assertThat(parked()).isEmpty();
        // An edit with a time that can be believed is not older than that.
        take("sales", sampleText("incoming-edited").replace("3PEAD8EDB7A9D438FF5E", "ID1"));
        assertThat(message("sales", CHAT, "ID1")).containsEntry("text", "Edited message");
        assertThat(list("/api/accounts/sales/chats/" + encoded(CHAT) + "/messages")).hasSize(1);
        assertThat(list("/api/accounts/sales/chats")).hasSize(1);
        assertThat(events()).hasSize(2);
    }

    @Test
    void hugeExponent_costsNoTime() {
        var from = System.nanoTime();
        take("sales", TEXT.replace("1738566656", "1e999999999").replace("\"ID1\"", "1e999999999"));
        assertThat(System.nanoTime() - from).isLessThan(10_000_000_000L);
    }

    @Test
    void numberOf2000DigitsInText_isNoObstacle() {
        take("sales", TEXT.replace("\"timestamp\"", "\"unknown\":" + "9".repeat(2000) + ",\"timestamp\""));
        assertThat(events()).hasSize(1);
        assertThat(notifications()).hasSize(1);
    }

    @Test
    void duplicateKeys_areTakenSomehowAndKeptVerbatim() {
        var body = bytes(TEXT.replace("\"idMessage\":\"ID1\"", "\"idMessage\":\"ID1\",\"idMessage\":\"ID2\""));
        take("sales", body);
        assertThat(events()).hasSize(1);
        assertThat(notifications()).singleElement().isEqualTo(body);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
            "multipart/form-data", "text/plain", "application/json; charset=utf-16", "application/octet-stream",
            "application/json; charset=nonsense", "nonsense", "text/xml"})
    void contentType_doesNotMatter(String type) {
        var answer = RawHttp.send(RestAssured.port, """
                POST /webhooks/green-api/sales HTTP/1.1
                Host: localhost
                Content-Type: %s
                Content-Length: %d""".formatted(type, bytes(TEXT).length), bytes(TEXT));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(message("sales", CHAT, "ID1")).containsEntry("text", "Hello");
        assertThat(notifications()).singleElement().isEqualTo(bytes(TEXT));
    }

    @Test
    void noContentType_doesNotMatter() {
        var answer = RawHttp.send(RestAssured.port, """
                POST /webhooks/green-api/sales HTTP/1.1
                Host: localhost
                Content-Length: %d""".formatted(bytes(TEXT).length), bytes(TEXT));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(message("sales", CHAT, "ID1")).containsEntry("text", "Hello");
    }

    @Test
    void chunkedBody_isTaken() {
        var body = bytes(TEXT);
        var chunks = Integer.toHexString(100) + "\r\n" + TEXT.substring(0, 100) + "\r\n"
                + Integer.toHexString(body.length - 100) + "\r\n" + TEXT.substring(100) + "\r\n0\r\n\r\n";
        var answer = RawHttp.send(RestAssured.port, """
                POST /webhooks/green-api/sales HTTP/1.1
                Host: localhost
                Transfer-Encoding: chunked""", bytes(chunks));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(notifications()).singleElement().isEqualTo(body);
    }

    @Test
    void gzip_isKept() throws IOException {
        var zipped = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(zipped)) {
            gzip.write(bytes(TEXT));
        }
        var answer = RawHttp.send(RestAssured.port, """
                POST /webhooks/green-api/sales HTTP/1.1
                Host: localhost
                Content-Encoding: gzip
                Content-Type: application/json
                Content-Length: %d""".formatted(zipped.size()), zipped.toByteArray());
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        // Read or parked: either way nothing is lost.
        assertThat(notifications()).singleElement().isIn(bytes(TEXT), zipped.toByteArray());
        assertThat(events()).hasSize(1);
    }

    @Test
    void seventeenMebibytesAnnounced_are413BeforeTheyAreRead() {
        var answer = RawHttp.send(RestAssured.port, """
                POST /webhooks/green-api/sales HTTP/1.1
                Host: localhost
                Content-Type: application/json
                Content-Length: %d""".formatted(17 << 20), new byte[1 << 20], 17);
        expectTooLarge(answer);
    }

    @Test
    void seventeenMebibytesInChunks_are413() {
        var piece = new byte[(1 << 20) + 10];
        var head = bytes("100000\r\n");
        System.arraycopy(head, 0, piece, 0, head.length);
        piece[piece.length - 2] = '\r';
        piece[piece.length - 1] = '\n';
        var answer = RawHttp.send(RestAssured.port, """
                POST /webhooks/green-api/sales HTTP/1.1
                Host: localhost
                Content-Type: application/json
                Transfer-Encoding: chunked""", piece, 17);
        expectTooLarge(answer);
    }

    private void expectTooLarge(RawHttp.Answer answer) {
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.head().toLowerCase(java.util.Locale.ROOT)).contains(
                "content-type: application/problem+json");
        assertThat(answer.body()).contains("redline.max-body").doesNotContain("Exception");
        assertThat(events()).isEmpty();
    }

    @Test
    void justWithinTheLimit_isTaken() {
        var text = "x".repeat((4 << 20) - bytes(TEXT).length);
        take("sales", TEXT.replace("Hello", text + "Hello".replaceAll(".", "x")));
        assertThat((String) message("sales", CHAT, "ID1").get("text")).hasSize(text.length() + 5);
    }

    @Test
    void refusals_sayWhatToDo() {
        assertThat(expectProblem(post("nobody", TEXT), 404)).contains("redline.accounts");
        expectProblem(given().body(TEXT).post("/webhooks/waha/sales"), 404);
        expectProblem(given().body(TEXT).post("/webhooks/green-api"), 404);
        expectProblem(given().body(TEXT).post("/webhooks/green-api/sales/more"), 404);
        expectProblem(given().urlEncodingEnabled(false).body(TEXT).post("/webhooks/green-api/sales%2Fmore"), 404);
        expectProblem(given().urlEncodingEnabled(false).body(TEXT).post("/webhooks/green-api/%00"), 404);
        assertThat(expectProblem(post("locked", TEXT), 401)).contains("redline.accounts.locked.webhook-token");
        for (var method : new String[]{"GET", "PUT", "DELETE", "PATCH"}) {
            expectProblem(given().request(method, "/webhooks/green-api/sales"), 405);
        }
        assertThat(events()).isEmpty();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] withByte(String text, char replaced, int by) {
        var bytes = bytes(text);
        bytes[text.indexOf(replaced + "ello")] = (byte) by;
        return bytes;
    }
}
