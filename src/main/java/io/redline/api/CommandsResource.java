package io.redline.api;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;

import org.jspecify.annotations.Nullable;

import io.redline.account.Account;
import io.redline.account.Accounts;
import io.redline.command.Command;
import io.redline.command.Commands;
import io.redline.command.Kind;
import io.redline.command.Request;
import io.redline.command.State;
import io.redline.event.EventJson;
import io.redline.operation.ChatErasure;
import io.smallrye.common.annotation.Blocking;

/** What is asked of messengers: kept, answered 202, and followed at {@code /api/commands}. */
@Path("/api")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
public class CommandsResource {

    private static final String CHAT = "/accounts/{account}/chats/{chat}";
    private static final String MESSAGE = CHAT + "/messages/{message}";
    private static final int LONGEST_HEADER = 255;
    private static final int LONGEST_ID = 512;
    private static final Pattern PRINTABLE = Pattern.compile("[^\\p{Cntrl}]+");
    /** Seconds for which a message can be pinned: a day, a week, 30 days. */
    private static final Set<Long> DURATIONS = Set.of(86_400L, 604_800L, 2_592_000L);

    private final Accounts accounts;
    private final Commands commands;
    private final ChatErasure erasure;

    CommandsResource(Accounts accounts, Commands commands, ChatErasure erasure) {
        this.accounts = accounts;
        this.commands = commands;
        this.erasure = erasure;
    }

    @POST
    @Path(CHAT + "/messages")
    @Consumes(MediaType.APPLICATION_JSON)
    public Response send(@PathParam("account") String account, @PathParam("chat") String chat,
            @Context HttpHeaders headers, @Nullable String body) {
        var wish = new Wish(body, Set.of("text", "replyTo"));
        Map<String, Object> options = new LinkedHashMap<>();
        var replyTo = wish.text("replyTo");
        if (replyTo != null) {
            options.put("replyTo", id(replyTo, "replyTo"));
        }
        return take(account, Kind.SEND, chat, null, wish.verbatim("text"), options, headers);
    }

    @PUT
    @Path(MESSAGE)
    @Consumes(MediaType.APPLICATION_JSON)
    public Response edit(@PathParam("account") String account, @PathParam("chat") String chat,
            @PathParam("message") String message, @Context HttpHeaders headers, @Nullable String body) {
        return take(account, Kind.EDIT, chat, message, new Wish(body, Set.of("text")).verbatim("text"), Map.of(),
                headers);
    }

    @DELETE
    @Path(MESSAGE)
    public Response delete(@PathParam("account") String account, @PathParam("chat") String chat,
            @PathParam("message") String message,
            @QueryParam("onlySenderDelete") @DefaultValue("false") String onlySender, @Context HttpHeaders headers) {
        if (!Set.of("true", "false").contains(onlySender)) {
            throw new Refused(400, "onlySenderDelete is true or false.");
        }
        return take(account, Kind.DELETE, chat, message, null,
                onlySender.equals("true") ? Map.of("onlySenderDelete", true) : Map.of(), headers);
    }

    @DELETE
    @Path(CHAT + "/messages")
    public Response deleteMessages(@PathParam("account") String account, @PathParam("chat") String chat,
            @Context HttpHeaders headers) {
        return take(account, Kind.DELETE_MESSAGES, chat, null, null, Map.of(), headers);
    }

    @DELETE
    @Path(CHAT)
    public Response deleteChat(@PathParam("account") String account, @PathParam("chat") String chat,
            @Context HttpHeaders headers) {
        return take(account, Kind.DELETE_CHAT, chat, null, null, Map.of(), headers);
    }

    @POST
    @Path(CHAT + "/archive")
    public Response archive(@PathParam("account") String account, @PathParam("chat") String chat,
            @Context HttpHeaders headers) {
        return take(account, Kind.ARCHIVE, chat, null, null, Map.of(), headers);
    }

    @POST
    @Path(CHAT + "/unarchive")
    public Response unarchive(@PathParam("account") String account, @PathParam("chat") String chat,
            @Context HttpHeaders headers) {
        return take(account, Kind.UNARCHIVE, chat, null, null, Map.of(), headers);
    }

    @POST
    @Path(CHAT + "/read")
    public Response read(@PathParam("account") String account, @PathParam("chat") String chat,
            @Context HttpHeaders headers) {
        return take(account, Kind.READ, chat, null, null, Map.of(), headers);
    }

