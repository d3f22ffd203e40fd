package io.redline;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/** One HTTP/1.1 request, byte for byte: for what well-behaved clients refuse to send, or give up on too early. */
public final class RawHttp {

    /** An answer as it came. */
    public record Answer(int status, String head, String body) {
    }

    private RawHttp() {
    }

    /**
     * Send a head and then pieces of a body for as long as the server takes them, and read until it closes.
     *
     * @param head the request line and headers, separated by line feeds
     */
    public static Answer send(int port, String head, byte[] piece, int times) {
        try (var socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(30_000);
            var answer = CompletableFuture.supplyAsync(() -> read(socket));
            try {
                var out = socket.getOutputStream();
                out.write((head.strip().replace("\n", "\r\n") + "\r\nConnection: close\r\n\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1));
                for (int i = 0; i < times; i++) {
                    out.write(piece);
                }
                out.flush();
            } catch (IOException e) {
                // The server has answered and wants no more of it.
            }
            return answer.join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Answer send(int port, String head, byte[] body) {
        return send(port, head, body, 1);
    }

    private static Answer read(Socket socket) {
        var all = new ByteArrayOutputStream();
        try {
            var buffer = new byte[8192];
            for (int n; (n = socket.getInputStream().read(buffer)) >= 0;) {
                all.write(buffer, 0, n);
                if (isComplete(all.toString(StandardCharsets.UTF_8))) {
                    break;
                }
            }
        } catch (IOException e) {
            // A reset after the answer is an end as well.
        }
        var text = new String(new ByteArrayInputStream(all.toByteArray()).readAllBytes(), StandardCharsets.UTF_8);
        var end = text.indexOf("\r\n\r\n");
        if (!text.startsWith("HTTP/1.1 ") || end < 0) {
            throw new IllegalStateException("There was no answer, but '" + text + "'.");
        }
        return new Answer(Integer.parseInt(text.substring(9, 12)), text.substring(0, end), text.substring(end + 4));
    }

    private static boolean isComplete(String text) {
        var end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            return false;
        }
        var length = java.util.regex.Pattern.compile("(?i)\r\ncontent-length: *(\\d+)").matcher(text.substring(0, end));
        return length.find() && text.substring(end + 4).getBytes(StandardCharsets.UTF_8).length >= Integer
                .parseInt(length.group(1));
    }
}
