package io.redline.gateway.aitu;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/** The bot API of Aitu as its documents describe it, listening on a port of this machine: {@link AituBot} is one bot. */
public final class AituDouble implements AutoCloseable {

    /** What stands below the host, as at the real one. */
    public static final String BASE = "/bot/v1";

    private final Map<String, AituBot> bots = new ConcurrentHashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;

    /** On a port; who asks waits until it is started. */
    public AituDouble(int port) {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
    }

    public AituDouble start() {
        server.start();
        return this;
    }

    /** A new bot; whoever had the token before is gone. */
    public AituBot bot(String token, String botId) {
        var bot = new AituBot(botId);
        bots.put(token, bot);
        return bot;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            var path = exchange.getRequestURI().getPath();
            var token = Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst("X-BOT-TOKEN"), "");
            var bot = bots.get(token);
            AituBot.Answer answer;
            if (!path.startsWith(BASE + "/")) {
                answer = AituBot.error(404, path, "No message available");
            } else if (token.isEmpty()) {
                answer = AituBot.error(401, path, "Token is not specified");
            } else if (bot == null) {
                answer = AituBot.error(401, path, "Token is invalid");
            } else {
                answer = bot.answer(exchange.getRequestMethod(),
                        path.substring(BASE.length() + 1).replaceFirst("/$", ""),
                        exchange.getRequestURI().getQuery(), body);
            }
            if (answer == null) {
                closed.await();
                return;
            }
            var bytes = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", answer.type());
            exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
