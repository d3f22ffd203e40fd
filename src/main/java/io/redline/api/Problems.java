package io.redline.api;

import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;

import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

import io.redline.database.StoreUnavailable;
import io.redline.http.Problem;

/** Every failure of the API as {@code application/problem+json}; never a stack trace. */
final class Problems {

    private static final Logger LOG = Logger.getLogger(Problems.class);

    @ServerExceptionMapper
    Response refused(Refused refused) {
        return response(switch (refused.status) {
            case 404 -> Problem.notFound(refused.getMessage());
            case 409 -> Problem.conflict(refused.getMessage());
            case 422 -> Problem.unprocessable(refused.getMessage()).with(refused.more);
            case 502 -> new Problem(502, "Bad Gateway", refused.getMessage());
            default -> Problem.badRequest(refused.getMessage());
        });
    }

    @ServerExceptionMapper
    Response unknown(WebApplicationException e) {
        if (e instanceof NotFoundException && e.getCause() != null) {
            // What JAX-RS makes of a parameter that it cannot convert.
            return response(Problem.badRequest("A parameter is not a number: see /api/openapi."));
        }
        var status = e.getResponse().getStatusInfo();
        return response(new Problem(status.getStatusCode(), status.getReasonPhrase(),
                status.getStatusCode() == 404
                        ? "There is nothing here: see /api/openapi."
                        : "See /api/openapi for what can be asked."));
    }

    @ServerExceptionMapper
    Response unavailable(StoreUnavailable e) {
        LOG.warnf("The API could not answer: %s", e.getMessage());
        return response(Problem.unavailable("The store is not available; ask again in " + Problem.RETRY_AFTER + " s."));
    }

    @ServerExceptionMapper
    Response ours(RuntimeException e) {
        LOG.error("The API met an error of our own.", e);
        return response(
                new Problem(500, "Internal Server Error", "The service met an error of its own; its log says more."));
    }

    private static Response response(Problem problem) {
        var response = Response.status(problem.status()).type(Problem.MEDIA_TYPE).entity(problem.toJson());
        if (problem.status() == 503) {
            response.header("Retry-After", Problem.RETRY_AFTER);
        }
        return response.build();
    }
}
