package io.redline.http;

import java.time.Duration;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.vertx.core.http.HttpClosedException;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/**
 * Gives up on whoever was let in and then sends a body byte by byte: that holds no thread, but memory and a connection, and a
 * byte now and then would keep them from ever being idle. Nothing is said in the log of those who gave up themselves.
 */
@Singleton
class BodyTime {

    private final Duration longest;

    BodyTime(@ConfigProperty(name = "redline.max-body-time") Duration longest) {
        this.longest = longest;
    }

    /** Right after the {@link Guard}. */
    void limit(@Observes Router router) {
        router.route().order(Integer.MIN_VALUE + 1).handler(this::limit)
                .failureHandler(BodyTime::forget);
    }

    /** Quarkus would write a page about each connection that ended before its request did. */
    private static void forget(RoutingContext context) {
        if (!(context.failure() instanceof HttpClosedException)) {
            context.next();
        }
    }

    private void limit(RoutingContext context) {
        var request = context.request();
        if (!request.isEnded()) {
            var vertx = context.vertx();
            var timer = vertx.setTimer(longest.toMillis(), due -> giveUp(context));
            request.end().onComplete(ended -> vertx.cancelTimer(timer));
        }
        context.next();
    }

    private void giveUp(RoutingContext context) {
        var connection = context.request().connection();
        var response = context.response();
        if (response.ended() || response.headWritten()) {
            // It was answered before it was all said: with a refusal, as a rule.
            connection.close();
            return;
        }
        response.putHeader("Connection", "close");
        context.addEndHandler(ended -> connection.close());
        new Problem(408, "Request Timeout", "The request took longer than " + longest.toMillis()
                + " ms to arrive: see redline.max-body-time.").send(response);
    }
}
