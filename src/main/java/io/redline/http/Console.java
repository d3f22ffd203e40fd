package io.redline.http;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/** What of the edge concerns the console alone: its paths, and what browsers say of where a request comes from. */
final class Console {

    private static final String LOGIN = "/console/login";

    private Console() {
    }

    /** Whether a path is one of its pages, or something that they need. */
    static boolean is(String path) {
        return path.equals("/") || path.equals("/console") || path.startsWith("/console/")
                || path.startsWith("/webjars/");
    }

    /** Whether nobody has to sign in for it. */
    static boolean isOpen(String path) {
        return path.equals(LOGIN) || path.startsWith("/console/assets/") || path.startsWith("/webjars/");
    }

    static @Nullable String session(HttpServerRequest request) {
        var cookie = request.getCookie(Sessions.COOKIE);
        return cookie == null ? null : cookie.getValue();
    }

    /** Whether a browser says that a page of ours sent it. Old ones say only from which address. */
    static boolean isFromOurPage(MultiMap headers) {
        var site = headers.get("Sec-Fetch-Site");
        if (site != null) {
            return site.equals("same-origin");
        }
        var origin = headers.get("Origin");
        var host = headers.contains("X-Forwarded-Host") ? headers.get("X-Forwarded-Host") : headers.get("Host");
        return origin != null && host != null && (origin.equals("http://" + host) || origin.equals("https://" + host));
    }

    /** A page becomes the form; what a script of ours asked for sends the page there. */
    static void askToSignIn(RoutingContext context, Problem problem) {
        var request = context.request();
        var response = context.response();
        if (request.headers().contains("HX-Request")) {
            response.putHeader("HX-Redirect", LOGIN);
            problem.send(response);
        } else if (request.method() == HttpMethod.GET && !request.path().equals("/console/live")) {
            response.setStatusCode(303).putHeader("Cache-Control", "no-store").putHeader("Location", LOGIN + "?to="
                    + URLEncoder.encode(request.uri(), StandardCharsets.UTF_8)).end();
        } else {
            response.putHeader("Connection", "close");
            response.endHandler(ended -> request.connection().close());
            problem.send(response);
        }
    }
}
