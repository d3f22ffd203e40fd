package io.redline.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;

import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/** Answers that do not end by themselves, and those that do. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AnswerLimitTest {

    private static final int MOST = 1_000_000;

    private static final byte[] ONE = {'1'};

    private final List<Integer> connections = new CopyOnWriteArrayList<>();
    private final CountDownLatch leftAlone = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;
    private CloseableHttpClient client;

    private interface Body {
        void write(OutputStream to) throws IOException, InterruptedException;
    }

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.start();
        var builder = HttpClientBuilder.create().disableAutomaticRetries().setDefaultRequestConfig(
                RequestConfig.custom().setResponseTimeout(1, TimeUnit.SECONDS).build());
        new AnswerLimit(MOST).configureHttpClient(builder);
        client = builder.build();
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        server.stop(0);
        threads.shutdownNow();
    }

    private void answers(Body body) {
        server.createContext("/", exchange -> answer(exchange, body));
    }

    private void answer(HttpExchange exchange, Body body) throws IOException {
        connections.add(exchange.getRemoteAddress().getPort());
        exchange.sendResponseHeaders(200, 0);
        try (var to = exchange.getResponseBody()) {
            body.write(to);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            leftAlone.countDown();
            throw e;
        }
    }

    private void answersPacked(String how, Body body) {
        server.createContext("/", exchange -> {
            exchange.getResponseHeaders().add("Content-Encoding", how);
            answer(exchange, body);
        });
    }

    private static void forEver(OutputStream to) throws IOException {
        var some = new byte[8192];
        while (true) {
            to.write(some);
        }
    }

    private static void slowly(OutputStream to) throws IOException, InterruptedException {
        while (true) {
            to.write(1);
            to.flush();
            Thread.sleep(100);
        }
    }

    private <T> T ask(Reader<T> reader) throws IOException {
        return client.execute(new HttpGet("http://127.0.0.1:" + server.getAddress().getPort() + "/"), answer -> {
            try {
                return reader.read(answer);
            } finally {
                EntityUtils.consume(answer.getEntity());
            }
        });
    }

    private interface Reader<T> {
        T read(ClassicHttpResponse answer) throws IOException;
    }

    private int unread() throws IOException {
        return ask(ClassicHttpResponse::getCode);
    }

    private byte[] read() throws IOException {
        return ask(answer -> answer.getEntity().getContent().readAllBytes());
    }

    @Test
    void whatNobodyReadsIsGivenUpAndCountsByItsStatus() throws Exception {
        answers(AnswerLimitTest::forEver);

        assertThat(unread()).isEqualTo(200);
        assertThat(leftAlone.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whatNobodyReadsAndComesByteByByteIsGivenUpToo() throws Exception {
        answers(AnswerLimitTest::slowly);

        assertThat(unread()).isEqualTo(200);
        assertThat(leftAlone.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aShortAnswerThatNobodyReadsKeepsItsConnection() throws Exception {
        answers(to -> to.write(new byte[10_000]));

        assertThat(unread()).isEqualTo(200);
        assertThat(unread()).isEqualTo(200);
        assertThat(connections).hasSize(2).containsOnly(connections.get(0));
    }

    @Test
    void anAnswerIsReadAsItCame() throws Exception {
        answers(to -> to.write(new byte[MOST]));

        assertThat(read()).hasSize(MOST);
        assertThat(this.<byte[]>ask(answer -> {
            var copy = new ByteArrayOutputStream();
            answer.getEntity().writeTo(copy);
            return copy.toByteArray();
        })).hasSize(MOST);
        assertThat(connections).hasSize(2).containsOnly(connections.get(0));
    }

    @Test
    void anAnswerThatIsTooLongIsNone() throws Exception {
        answers(AnswerLimitTest::forEver);

        assertThatThrownBy(this::read).isInstanceOf(AnswerLimit.AnswerTooLarge.class)
                .hasMessageContaining("redline.max-answer");
        assertThat(leftAlone.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void anAnswerIsAsLongAsItIsUnpacked() throws Exception {
        answersPacked("gzip", to -> {
            try (var packed = new GZIPOutputStream(to)) {
                forEver(packed);
            }
        });

        assertThatThrownBy(this::read).isInstanceOf(AnswerLimit.AnswerTooLarge.class);
        assertThat(unread()).isEqualTo(200);
        assertThat(leftAlone.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "not packed"})
    void anAnswerThatIsPackedWronglyCountsByItsStatusAndKeepsNoConnection(String text) throws Exception {
        answersPacked("gzip", to -> to.write(text.getBytes(StandardCharsets.UTF_8)));

        // The client has room for five connections at once.
        for (int i = 0; i < 10; i++) {
            assertThat(unread()).isEqualTo(200);
            assertThatThrownBy(this::read).isInstanceOf(IOException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 OK\r\nX-Slow: ", "HTTP/1.1 100 Continue\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"})
    void anAnswerThatGoesOnByteByByteTakesNobodyForGood(String beginning) throws Exception {
        server.stop(0);
        try (var listener = new ServerSocket(server.getAddress().getPort(), 5, InetAddress.getLoopbackAddress())) {
            threads.execute(() -> drip(listener, beginning));

            assertThatThrownBy(this::read).isInstanceOf(AnswerLimit.AnswerTooSlow.class);
            assertThat(leftAlone.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    private void drip(ServerSocket listener, String beginning) {
        try (var socket = listener.accept(); var to = socket.getOutputStream()) {
            to.write(beginning.getBytes(StandardCharsets.ISO_8859_1));
            while (true) {
                to.write(
                        beginning.endsWith("Continue\r\n\r\n") ? beginning.getBytes(StandardCharsets.ISO_8859_1) : ONE);
                to.flush();
                Thread.sleep(300);
            }
        } catch (IOException e) {
            leftAlone.countDown();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aRequestThatNobodyReadsTakesNobodyForGood() throws Exception {
        server.stop(0);
        // The system connects whoever comes; nobody reads what is sent, and no buffer holds all of it.
        try (var listener = new ServerSocket(server.getAddress().getPort(), 5, InetAddress.getLoopbackAddress())) {
            var large = new HttpPost("http://127.0.0.1:" + listener.getLocalPort() + "/");
            large.setEntity(new ByteArrayEntity(new byte[64 << 20], ContentType.APPLICATION_OCTET_STREAM));

            assertThatThrownBy(() -> client.execute(large, ClassicHttpResponse::getCode))
                    .isInstanceOf(AnswerLimit.AnswerTooSlow.class);
        }
    }

    @Test
    void aNameWithoutEndInsideAPackedAnswerTakesNobodyForGood() throws Exception {
        answersPacked("gzip", to -> {
            // The head of gzip, which says that a name follows, and ends with a zero.
            to.write(new byte[]{0x1f, (byte) 0x8b, 8, 8, 0, 0, 0, 0, 0, 0});
            slowly(to);
        });

        assertThatThrownBy(this::read).isInstanceOf(AnswerLimit.AnswerTooSlow.class);
        assertThat(unread()).isEqualTo(200);
        assertThat(leftAlone.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void anAnswerThatIsPackedManyTimesKeepsNoConnection() {
        answersPacked("gzip, gzip, gzip, gzip, gzip, gzip", to -> to.write(new byte[10_000]));

        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(this::unread).hasRootCauseInstanceOf(ProtocolException.class);
        }
    }

    @Test
    void anAnswerThatIsPackedInAWayNobodyKnowsCountsByItsStatus() throws Exception {
        answersPacked("of-ours", to -> to.write(new byte[10_000]));

        for (int i = 0; i < 10; i++) {
            assertThat(unread()).isEqualTo(200);
        }
    }

    @Test
    void anAnswerThatComesByteByByteIsNone() throws Exception {
        answers(AnswerLimitTest::slowly);

        assertThatThrownBy(this::read).isInstanceOf(AnswerLimit.AnswerTooSlow.class);
        assertThat(leftAlone.await(10, TimeUnit.SECONDS)).isTrue();
    }
}
