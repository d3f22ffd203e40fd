package io.redline.door;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/**
 * Reads what is sent to a door. Small bodies are read as they come; of large ones so many at once as there is room for, from the
 * first byte beyond what is small until they are answered: to read, translate and store one takes several times its size. The
 * others wait unread, with whoever sends them. Threadsafe.
 */
final class Bodies implements Handler<RoutingContext> {

    /** Nearly all notifications are smaller by far; those with a thumbnail are not. */
    private static final int SMALL = 64 * 1024;

    private final long largest;
    private final BiConsumer<RoutingContext, byte[]> next;
    private final Deque<Body> waiting = new ArrayDeque<>();
    private long room;

    /**
     * @param largest bytes of a body; a larger one fails with 413
     * @param room bytes of large bodies at once; one is always read
     * @param next what becomes of a body that has come to its end
     */
    Bodies(long largest, long room, BiConsumer<RoutingContext, byte[]> next) {
        this.largest = largest;
        this.room = Math.max(largest, room);
        this.next = next;
    }

    @Override
    public void handle(RoutingContext context) {
        var request = context.request();
        var length = length(request);
        if (length > largest) {
            context.fail(413);
            return;
        }
        var body = new Body(context, length < 0 ? largest : length);
        request.exceptionHandler(context::fail);
        request.handler(body::append);
        request.endHandler(ended -> body.end());
        if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
            context.response().writeContinue();
        }
        request.resume();
    }

    /** As announced; -1 if it is not. */
    private static long length(HttpServerRequest request) {
        var announced = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return announced == null ? -1 : Long.parseLong(announced);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private synchronized boolean enter(Body body) {
        waiting.add(body);
        admit();
        return body.inside;
    }

    private void leave(Body body) {
        List<Body> admitted;
        synchronized (this) {
            if (body.inside) {
                body.inside = false;
                room += body.size;
            }
            waiting.remove(body);
            admitted = admit();
        }
        admitted.forEach(Body::goOn);
    }

    /** As many of the first that wait as there is room for; under the lock. */
    private List<Body> admit() {
        List<Body> admitted = new ArrayList<>();
        for (var first = waiting.peek(); first != null && first.size <= room; first = waiting.peek()) {
            waiting.remove();
            room -= first.size;
            first.inside = true;
            admitted.add(first);
        }
        return admitted;
    }

    private final class Body {
        private final RoutingContext context;
        private final Context loop;
        /** What it can have at most. */
        private final long size;
        private boolean large;
        /** Whether room was made for it; of the lock. */
        private boolean inside;
        private @Nullable Buffer read = Buffer.buffer();

        Body(RoutingContext context, long size) {
            this.context = context;
            this.loop = context.vertx().getOrCreateContext();
            this.size = size;
        }

        void append(Buffer part) {
            var before = read;
            if (before == null || context.response().ended()) {
                return;
            }
            if (before.length() + part.length() > largest) {
                read = null;
                context.fail(413);
                return;
            }
            before.appendBuffer(part);
            if (!large && before.length() > SMALL) {
                large = true;
                context.addEndHandler(ended -> leave(this));
                if (!enter(this)) {
                    context.request().pause();
                }
            }
        }

        void goOn() {
            loop.runOnContext(now -> context.request().resume());
        }

        void end() {
            var all = read;
            if (all != null) {
                // This is kept until the request is answered, and would keep the body twice.
                read = null;
                next.accept(context, all.getBytes());
            }
        }
    }
}
