package io.redline.api;

import java.util.List;
import java.util.Map;

import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;

import org.jspecify.annotations.Nullable;

import io.redline.event.EventJson;

/** Lists in pages: a JSON array, and a Link to the next one. */
final class Pages {

    private static final int LARGEST = 500;

    private Pages() {
    }

    static int checked(int limit) {
        if (limit < 1 || limit > LARGEST) {
            throw new Refused(400, "limit is from 1 to " + LARGEST + ".");
        }
        return limit;
    }

    /**
     * One page.
     *
     * @param found one more than the limit, if there are more
     */
    static Response of(List<Map<String, Object>> found, int limit, UriInfo uri, String parameter) {
        var more = found.size() > limit;
        var items = more ? found.subList(0, limit) : found;
        return answer(items, uri, parameter, more ? String.valueOf(items.get(limit - 1).get("id")) : null);
    }

    static Response answer(List<Map<String, Object>> items, UriInfo uri, String parameter, @Nullable String next) {
        var response = Response.ok(EventJson.writeInOrder(items));
        if (next != null) {
            response.header("Link", "<" + uri.getRequestUriBuilder().replaceQueryParam(parameter, next).build()
                    + ">; rel=\"next\"");
        }
        return response.build();
    }
}
