package io.redline;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports that somebody is going to listen on a moment later. They are below those that the system gives away by itself: of two
 * test processes side by side the other would be given it meanwhile.
 */
public final class FreePort {

    private static final int FIRST = 10_000;
    private static final int FIRST_OF_THE_SYSTEM = 32_768;

    private FreePort() {
    }

    public static int find() {
        while (true) {
            var port = ThreadLocalRandom.current().nextInt(FIRST, FIRST_OF_THE_SYSTEM);
            try (var socket = new ServerSocket(port)) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // Taken: another one.
            }
        }
    }
}
