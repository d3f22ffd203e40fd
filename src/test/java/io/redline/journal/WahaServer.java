package io.redline.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import io.redline.event.EventJson;
import io.redline.gateway.waha.WahaSession;

/** WAHA's server with one session, listening on a port of this machine. It answers only who has the key. */
final class WahaServer implements AutoCloseable {

    static final String KEY = "api-key-that-nobody-may-see";

    /** Paths as they came, undecoded. */
    final List<String> paths = new CopyOnWriteArrayList<>();
    private final WahaSession session;
    private final HttpServer server;

    WahaServer(int port, WahaSession session) {
        this.session = session;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::handle);
        server.start();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var uri = exchange.getRequestURI();
            paths.add(uri.getRawPath());
            Map<String, String> query = new HashMap<>();
            Stream.of(uri.getRawQuery() == null ? new String[0] : uri.getRawQuery().split("&")).forEach(one -> {
                var parts = one.split("=", 2);
                query.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
            });
            var known = KEY.equals(exchange.getRequestHeaders().getFirst("X-Api-Key"));
            var reply = known
                    ? session.get(uri.getPath().replaceFirst("^/api", ""), query)
                    : new WahaSession.Reply(401, Map.of("message", "Unauthorized " + KEY, "statusCode", 401));
            var body = EventJson.writeInOrder(reply.json() == null ? Map.of() : reply.json())
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            // The next test has a server of its own, which knows nothing of this connection.
            exchange.getResponseHeaders().set("Connection", "close");
            exchange.sendResponseHeaders(reply.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
