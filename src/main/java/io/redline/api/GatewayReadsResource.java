package io.redline.api;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;

import io.redline.account.Account;
import io.redline.account.Accounts;
import io.redline.account.Gateway;
import io.redline.call.Answer;
import io.redline.call.Call;
import io.redline.call.GatewayCalls;
import io.redline.call.Waha;
import io.smallrye.common.annotation.Blocking;

/** What WAHA itself knows, read there and handed on as it is: by its rate, with its key, and in its own words. */
@Path("/api")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
public class GatewayReadsResource {

    private static final String CHATS = "/accounts/{account}/gateway/chats";
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Set<String> OF_CHATS = Set.of("limit", "offset", "sortBy", "sortOrder", "merge");
    private static final Set<String> OF_OVERVIEW = Set.of("limit", "offset", "ids", "merge");
    private static final Set<String> OF_MESSAGES = Set.of("limit", "offset", "sortBy", "sortOrder", "merge",
            "downloadMedia", "filter.timestamp.gte", "filter.timestamp.lte", "filter.fromMe", "filter.ack");
    private static final Set<String> OF_MESSAGE = Set.of("downloadMedia", "merge");

    private final Accounts accounts;
    private final GatewayCalls calls;

    GatewayReadsResource(Accounts accounts, GatewayCalls calls) {
        this.accounts = accounts;
        this.calls = calls;
    }

    @GET
    @Path(CHATS)
    public Response chats(@PathParam("account") String account, @Context UriInfo uri) {
        return ask(Call.of(account(account), "getChats"), uri, OF_CHATS, Map.of());
    }

    @GET
    @Path(CHATS + "/overview")
    public Response overview(@PathParam("account") String account, @Context UriInfo uri) {
        return ask(Call.of(account(account), "getChatsOverview"), uri, OF_OVERVIEW, Map.of());
    }

    @GET
    @Path(CHATS + "/{chat}/messages")
    public Response messages(@PathParam("account") String account, @PathParam("chat") String chat,
            @Context UriInfo uri) {
        return ask(Call.of(account(account), "getMessages").argument(Waha.argument(chat)), uri, OF_MESSAGES,
                Map.of("limit", "10", "downloadMedia", "false"));
    }

    @GET
    @Path(CHATS + "/{chat}/messages/{message}")
    public Response message(@PathParam("account") String account, @PathParam("chat") String chat,
            @PathParam("message") String message, @Context UriInfo uri) {
        return ask(Call.of(account(account), "getMessage").argument(Waha.argument(chat, message)), uri, OF_MESSAGE,
                Map.of("downloadMedia", "false"));
    }

    private Response ask(Call call, UriInfo uri, Set<String> known, Map<String, String> defaults) {
        var query = new TreeMap<>(defaults);
        uri.getQueryParameters().forEach((name, values) -> {
            if (!known.contains(name) || values.size() != 1) {
                throw new Refused(400, "The parameters are " + new TreeSet<>(known) + ", each at most once.");
            }
            query.put(name, values.get(0));
        });
        var asked = call.patience(PATIENCE);
        for (var parameter : query.entrySet()) {
            asked = asked.query(parameter.getKey(), parameter.getValue());
        }
        var answer = calls.ask(asked);
        if (answer instanceof Answer.Ok ok) {
            return Response.ok(ok.bytes()).build();
        }
        throw answer instanceof Answer.Failed failed
                ? refused(failed)
                : new Refused(502, "The gateway answered with what is no JSON.");
    }

    private static Refused refused(Answer.Failed failed) {
        var status = switch (failed.failure()) {
            case NO_TOKEN, DENIED, NOT_AUTHORIZED, STARTING -> 409;
            case NOT_NOW, TOO_FAST -> 409;
            case REFUSED -> failed.status() == 404 ? 404 : 422;
            case INVALID -> failed.status() == 400 ? 400 : 422;
            default -> 502;
        };
        return new Refused(status, failed.sentence());
    }

    private Account account(String name) {
        var account = accounts.find(name).orElseThrow(() -> new Refused(404, "There is no account of this name: see"
                + " redline.accounts.* in application.properties."));
        if (account.kind() != Gateway.WAHA) {
            throw new Refused(422, "Only accounts of waha have this: of others the ledger has all there is, see GET"
                    + " /api/accounts/" + account.name() + "/chats.", Map.of("rule", "unsupported"));
        }
        return account;
    }
}
