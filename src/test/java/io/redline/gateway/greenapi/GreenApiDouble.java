package io.redline.gateway.greenapi;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import io.redline.gateway.greenapi.GreenApiInstance.Answer;

/** GREEN-API's server as {@link GreenApiInstance} knows it, listening on a port of this machine. */
public final class GreenApiDouble implements AutoCloseable {

    private static final Pattern PATH = Pattern.compile("(?:/v3)?/waInstance(\\d+)/(\\w+)/([^/]+)(?:/(.*))?");

    private final Map<String, GreenApiInstance> instances = new ConcurrentHashMap<>();
    private final Set<String> hanging = ConcurrentHashMap.newKeySet();
    private final Set<String> silent = ConcurrentHashMap.newKeySet();
    private final Queue<String> lost = new ConcurrentLinkedQueue<>();
    private final Map<String, AtomicInteger> asking = new ConcurrentHashMap<>();
    private final Map<String, Integer> mostAsking = new ConcurrentHashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private volatile Duration longestPoll = Duration.ofSeconds(60);

    public GreenApiDouble() {
        this(0);
        start();
    }

    /** On a port; who asks waits until it is started. */
    public GreenApiDouble(int port) {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
    }

    public final GreenApiDouble start() {
        server.start();
        return this;
    }

    /** What redline.accounts.&lt;name&gt;.url has to be. */
    public String url() {
        return "http://" + server.getAddress().getHostString() + ":" + server.getAddress().getPort();
    }

    /** A new instance; whoever had the number before is gone. */
    public GreenApiInstance instance(String idInstance, String token, String typeInstance) {
        var instance = new GreenApiInstance(idInstance, token, typeInstance, Clock.systemUTC());
        instances.put(idInstance, instance);
        return instance;
    }

    /** Let long polls return earlier than they are asked to, so that tests need not wait for them. */
    public GreenApiDouble pollingAtMost(Duration time) {
        longestPoll = time;
        return this;
    }

    /** Take calls of an instance and never answer them, until it is told to answer again. */
    public void hang(String idInstance) {
        hanging.add(idInstance);
    }

    /** Take calls of one method and never answer them: before it is done, or after. */
    public void hang(String idInstance, String method, boolean done) {
        (done ? silent : hanging).add(idInstance + "/" + method);
    }

    public void answer(String idInstance) {
        for (var some : List.of(hanging, silent)) {
            some.removeIf(one -> one.equals(idInstance) || one.startsWith(idInstance + "/"));
        }
    }

    /** How many calls of a method were taken that are never answered and not done. */
    public long hung(String idInstance, String method) {
        return lost.stream().filter((idInstance + "/" + method)::equals).count();
    }

    /** How many waited for notifications of an instance at once, at most. */
    public int mostAsking(String idInstance) {
        return mostAsking.getOrDefault(idInstance, 0);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            var answer = answer(exchange.getRequestMethod(), exchange.getRequestURI(), body);
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

    private @Nullable Answer answer(String verb, URI uri, String body) {
        var path = PATH.matcher(uri.getPath());
        if (!path.matches()) {
            return new Answer(404, "text/html", "<html><head><title>404 Not Found</title></head></html>");
        }
        var method = path.group(1) + "/" + path.group(2);
        if (hanging.contains(path.group(1)) || hanging.contains(method)) {
            lost.add(method);
            return null;
        }
        var rest = path.group(4) == null ? "" : path.group(4);
        var instance = instances.get(path.group(1));
        if (instance == null) {
            return new Answer(403, "text/html", "<html><head><title>403 Forbidden</title></head></html>");
        }
        var query = query(uri.getRawQuery());
        if ("receiveNotification".equals(path.group(2))) {
            var now = asking.computeIfAbsent(path.group(1), id -> new AtomicInteger());
            mostAsking.merge(path.group(1), now.incrementAndGet(), Math::max);
            try {
                poll(instance, Duration.ofSeconds(Long.parseLong(query.getOrDefault("receiveTimeout", "5"))));
            } finally {
                now.decrementAndGet();
            }
        }
        var answer = instance.answer(verb, path.group(2), path.group(3), rest, query, body);
        return silent.contains(method) ? null : answer;
    }

    /** Wait for a notification, as a long poll does; if nothing at all is announced the real one returns at once. */
    private void poll(GreenApiInstance instance, Duration asked) {
        var end = System.nanoTime() + (asked.compareTo(longestPoll) < 0 ? asked : longestPoll).toNanos();
        while (instance.queued() == 0 && instance.announces() && System.nanoTime() < end && closed.getCount() > 0) {
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
        }
    }

    private static Map<String, String> query(@Nullable String raw) {
        Map<String, String> query = new HashMap<>();
        for (var parameter : raw == null ? new String[0] : raw.split("&")) {
            var parts = parameter.split("=", 2);
            query.put(parts[0], parts.length < 2 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return query;
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
