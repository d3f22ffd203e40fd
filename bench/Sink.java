import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * The receiver of deliveries: prints its port, answers 200, and writes down one line for each in the order of arrival. A GET
 * tells how many came. Usage: java Sink.java [file or "" [refuse one in so many]]
 */
class Sink {

    private static final AtomicLong ARRIVED = new AtomicLong();
    private static final AtomicLong ASKED = new AtomicLong();

    public static void main(String... arguments) throws IOException {
        System.setProperty("sun.net.httpserver.nodelay", "true");
        System.setProperty("sun.net.httpserver.maxIdleConnections", "1000");
        var file = arguments.length > 0 && !arguments[0].isEmpty()
                ? new PrintStream(new FileOutputStream(arguments[0], true), true, StandardCharsets.UTF_8)
                : null;
        var refuseEach = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 0;
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", exchange -> answer(exchange, file, refuseEach));
        server.start();
        System.out.println(server.getAddress().getPort());
    }

    /** One in twenty takes its time, so that some are on their way whenever somebody is killed. */
    private static void slowDown() {
        if (ThreadLocalRandom.current().nextInt(20) == 0) {
            LockSupport.parkNanos(100_000_000);
        }
    }

    private static void answer(HttpExchange exchange, PrintStream file, int refuseEach) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            if (exchange.getRequestMethod().equals("GET")) {
                var count = Long.toString(ARRIVED.get()).getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, count.length);
                exchange.getResponseBody().write(count);
            } else if (refuseEach > 0 && ASKED.incrementAndGet() % refuseEach == 0) {
                exchange.sendResponseHeaders(503, -1);
            } else {
                if (file != null) {
                    slowDown();
                    synchronized (file) {
                        file.println(ARRIVED.incrementAndGet() + "\t"
                                + exchange.getRequestHeaders().getFirst("Bench-Delivery").replace(' ', '\t'));
                    }
                } else {
                    ARRIVED.incrementAndGet();
                }
                exchange.sendResponseHeaders(200, -1);
            }
        }
    }
}
