package io.redline.http;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;

/**
 * What requests are counted by. Quarkus takes method and, unless a resource has answered, path as they came: whoever asks, without any
 * credentials, could have a metric made with each request, which fills the memory, and have telephone numbers in them. So
 * methods that HTTP does not have are one, and so are the paths of requests that were refused.
 *
 * @see <a href="https://github.com/quarkusio/quarkus/pull/55030">what a later Quarkus does of it</a>
 */
final class RequestMetrics implements MeterFilter {

    private static final String METHOD = "method";
    private static final String URI = "uri";
    private static final String NOT_FOUND = "NOT_FOUND";
    private static final MeterFilter METHODS = MeterFilter.replaceTagValues(METHOD, any -> "OTHER", "GET", "HEAD",
            "POST", "PUT",
            "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE");

    RequestMetrics() {
    }

    @Produces
    @Singleton
    static MeterFilter requestMetrics() {
        return new RequestMetrics();
    }

    @Override
    public Meter.Id map(Meter.Id id) {
        if (!id.getName().startsWith("http.server.")) {
            return id;
        }
        var known = METHODS.map(id);
        return isRefused(known) ? known.withTag(Tag.of(URI, "REFUSED")) : known;
    }

    private static boolean isRefused(Meter.Id id) {
        var uri = id.getTag(URI);
        return "CLIENT_ERROR".equals(id.getTag("outcome")) && uri != null && !uri.equals(NOT_FOUND);
    }
}
