package io.redline.endpoint;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecRuntime;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentTooLongException;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Ends answers to our requests that do not end by themselves: a stream where an answer was expected, a packed one that unpacks
 * to gigabytes, a head or a body of which a byte comes now and then. They would take a worker, or the memory, for good. An answer has
 * twice the time in which it has to begin, and that time once more for each MiB. Of one that nobody reads a little is taken, to keep
 * the connection; else the connection is given up, and the answer counts by its status, as does one that is packed wrongly.
 */
public final class AnswerLimit implements HttpClientConfigurer {

    /** More than receivers say when they have taken something, and less than a new connection costs. */
    private static final int UNREAD = 64 * 1024;
    private static final int PACE = 1024 * 1024;

    private final long bytes;
    /** The client's own time is that of one read; who sends a byte now and then is never late for it. */
    private final ScheduledThreadPoolExecutor clock;

    /** @param bytes that an answer may have at most, unpacked */
    public AnswerLimit(long bytes) {
        this.bytes = bytes;
        clock = new ScheduledThreadPoolExecutor(1, task -> {
            var thread = new Thread(task, "redline-answers");
            thread.setDaemon(true);
            return thread;
        });
        clock.setRemoveOnCancelPolicy(true);
        // Nobody closes this; its thread ends when nothing is asked any more.
        clock.setKeepAliveTime(10, TimeUnit.SECONDS);
        clock.allowCoreThreadTimeOut(true);
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
        var patience = new Patience(scope.execRuntime,
                scope.clientContext.getRequestConfigOrDefault().getResponseTimeout());
        var answered = false;
        try {
            var answer = chain.proceed(request, scope);
            var entity = answer.getEntity();
            if (entity == null) {
                patience.end();
            } else {
                answer.setEntity(new Limited(entity, patience));
            }
            answered = true;
            return answer;
        } catch (IOException e) {
            throw patience.reason(e);
        } finally {
            if (!answered) {
                patience.giveUp();
            }
        }
    }

    /** How long one answer is waited for. */
    private final class Patience implements Runnable {
        private final ExecRuntime connection;
        private final long begun = System.nanoTime();
        private final long step;
        private volatile long read;
        private volatile boolean lapsed;
        private volatile boolean lost;
        private boolean ended;
        private @Nullable ScheduledFuture<?> next;

        Patience(ExecRuntime connection, @Nullable Timeout step) {
            this.connection = connection;
            this.step = step == null || step.isDisabled() ? 0 : step.toNanoseconds();
            if (this.step > 0) {
                next = clock.schedule(this, 2 * this.step, TimeUnit.NANOSECONDS);
            }
        }

        @Override
        public synchronized void run() {
            if (ended) {
                return;
            }
            // A connection that is still being made has a time of its own.
            var rest = connection.isEndpointConnected()
                    ? begun + step * (2 + read / PACE) - System.nanoTime()
                    : step;
            if (rest > 0) {
                next = clock.schedule(this, rest, TimeUnit.NANOSECONDS);
            } else {
                lapsed = true;
                connection.discardEndpoint();
            }
        }

        synchronized void end() {
            ended = true;
            if (next != null) {
                next.cancel(false);
            }
        }

        void giveUp() {
            end();
            lost = true;
            connection.discardEndpoint();
        }

        /** Of an answer that was given up nothing is expected, not even its end. */
        void close(Closeable what) throws IOException {
            try {
                what.close();
            } catch (IOException e) {
                if (!lost && !lapsed) {
                    throw e;
                }
            }
        }

        IOException reason(IOException e) {
            return lapsed ? new AnswerTooSlow() : e;
        }
    }

    private final class Limited extends HttpEntityWrapper {
        private final Patience patience;
        private @Nullable InputStream content;

        Limited(HttpEntity entity, Patience patience) {
            super(entity);
            this.patience = patience;
        }

        @Override
        public InputStream getContent() throws IOException {
            if (content == null) {
                content = new Content(super.getContent(), patience);
            }
            return content;
        }

        @Override
        public void writeTo(OutputStream to) throws IOException {
            AbstractHttpEntity.writeTo(this, to);
        }

        @Override
        public void close() throws IOException {
            patience.close(super::close);
        }
    }

    private final class Content extends InputStream {
        private final InputStream in;
        private final Patience patience;
        private boolean ended;

        Content(InputStream in, Patience patience) {
            this.in = in;
            this.patience = patience;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            int count;
            try {
                count = in.read(to, offset, length);
            } catch (IOException e) {
                throw patience.reason(e);
            }
            if (count < 0) {
                ended = true;
                patience.end();
                return count;
            }
            patience.read += count;
            if (patience.read > bytes) {
                throw new AnswerTooLarge(bytes);
            }
            return count;
        }

        @Override
        public int available() throws IOException {
            return in.available();
        }

        @Override
        public void close() throws IOException {
            try {
                if (!ended) {
                    readTheRest();
                }
            } finally {
                if (!ended) {
                    patience.giveUp();
                }
            }
            patience.close(in);
        }

        private void readTheRest() {
            var some = new byte[8192];
            try {
                for (int count = 0, left = UNREAD; count >= 0 && left > 0; left -= count) {
                    count = read(some);
                }
            } catch (IOException e) {
                // Whoever wanted to read it has been told so.
            }
        }
    }

    /** More than may be read. */
    static final class AnswerTooLarge extends ContentTooLongException {
        private static final long serialVersionUID = 1;

        AnswerTooLarge(long bytes) {
            super("The answer has more than " + bytes
                    + " bytes: raise redline.max-answer, or -Xmx, of which it may have an"
                    + " eighth.");
        }
    }

    /** It did not begin, or comes slower than a MiB in the time in which it has to begin. */
    static final class AnswerTooSlow extends IOException {
        private static final long serialVersionUID = 1;

        AnswerTooSlow() {
            super("The answer comes too slowly.");
        }
    }
}
