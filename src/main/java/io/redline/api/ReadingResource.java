package io.redline.api;

import java.util.Map;

import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;

import org.jspecify.annotations.Nullable;

import io.redline.account.Account;
import io.redline.account.Accounts;
import io.redline.event.EventJson;
import io.redline.ledger.Ledger;
import io.redline.ledger.LedgerReader;
import io.redline.ledger.LedgerReader.Page;
import io.redline.ledger.LedgerReader.Place;
import io.redline.operation.DeliveryReader;
import io.smallrye.common.annotation.Blocking;

/**
 * What the ledger and the outbox hold, for reading. The contract is META-INF/openapi.yaml.
 */
@Path("/api")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
public class ReadingResource {

    private final Accounts accounts;
    private final Ledger ledger;
    private final LedgerReader reader;
    private final DeliveryReader deliveries;
    private final AccountOverview overview;

    ReadingResource(Accounts accounts, Ledger ledger, LedgerReader reader, DeliveryReader deliveries,
            AccountOverview overview) {
        this.accounts = accounts;
        this.ledger = ledger;
        this.reader = reader;
        this.deliveries = deliveries;
        this.overview = overview;
    }

    @GET
    @Path("/accounts")
    public String accounts() {
        return EventJson.writeInOrder(overview.all());
    }

    @GET
    @Path("/accounts/{account}/chats")
    public String chats(@PathParam("account") String account, @QueryParam("limit") @DefaultValue("50") int limit,
            @QueryParam("offset") @DefaultValue("0") int offset) {
        if (offset < 0) {
            throw new Refused(400, "offset is 0 or more.");
        }
        return EventJson.writeInOrder(reader.chats(account(account), Pages.checked(limit), offset));
    }

    @GET
    @Path("/accounts/{account}/chats/{chat}/messages")
    public Response messages(@PathParam("account") String account,
            @PathParam("chat") String chat,
            @QueryParam("limit") @DefaultValue("50") int limit,
            @QueryParam("before") @Nullable String before,
            @Context UriInfo uri) {
        var page = reader.messages(account(account), chat, Pages.checked(limit), before == null ? null : place(before));
        var next = page.next();
        return answer(page, uri, "before", next == null ? null : next.cursor());
    }

    @GET
    @Path("/accounts/{account}/chats/{chat}/messages/{message}")
    public String message(@PathParam("account") String account, @PathParam("chat") String chat,
            @PathParam("message") String message) {
        return EventJson.writeInOrder(known(account, chat, message));
    }

    @GET
    @Path("/accounts/{account}/chats/{chat}/messages/{message}/deliveries")
    public String deliveries(@PathParam("account") String account, @PathParam("chat") String chat,
            @PathParam("message") String message) {
        known(account, chat, message);
        var of = account(account);
        return EventJson
                .writeInOrder(deliveries.of(ledger.idOf(of), reader.namesOf(of, chat, of.kind().messageId(message))));
    }

    @GET
    @Path("/events")
    public Response events(@QueryParam("after") @DefaultValue("0") long after,
            @QueryParam("kind") @Nullable String kind, @QueryParam("account") @Nullable String account,
            @QueryParam("limit") @DefaultValue("100") int limit, @Context UriInfo uri) {
        var page = reader.events(after, kind, account == null ? null : account(account), Pages.checked(limit));
        var next = page.next();
        return answer(page, uri, "after", next == null ? null : String.valueOf(next));
    }

    private Map<String, Object> known(String account, String chat, String message) {
        var of = account(account);
        return reader.message(of, chat, of.kind().messageId(message)).orElseThrow(() -> new Refused(404,
                "Nothing is known of such a message in this chat. Ids are percent-encoded, once."));
    }

    private Account account(String name) {
        return accounts.find(name).orElseThrow(() -> new Refused(404, "There is no account of this name: see"
                + " redline.accounts.* in application.properties."));
    }

    private static Response answer(Page<?> page, UriInfo uri, String parameter, @Nullable String next) {
        return Pages.answer(page.items(), uri, parameter, next);
    }

    private static Place place(String cursor) {
        return Place.of(cursor).orElseThrow(
                () -> new Refused(400, "before is the cursor of a Link header, as it was given."));
    }
}
