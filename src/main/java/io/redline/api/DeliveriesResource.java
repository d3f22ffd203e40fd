package io.redline.api;

import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;

import org.jspecify.annotations.Nullable;

import io.redline.account.Accounts;
import io.redline.event.EventJson;
import io.redline.ledger.Ledger;
import io.redline.operation.DeliveryReader;
import io.redline.operation.Replays;
import io.smallrye.common.annotation.Blocking;

/** What is owed, parked or done, and how to have it delivered again. */
@Path("/api")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
public class DeliveriesResource {

    private final Accounts accounts;
    private final Ledger ledger;
    private final DeliveryReader deliveries;
    private final Replays replays;

    DeliveriesResource(Accounts accounts, Ledger ledger, DeliveryReader deliveries, Replays replays) {
        this.accounts = accounts;
        this.ledger = ledger;
        this.deliveries = deliveries;
        this.replays = replays;
    }

    @GET
    @Path("/deliveries")
    public Response deliveries(@QueryParam("state") @DefaultValue("parked") String state,
            @QueryParam("endpoint") @Nullable String endpoint, @QueryParam("account") @Nullable String account,
            @QueryParam("after") @DefaultValue("0") long after,
            @QueryParam("limit") @DefaultValue("100") int limit, @Context UriInfo uri) {
        if (!DeliveryReader.STATES.contains(state)) {
            throw new Refused(400, "state is one of " + DeliveryReader.STATES.stream().sorted().toList() + ".");
        }
        return Pages.of(deliveries.list(state, endpoint, account(account), after, Pages.checked(limit) + 1), limit, uri,
                "after");
    }

    @POST
    @Path("/deliveries/{delivery}/replay")
    public Response replay(@PathParam("delivery") long delivery) {
        return switch (replays.again(delivery)) {
            case UNKNOWN -> throw new Refused(404,
                    "There is no such delivery: GET /api/deliveries lists them with their ids.");
            case GONE -> throw new Refused(409, "What it would deliver is no longer kept: see redline.retention.raw and"
                    + " redline.ledger.on-delete in application.properties.");
            case OWED -> Response.accepted(EventJson.writeInOrder(deliveries.find(delivery).orElseThrow(
                    () -> new Refused(404, "There is no such delivery any more.")))).build();
        };
    }

    private @Nullable Long account(@Nullable String name) {
        return name == null
                ? null
                : (Long) ledger.idOf(accounts.find(name).orElseThrow(() -> new Refused(404,
                        "There is no account of this name: see redline.accounts.* in application.properties.")));
    }
}