    @POST
    @Path(CHAT + "/unread")
    public Response unread(@PathParam("account") String account, @PathParam("chat") String chat,
            @Context HttpHeaders headers) {
        return take(account, Kind.UNREAD, chat, null, null, Map.of(), headers);
    }

    @POST
    @Path(MESSAGE + "/pin")
    @Consumes({MediaType.APPLICATION_JSON, MediaType.WILDCARD})
    public Response pin(@PathParam("account") String account, @PathParam("chat") String chat,
            @PathParam("message") String message, @Context HttpHeaders headers, @Nullable String body) {
        var duration = new Wish(body, Set.of("duration")).number("duration", 86_400L);
        if (!DURATIONS.contains(duration)) {
            throw new Refused(400, "duration is in seconds: 86400, 604800 or 2592000.");
        }
        return take(account, Kind.PIN, chat, message, null, Map.of("duration", duration), headers);
    }

    @POST
    @Path(MESSAGE + "/unpin")
    public Response unpin(@PathParam("account") String account, @PathParam("chat") String chat,
            @PathParam("message") String message, @Context HttpHeaders headers) {
        return take(account, Kind.UNPIN, chat, message, null, Map.of(), headers);
    }

    @POST
    @Path(CHAT + "/forget")
    public String forget(@PathParam("account") String account, @PathParam("chat") String chat) {
        var erased = erasure.erase(account(account), id(chat, "The chat")).orElseThrow(() -> new Refused(409,
                "Commands for this chat are not sent or answered yet: see GET /api/commands, and ask again."));
        return EventJson.writeInOrder(Map.of("erased", erased));
    }

    @GET
    @Path("/commands/{command}")
    public String command(@PathParam("command") long command) {
        return EventJson.writeInOrder(commands.find(command).orElseThrow(() -> new Refused(404,
                "There is no such command: GET /api/commands lists them.")).json());
    }

    @GET
    @Path("/commands")
    public Response commands(@QueryParam("account") @Nullable String account,
            @QueryParam("state") @Nullable String state, @QueryParam("before") @Nullable Long before,
            @QueryParam("limit") @DefaultValue("100") int limit, @Context UriInfo uri) {
        if (state != null && !State.words().contains(state)) {
            throw new Refused(400, "state is one of " + State.words() + ".");
        }
        return Pages.of(commands.list(account == null ? null : account(account), state,
                before == null ? Long.MAX_VALUE : before, Pages.checked(limit) + 1).stream().map(Command::json)
                .toList(),
                limit, uri, "before");
    }

    private Response take(String account, Kind kind, String chat, @Nullable String message, @Nullable String text,
            Map<String, Object> options, HttpHeaders headers) {
        var request = new Request(account(account), kind, id(chat, "The chat"),
                message == null ? null : id(message, "The message"), text, options, header(headers, "X-Operator"),
                header(headers, "Idempotency-Key"));
        Command command;
        try {
            command = commands.take(request);
        } catch (Commands.KeyUsed e) {
            throw new Refused(422, e.getMessage());
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("commandId", String.valueOf(command.id()));
        if (command.rule() != null) {
            json.put("rule", command.rule());
            throw new Refused(422, String.valueOf(command.description()), json);
        }
        json.put("state", command.state().word());
        return Response.accepted(EventJson.writeInOrder(json)).header("Location", "/api/commands/" + command.id())
                .build();
    }

    private Account account(String name) {
        return accounts.find(name).orElseThrow(() -> new Refused(404, "There is no account of this name: see"
                + " redline.accounts.* in application.properties."));
    }

    private static String id(String id, String what) {
        if (id.isBlank() || id.length() > LONGEST_ID || !PRINTABLE.matcher(id).matches() || !EventJson.isWhole(id)) {
            throw new Refused(400, what + " has no id that a gateway could know. Ids are percent-encoded, once.");
        }
        return id;
    }

    private static @Nullable String header(HttpHeaders headers, String name) {
        var value = headers.getHeaderString(name);
        if (value == null || value.isBlank()) {
            return null;
        }
        if (value.length() > LONGEST_HEADER || !PRINTABLE.matcher(value).matches()) {
            throw new Refused(400, name + " has at most " + LONGEST_HEADER + " characters, none of them a control"
                    + " character.");
        }
        return value.strip();
    }
}
