package io.redline.api;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

import org.jspecify.annotations.Nullable;

import io.redline.event.EventJson;
import io.redline.operation.EndpointControl;
import io.redline.operation.EndpointOverview;
import io.redline.operation.EndpointOverview.Status;
import io.redline.outbox.Deliveries;
import io.smallrye.common.annotation.Blocking;

/** The endpoints as a whole: how they are, and what is decided about them. */
@Path("/api")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
public class EndpointsResource {

    private final EndpointOverview overview;
    private final EndpointControl control;

    EndpointsResource(EndpointOverview overview, EndpointControl control) {
        this.overview = overview;
        this.control = control;
    }

    @GET
    @Path("/endpoints")
    public String endpoints() {
        return EventJson.writeInOrder(overview.all().stream().map(this::json).toList());
    }

    @POST
    @Path("/endpoints/{endpoint}/pause")
    public String pause(@PathParam("endpoint") String endpoint) {
        control.pause(known(endpoint).name());
        return EventJson.writeInOrder(json(known(endpoint)));
    }

    @POST
    @Path("/endpoints/{endpoint}/resume")
    public String resume(@PathParam("endpoint") String endpoint) {
        control.resume(known(endpoint).name());
        return EventJson.writeInOrder(json(known(endpoint)));
    }

    @POST
    @Path("/endpoints/{endpoint}/discard")
    public String discard(@PathParam("endpoint") String endpoint) {
        return EventJson.writeInOrder(Map.of("discarded", control.discard(orphaned(endpoint))));
    }

    @POST
    @Path("/endpoints/{endpoint}/redirect")
    @Consumes(MediaType.APPLICATION_JSON)
    public String redirect(@PathParam("endpoint") String endpoint, @Nullable String body) {
        var to = EndpointNames.checked(new Wish(body, Set.of("to")).required("to"));
        var from = orphaned(endpoint);
        if (to.equals(from) || Deliveries.TRANSLATOR.equals(to)) {
            throw new Refused(400, "to has to be another endpoint, and not the translator.");
        }
        if (overview.find(to).isEmpty()) {
            throw new Refused(400, "There is no endpoint of the name given in to: GET /api/endpoints lists them.");
        }
        var done = control.redirect(from, to);
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("redirected", done.redirected());
        json.put("discarded", done.discarded());
        return EventJson.writeInOrder(json);
    }

    private Status known(String endpoint) {
        return overview.find(endpoint).orElseThrow(() -> new Refused(404,
                "There is no endpoint of this name: GET /api/endpoints lists them."));
    }

    /** Nothing is taken away from whom it is being delivered to. */
    private String orphaned(String endpoint) {
        if (overview.isServed(known(endpoint).name())) {
            throw new Refused(409, "A route begins with this endpoint, so what it is owed is being delivered: take the"
                    + " route away first, or pause the endpoint.");
        }
        return endpoint;
    }

    private Map<String, Object> json(Status status) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", status.name());
        json.put("served", status.served());
        json.put("paused", status.pausedAt() == null ? null : paused(status));
        json.put("owed", status.owed() - status.orphaned());
        json.put("retrying", status.retrying());
        json.put("parked", status.parked());
        json.put("orphaned", status.orphaned());
        json.put("delivered", overview.delivered(status.name()));
        json.put("suspended", status.suspended());
        var lag = status.lag();
        json.put("lagSeconds", lag == null ? null : lag / 1_000);
        json.put("oldestOwedAt", time(status.oldestOwedAt()));
        return json;
    }

    private static Map<String, Object> paused(Status status) {
        Map<String, Object> paused = new LinkedHashMap<>();
        paused.put("since", time(status.pausedAt()));
        paused.put("by", status.pausedBy());
        return paused;
    }

    private static @Nullable String time(@Nullable Long millis) {
        return millis == null ? null : Instant.ofEpochMilli(millis).toString();
    }
}
