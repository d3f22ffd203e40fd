package io.redline.console;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

import io.redline.event.EventJson;
import io.redline.http.Problem;

/** Whatever does not work is a page with a sentence. */
final class Failures {

    private final Shells shells;

    Failures(Shells shells) {
        this.shells = shells;
    }

    @ServerExceptionMapper
    Response notShown(NotShown e) {
        return Response.status(e.status).type(Shells.HTML).entity(page(e.getMessage())).build();
    }

    /** Problems of the API's making, where a person sees them. */
    @ServerResponseFilter
    void asPage(ContainerRequestContext request, ContainerResponseContext response) {
        if (request.getUriInfo().getPath().startsWith("/console") && response.getEntity() instanceof String problem
                && response.getMediaType() != null && Problem.MEDIA_TYPE.equals(response.getMediaType().toString())) {
            response.setEntity(page(Json.known(EventJson.readObject(problem), "detail")), null,
                    MediaType.valueOf(Shells.HTML));
        }
    }

    private String page(String sentence) {
        return Templates.problem(shells.bare("Not shown"), sentence).render();
    }
}
