package io.redline.console;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import io.vertx.ext.web.Router;

/**
 * What browsers may do with the pages: nothing but run our own script and style, talk to us, and send forms to us. So what
 * somebody writes in a chat stays text, even if it were once not escaped.
 */
@Singleton
class Headers {

    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
            + " img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    void add(@Observes Router router) {
        router.get("/").handler(context -> context.response().setStatusCode(303)
                .putHeader("Location", Paths.CONVERSATIONS).putHeader("Cache-Control", "no-store").end());
        router.route("/console*").order(Integer.MIN_VALUE + 1).handler(context -> {
            var headers = context.response().headers();
            headers.set("Content-Security-Policy", POLICY);
            headers.set("X-Content-Type-Options", "nosniff");
            headers.set("Referrer-Policy", "no-referrer");
            headers.set("Cross-Origin-Opener-Policy", "same-origin");
            headers.set("Cross-Origin-Resource-Policy", "same-origin");
            if (!context.normalizedPath().startsWith("/console/assets/")) {
                headers.set("Cache-Control", "no-store");
            }
            context.next();
        });
    }
}
