package io.redline;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * Stands before a receiver, whatever it speaks, and breaks what goes between: as networks, load balancers and machines do.
 */
final class Breaker implements AutoCloseable {

    /** What becomes of the receiver's answers, and of new connections. */
    private enum Fault {
        NONE, CUTS, HOLDS_ANSWERS
    }

    /** Longer than whatever is looked for in a request, which may come in pieces. */
    private static final int TAIL = 64;

    private final int port = FreePort.find();
    private final int target;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final Set<String> unacknowledged = ConcurrentHashMap.newKeySet();
    private volatile Fault fault = Fault.NONE;
    private volatile Duration delay = Duration.ZERO;
    private @Nullable ServerSocket server;

    /** A connection, and the one that it is carried on by. */
    private final class Link {

        private final Socket client;
        private final Socket receiver;
        /** Its next answer is the one that gets lost. */
        private volatile boolean loses;
        private volatile boolean hasHeld;

        Link(Socket client, Socket receiver) {
            this.client = client;
            this.receiver = receiver;
        }

        void begin() {
            links.add(this);
            carry(this::requests);
            carry(this::answers);
        }

        private void carry(Carrier carrier) {
            var thread = new Thread(() -> {
                try {
                    carrier.carry();
                } catch (IOException e) {
                    // One of the two has gone; so does the other.
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } finally {
                    cut();
                }
            }, "breaker-" + port);
            thread.setDaemon(true);
            thread.start();
        }

        private void requests() throws IOException {
            var tail = "";
            var buffer = new byte[16_384];
            for (int n; (n = client.getInputStream().read(buffer)) >= 0;) {
                if (!unacknowledged.isEmpty()) {
                    var seen = tail + new String(buffer, 0, n, ISO_8859_1);
                    loses |= unacknowledged.removeIf(seen::contains);
                    tail = seen.substring(Math.max(0, seen.length() - TAIL));
                }
                receiver.getOutputStream().write(buffer, 0, n);
            }
        }

        private void answers() throws IOException, InterruptedException {
            var buffer = new byte[16_384];
            for (int n; (n = receiver.getInputStream().read(buffer)) >= 0;) {
                if (loses) {
                    return;
                }
                if (fault == Fault.HOLDS_ANSWERS) {
                    hasHeld = true;
                } else {
                    TimeUnit.MILLISECONDS.sleep(delay.toMillis());
                    client.getOutputStream().write(buffer, 0, n);
                }
            }
        }

        void cut() {
            links.remove(this);
            for (var socket : new Socket[]{client, receiver}) {
                try {
                    // As a machine does that has gone: not the end of a stream, but a reset.
                    socket.setSoLinger(true, 0);
                    socket.close();
                } catch (IOException e) {
                    // It is closed then.
                }
            }
        }
    }

    /** One direction of a connection, to its end. */
    @FunctionalInterface
    private interface Carrier {
        void carry() throws IOException, InterruptedException;
    }

    /** @param target the port of the receiver on this machine */
    Breaker(int target) {
        this.target = target;
        listen();
    }

    int port() {
        return port;
    }

    /** All is well from now on; what was held so long is of no use any more. */
    synchronized void heal() {
        fault = Fault.NONE;
        delay = Duration.ZERO;
        unacknowledged.clear();
        links.stream().filter(link -> link.hasHeld).toList().forEach(Link::cut);
        listen();
    }

    /** Nobody is there: whoever connects is refused. */
    synchronized void refuse() {
        var listening = server;
        server = null;
        if (listening != null) {
            try {
                listening.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        cut();
    }

    /** Who answers at all answers with a reset. */
    void drop() {
        fault = Fault.CUTS;
        cut();
    }

    /** What is open now breaks; whoever connects anew is served. */
    void cut() {
        links.forEach(Link::cut);
    }

    /** Requests arrive, answers do not come back. */
    void holdAnswers() {
        fault = Fault.HOLDS_ANSWERS;
    }

    /** Answers take that long. */
    void slow(Duration time) {
        delay = time;
    }

    /** What has one of these words arrives and is done, but the connection breaks before that is answered; once for each word. */
    void loseAnswersTo(Collection<String> words) {
        unacknowledged.addAll(words);
    }

    /** The words that did not come yet. */
    Set<String> stillToLose() {
        return Set.copyOf(unacknowledged);
    }

    private synchronized void listen() {
        if (server != null) {
            return;
        }
        try {
            var listening = new ServerSocket();
            listening.setReuseAddress(true);
            listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            server = listening;
            var thread = new Thread(() -> accept(listening), "breaker-" + port);
            thread.setDaemon(true);
            thread.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(ServerSocket listening) {
        while (!listening.isClosed()) {
            try {
                var client = listening.accept();
                if (fault == Fault.CUTS) {
                    client.setSoLinger(true, 0);
                    client.close();
                } else {
                    client.setTcpNoDelay(true);
                    var receiver = new Socket(InetAddress.getLoopbackAddress(), target);
                    receiver.setTcpNoDelay(true);
                    new Link(client, receiver).begin();
                }
            } catch (IOException e) {
                // It refuses from now on, or this one has gone already.
            }
        }
    }

    @Override
    public void close() {
        refuse();
    }
}
