import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** GREEN-API's journals of an account with so many messages in a thousand chats, half of them sent, some edited or deleted. */
public final class Gateway {

    public static void main(String[] arguments) throws Exception {
        var messages = Integer.parseInt(arguments[0]);
        var now = System.currentTimeMillis() / 1000;
        var incoming = journal(messages / 2, now, true);
        var outgoing = journal(messages - messages / 2, now, false);
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                var path = exchange.getRequestURI().getPath();
                var body = path.contains("/lastIncomingMessages/")
                        ? incoming
                        : path.contains("/lastOutgoingMessages/") ? outgoing : "{}".getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
        System.out.println(server.getAddress().getPort());
    }

    private static byte[] journal(int messages, long now, boolean incoming) {
        return IntStream.range(0, messages).mapToObj(i -> """
                {"type":"%s","idMessage":"3EB0%s%015X","timestamp":%d,"typeMessage":"textMessage","chatId":"7%010d@c.us",
                 "textMessage":"Message %d, of about the length that messages have",%s"editedMessageId":"%s",
                 "deletedMessageId":"%s","isEdited":%b,"isDeleted":%b}""".formatted(incoming ? "incoming" : "outgoing",
                incoming ? "A" : "B", i, now - i % 1_000, i % 1_000, i,
                incoming ? "\"senderId\":\"x@c.us\",\"senderName\":\"Peer\"," : "\"statusMessage\":\"read\",\"sendByApi\":true,",
                i % 10 == 0 ? "E" + i : "", i % 20 == 1 ? "D" + i : "", i % 10 == 0, i % 20 == 1))
                .collect(Collectors.joining(",\n", "[", "]")).getBytes(StandardCharsets.UTF_8);
    }
}
