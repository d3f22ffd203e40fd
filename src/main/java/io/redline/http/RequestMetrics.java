package io.redline.http;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;

/**
 * What requests are counted by. Quarkus takes method and, unless a resource has answered, path as they came: whoever asks, without any
 * credentials, could have a metric made with each request, which fills the memory, and have telephone numbers in them. So
 * methods that HTTP does not have are one; and so are, but for webhooks that failed, the paths of requests that were not answered as asked.
 *
 * @see <a href="https://github.com/quarkusio/quarkus/pull/55030">what a later Quarkus does of it</a>
 */
final class RequestMetrics implements MeterFilter {

    private static final String URI = "uri";
    private static final String GROUP = "/observe/health/group/";
    private static final MeterFilter METHODS = MeterFilter.replaceTagValues("method", any -> "OTHER", "GET", "HEAD",
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
        var uri = known.getTag(URI);
        var outcome = known.getTag("outcome");
        return uri == null || outcome == null ? known : known.withTag(Tag.of(URI, uri(uri, outcome)));
    }

    private static String uri(String uri, String outcome) {
        return switch (outcome) {
            case "SUCCESS" -> uri.startsWith(GROUP) ? GROUP + "{group}" : uri;
            case "SERVER_ERROR" -> uri.startsWith("/webhooks/") ? uri : "FAILED";
            case "CLIENT_ERROR" -> uri.equals("NOT_FOUND") ? uri : "REFUSED";
            default -> outcome;
        };
    }
}
