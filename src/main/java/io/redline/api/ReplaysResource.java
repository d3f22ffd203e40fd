package io.redline.api;

import java.util.Map;
import java.util.Set;

import jakarta.ws.rs.Consumes;
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
import io.redline.operation.Replays;
import io.redline.operation.Replays.Request;
import io.redline.operation.Replays.Selection;
import io.redline.outbox.Deliveries;
import io.smallrye.common.annotation.Blocking;

/** Many deliveries again, in the background. */
@Path("/api")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
public class ReplaysResource {

    private final Accounts accounts;
    private final Ledger ledger;
    private final Replays replays;

    ReplaysResource(Accounts accounts, Ledger ledger, Replays replays) {
        this.accounts = accounts;
        this.ledger = ledger;
        this.replays = replays;
    }

    @POST
    @Path("/deliveries/replay")
    @Consumes(MediaType.APPLICATION_JSON)
    public Response replay(@Nullable String body) {
        var wish = new Wish(body, Set.of("endpoint", "account", "from", "to", "changes"));
        var endpoint = EndpointNames.checked(wish.required("endpoint"));
        var changes = wish.text("changes");
        var selection = switch (changes == null ? "parked" : changes) {
            case "parked" -> Selection.PARKED;
            case "all" -> Selection.HISTORY;
            default -> throw new Refused(400, "changes is parked or all.");
        };
        if (selection == Selection.HISTORY && Deliveries.TRANSLATOR.equals(endpoint)) {
            throw new Refused(400, "Only what is parked can be translated again: leave changes out.");
        }
        var from = wish.time("from");
        var to = wish.time("to");
        if (from != null && to != null && from >= to) {
            throw new Refused(400, "from has to be before to.");
        }
        return begun(new Request(endpoint, selection, account(wish.text("account")), null, from, to));
    }

    @POST
    @Path("/endpoints/{endpoint}/resync")
    public Response resync(@PathParam("endpoint") String endpoint, @Nullable String body) {
        var wish = new Wish(body, Set.of("account", "chat", "from"));
        if (Deliveries.TRANSLATOR.equals(EndpointNames.checked(endpoint))) {
            throw new Refused(400, "The translator gets no messages: replay what is parked for it instead.");
        }
        var account = account(wish.text("account"));
        var chat = wish.text("chat");
        if (chat != null && account == null) {
            throw new Refused(400, "A chat belongs to an account: give both.");
        }
        return begun(new Request(endpoint, Selection.VIEWS, account, chat, wish.time("from"), null));
    }

    @GET
    @Path("/replays")
    public Response replays(@QueryParam("before") @Nullable Long before,
            @QueryParam("limit") @DefaultValue("100") int limit, @Context UriInfo uri) {
        return Pages.of(replays.list(before == null ? Long.MAX_VALUE : before, Pages.checked(limit) + 1), limit, uri,
                "before");
    }

    @GET
    @Path("/replays/{replay}")
    public String replayed(@PathParam("replay") long replay) {
        return EventJson.writeInOrder(known(replay));
    }

    private Response begun(Request request) {
        var id = replays.begin(request);
        var replay = known(id);
        if (Boolean.FALSE.equals(replay.get("served"))) {
            replay.put("note", "No route of this process begins with outbox:" + request.endpoint()
                    + ". What it is owed is kept as orphaned until one does.");
        }
        return Response.accepted(EventJson.writeInOrder(replay)).header("Location", "/api/replays/" + id).build();
    }

    private Map<String, Object> known(long replay) {
        return replays.find(replay).orElseThrow(() -> new Refused(404,
                "There is no such replay: GET /api/replays lists them."));
    }

    private @Nullable Long account(@Nullable String name) {
        return name == null
                ? null
                : (Long) ledger.idOf(accounts.find(name).orElseThrow(() -> new Refused(404,
                        "There is no account of this name: see redline.accounts.* in application.properties.")));
    }
}
