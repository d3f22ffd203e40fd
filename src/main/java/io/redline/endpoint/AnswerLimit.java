package io.redline.endpoint;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecRuntime;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Ends answers to our requests that do not end by themselves: a stream where an answer was expected, a packed one that unpacks
 * to gigabytes, a byte now and then. They would take a worker, or the memory, for good. An answer has as long for each MiB as it had to
 * begin. Of one that nobody reads a little is taken, to keep the connection; else the connection is given up, and the answer
 * counts by its status, as does one that is packed wrongly.
 */
public final class AnswerLimit implements HttpClientConfigurer {

    /** More than receivers say when they have taken something, and less than a new connection costs. */
    private static final int UNREAD = 64 * 1024;
    private static final int PACE = 1024 * 1024;

    private final long bytes;

    /** @param bytes that an answer may have at most, unpacked */
    public AnswerLimit(long bytes) {
        this.bytes = bytes;
    }

    @Override
    public void configureHttpClient(HttpClientBuilder builder) {
        // The first sees an answer last, when it is unpacked.
        builder.addExecInterceptorFirst(AnswerLimit.class.getName(), this::limit);
    }

    /** This, and then another. */
    public HttpClientConfigurer and(HttpClientConfigurer other) {
        return builder -> {
            configureHttpClient(builder);
            other.configureHttpClient(builder);
        };
    }

    private ClassicHttpResponse limit(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        var answer = chain.proceed(request, scope);
        var entity = answer.getEntity();
        if (entity != null) {
            answer.setEntity(new Limited(entity, scope.execRuntime,
                    scope.clientContext.getRequestConfigOrDefault().getResponseTimeout()));
        }
        return answer;
    }

    private final class Limited extends HttpEntityWrapper {
        private final ExecRuntime connection;
        private final long begun = System.nanoTime();
        private final @Nullable Duration longest;
        private @Nullable InputStream content;

        Limited(HttpEntity entity, ExecRuntime connection, @Nullable Timeout longest) {
            super(entity);
            this.connection = connection;
            this.longest = longest == null || longest.isDisabled() ? null : longest.toDuration();
        }

        @Override
        public InputStream getContent() throws IOException {
            if (content == null) {
                content = new Content(super.getContent(), this);
            }
            return content;
        }

        @Override
        public void writeTo(OutputStream to) throws IOException {
            AbstractHttpEntity.writeTo(this, to);
        }

        boolean isLate(long read) {
            return longest != null && System.nanoTime() - begun > longest.toNanos() * (1 + read / PACE);
        }
    }

    private final class Content extends InputStream {
        private final InputStream in;
        private final Limited answer;
        private long read;
        private boolean ended;

        Content(InputStream in, Limited answer) {
            this.in = in;
            this.answer = answer;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            var count = in.read(to, offset, length);
            if (count < 0) {
                ended = true;
                return count;
            }
            read += count;
            if (read > bytes) {
                throw new AnswerTooLarge(bytes);
            }
            if (answer.isLate(read)) {
                throw new AnswerTooSlow();
            }
            return count;
        }

        @Override
        public void close() throws IOException {
            if (ended || isSoonAtItsEnd()) {
                in.close();
                return;
            }
            answer.connection.discardEndpoint();
            try {
                in.close();
            } catch (IOException e) {
                // Of an answer that was given up nothing is expected, not even its end.
            }
        }

        private boolean isSoonAtItsEnd() {
            var some = new byte[8192];
            try {
                for (var left = UNREAD; left > 0 && !ended; left -= some.length) {
                    read(some);
                }
            } catch (IOException e) {
                // Whoever wanted to read it has been told so.
                return false;
            }
            return ended;
        }
    }

    /** More than the setting redline.max-answer. */
    static final class AnswerTooLarge extends IOException {
        private static final long serialVersionUID = 1;

        AnswerTooLarge(long bytes) {
            super("The answer has more than " + bytes + " bytes: see redline.max-answer.");
        }
    }

    /** It came slower than a MiB in the time in which it has to begin. */
    static final class AnswerTooSlow extends IOException {
        private static final long serialVersionUID = 1;

        AnswerTooSlow() {
            super("The answer began in time, and comes too slowly.");
        }
    }
}
