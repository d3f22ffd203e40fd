package io.redline.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** How many large bodies are read at once, at a server that answers when the test says so. */
class BodiesTest {

    private static final int LARGEST = 400_000;
    private static final int SMALL = 1_000;

    private final Vertx vertx = Vertx.vertx();
    private final Map<String, RoutingContext> read = new ConcurrentHashMap<>();
    private final Map<String, byte[]> bodies = new ConcurrentHashMap<>();
    private final List<Socket> sockets = new ArrayList<>();
    private int port;

    @BeforeEach
    void start() throws Exception {
        var router = Router.router(vertx);
        // There is room for two, and for no third.
        router.post().handler(new Bodies(LARGEST, 2 * LARGEST + SMALL, (request, body) -> {
            bodies.put(request.normalizedPath(), body);
            read.put(request.normalizedPath(), request);
        }));
        router.route().failureHandler(failed -> {
            if (!failed.response().ended() && !failed.response().closed()) {
                failed.response().setStatusCode(failed.statusCode()).end();
            }
        });
        port = vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1").toCompletionStage()
                .toCompletableFuture().get(10, TimeUnit.SECONDS).actualPort();
    }

    @AfterEach
    void stop() throws Exception {
        for (var socket : sockets) {
            socket.close();
        }
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private Socket open(String head) throws IOException {
        var socket = new Socket("127.0.0.1", port);
        sockets.add(socket);
        socket.setSoTimeout(10_000);
        socket.getOutputStream().write((head + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private Socket begin(String path, int size, boolean chunked) throws IOException {
        return open("POST " + path + " HTTP/1.1\r\nHost: here\r\n"
                + (chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + size));
    }

    private void send(String path, int size, boolean chunked) throws IOException {
        var to = begin(path, size, chunked).getOutputStream();
        if (chunked) {
            to.write((Integer.toHexString(size) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        }
        to.write(new byte[size]);
        if (chunked) {
            to.write("\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
    }

    private void awaitRead(String... paths) {
        await().untilAsserted(() -> assertThat(read.keySet()).contains(paths));
    }

    private static String answer(Socket socket) throws IOException {
        return new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void soManyLargeOnesAreReadAsThereIsRoomFor_andTheNextWhenOneIsAnswered(boolean chunked) throws IOException {
        send("/1", LARGEST, chunked);
        send("/2", LARGEST, chunked);
        awaitRead("/1", "/2");
        send("/3", LARGEST, chunked);
        send("/4", LARGEST, chunked);
        for (int i = 0; i < 20; i++) {
            send("/small" + i, SMALL, i % 2 == 0);
        }
        awaitRead("/small0", "/small19");
        assertThat(read).hasSize(22);

        read.get("/1").response().end();
        awaitRead("/3");
        assertThat(read).doesNotContainKey("/4");
        read.get("/3").response().end();
        awaitRead("/4");
        assertThat(bodies.get("/4")).hasSize(LARGEST);
    }

    @Test
    void whoeverIsGoneLeavesRoom() throws IOException {
        var first = begin("/1", LARGEST, false);
        first.getOutputStream().write(new byte[LARGEST / 2]);
        var second = begin("/2", LARGEST, false);
        second.getOutputStream().write(new byte[LARGEST / 2]);
        send("/3", LARGEST, false);
        send("/4", LARGEST, false);
        var gone = begin("/5", LARGEST, false);
        gone.getOutputStream().write(new byte[LARGEST / 2]);
        gone.close();

        first.close();
        second.close();
        awaitRead("/3", "/4");
        assertThat(read).hasSize(2);
        send("/6", LARGEST, false);
        read.get("/3").response().end();
        awaitRead("/6");
    }

    @Test
    void whatIsTooLargeIsRefused_andTakesNoRoom() throws IOException {
        for (int i = 0; i < 3; i++) {
            assertThat(answer(begin("/announced", LARGEST + 1, false))).isEqualTo("HTTP/1.1 413");
            var chunked = begin("/chunked", 0, true);
            chunked.getOutputStream().write((Integer.toHexString(LARGEST + 1) + "\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            chunked.getOutputStream().write(new byte[LARGEST + 1]);
            assertThat(answer(chunked)).isEqualTo("HTTP/1.1 413");
        }
        send("/1", LARGEST, true);
        send("/2", LARGEST, false);
        awaitRead("/1", "/2");
    }

    @Test
    void whoAsksWhetherToGoOnIsToldTo() throws IOException {
        var socket = open("POST /1 HTTP/1.1\r\nHost: here\r\nContent-Length: 5\r\nExpect: 100-continue");
        assertThat(answer(socket)).isEqualTo("HTTP/1.1 100");
        socket.getOutputStream().write(new byte[5]);
        awaitRead("/1");
    }
}
