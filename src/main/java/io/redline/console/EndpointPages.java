package io.redline.console;

import java.net.URI;
import java.util.List;
import java.util.stream.Stream;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.CookieParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

import org.jspecify.annotations.Nullable;

import io.redline.console.EndpointLine.Progress;
import io.redline.console.EndpointLine.Waiting;
import io.redline.http.Sessions;
import io.redline.operation.DeliveryReader;
import io.redline.operation.EndpointControl;
import io.redline.operation.EndpointOverview;
import io.redline.operation.EndpointOverview.Status;
import io.redline.operation.Replays;
import io.redline.operation.Replays.Request;
import io.redline.operation.Replays.Selection;
import io.smallrye.common.annotation.Blocking;

/** The endpoints: what each is owed, what it does not take, and what can be done about it. */
@Path("/console")
@Produces(Shells.HTML)
@Blocking
public class EndpointPages {

    private static final int SHOWN = 50;
    private static final int NEWEST_REPLAYS = 5;

    private final EndpointOverview overview;
    private final EndpointControl control;
    private final DeliveryReader deliveries;
    private final Replays replays;
    private final Rates rates;
    private final Shells shells;

    EndpointPages(EndpointOverview overview, EndpointControl control, DeliveryReader deliveries, Replays replays,
            Rates rates, Shells shells) {
        this.overview = overview;
        this.control = control;
        this.deliveries = deliveries;
        this.replays = replays;
        this.rates = rates;
        this.shells = shells;
    }

    @GET
    @Path("/endpoints")
    public String all(@CookieParam(Sessions.COOKIE) @Nullable String session) {
        return Templates.endpoints(shells.of("endpoints", "Endpoints", session),
                overview.all().stream().map(this::line).toList()).render();
    }

    @GET
    @Path("/endpoints/{endpoint}")
    public String one(@PathParam("endpoint") String name, @QueryParam("after") @DefaultValue("0") long after,
            @CookieParam(Sessions.COOKIE) @Nullable String session) {
        var status = known(name);
        var parked = deliveries.list("parked", name, null, after, SHOWN + 1).stream().map(Waiting::of).toList();
        var shown = parked.subList(0, Math.min(SHOWN, parked.size()));
        return Templates.endpoint(shells.of("endpoints", name, session), new EndpointLine.Details(line(status), shown,
                parked.size() > SHOWN
                        ? EndpointLine.PATH + Paths.encoded(name) + "?after=" + shown.get(SHOWN - 1).id()
                        : null,
                status.retrying() == 0
                        ? List.of()
                        : deliveries.list("retrying", name, null, 0, SHOWN).stream().map(Waiting::of).toList(),
                replays.list(Long.MAX_VALUE, SHOWN).stream().filter(one -> name.equals(one.get("endpoint")))
                        .limit(NEWEST_REPLAYS).map(Progress::of).toList()))
                .render();
    }

    @POST
    @Path("/endpoints/{endpoint}/pause")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Response pause(@PathParam("endpoint") String name, @FormParam("form") @Nullable String form,
            @CookieParam(Sessions.COOKIE) @Nullable String session) {
        shells.expectOurs(session, form);
        control.pause(known(name).name());
        return page(name);
    }

    @POST
    @Path("/endpoints/{endpoint}/resume")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Response resume(@PathParam("endpoint") String name, @FormParam("form") @Nullable String form,
            @CookieParam(Sessions.COOKIE) @Nullable String session) {
        shells.expectOurs(session, form);
        control.resume(known(name).name());
        return page(name);
    }

    /** Those that were chosen, or without a choice all that are parked. */
    @POST
    @Path("/endpoints/{endpoint}/replay")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Response replay(@PathParam("endpoint") String name, @FormParam("form") @Nullable String form,
            @FormParam("all") @Nullable String all, @FormParam("delivery") List<Long> chosen,
            @CookieParam(Sessions.COOKIE) @Nullable String session) {
        shells.expectOurs(session, form);
        known(name);
        if (all != null) {
            replays.begin(new Request(name, Selection.PARKED, null, null, null, null));
        } else {
            chosen.forEach(replays::again);
            overview.lookAgain();
        }
        return page(name);
    }

    @POST
    @Path("/deliveries/{delivery}/replay")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Response again(@PathParam("delivery") long delivery, @FormParam("form") @Nullable String form,
            @HeaderParam("HX-Request") @Nullable String part, @CookieParam(Sessions.COOKIE) @Nullable String session) {
        shells.expectOurs(session, form);
        return switch (replays.again(delivery)) {
            case UNKNOWN -> throw new NotShown(404, "There is no such delivery any more.");
            case GONE -> throw new NotShown(409, "What it would deliver is no longer kept.");
            case OWED -> {
                overview.lookAgain();
                yield part == null
                        ? page(deliveries.find(delivery).map(one -> Json.known(one, "endpoint")).orElse(""))
                        : Response.ok(Templates.again().render()).build();
            }
        };
    }

    private static Response page(String endpoint) {
        return Response.seeOther(URI.create(EndpointLine.PATH + Paths.encoded(endpoint))).build();
    }

    private Status known(String name) {
        return overview.find(name).orElseThrow(() -> new NotShown(404, "There is no endpoint of this name."));
    }

    private EndpointLine line(Status status) {
        var delivered = overview.delivered(status.name());
        var failing = Stream.of(status.retrying() > 0 ? "retrying" : "", status.parked() > 0 ? "parked" : "")
                .filter(state -> !state.isEmpty()).findFirst();
        return EndpointLine.of(status, delivered, rates.perMinute("endpoint " + status.name(), delivered),
                failing.map(state -> deliveries.list(state, status.name(), null, 0, 1)).filter(all -> !all.isEmpty())
                        .map(all -> Json.text(all.get(0), "lastError")).orElse(null));
    }
}
