package io.redline.console;

import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import jakarta.ws.rs.CookieParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;

import org.jspecify.annotations.Nullable;

import io.redline.account.Account;
import io.redline.account.Accounts;
import io.redline.console.Conversation.AccountLink;
import io.redline.console.Conversation.ChatLine;
import io.redline.http.Sessions;
import io.redline.ledger.Ledger;
import io.redline.ledger.LedgerReader;
import io.redline.ledger.LedgerReader.Found;
import io.redline.ledger.LedgerReader.Place;
import io.redline.operation.DeliveryReader;
import io.smallrye.common.annotation.Blocking;

/** Conversations as they are and were: chats, their messages, and the history of each. */
@Path(Paths.CONVERSATIONS)
@Produces(Shells.HTML)
@Blocking
public class ConversationPages {

    private static final int CHATS = 50;
    private static final int MESSAGES = 50;

    private final Accounts accounts;
    private final Ledger ledger;
    private final LedgerReader reader;
    private final DeliveryReader deliveries;
    private final Shells shells;

    ConversationPages(Accounts accounts, Ledger ledger, LedgerReader reader, DeliveryReader deliveries,
            Shells shells) {
        this.accounts = accounts;
        this.ledger = ledger;
        this.reader = reader;
        this.deliveries = deliveries;
        this.shells = shells;
    }

    @GET
    public Response first() {
        var first = accounts.all().stream().findFirst().orElseThrow(() -> new NotShown(404,
                "There is no account yet: see redline.accounts.* in application.properties."));
        return Response.seeOther(URI.create(Paths.account(first.name()))).build();
    }

    @GET
    @Path("/{account}")
    public String chats(@PathParam("account") String name, @QueryParam("q") @DefaultValue("") String search,
            @CookieParam(Sessions.COOKIE) @Nullable String session) {
        var conversation = conversation(account(name), search, 0, null, null, null);
        return Templates.conversations(shells.of("conversations", name, session), conversation).render();
    }

    /** The list of chats alone. */
    @GET
    @Path("/{account}/chats")
    public String list(@PathParam("account") String name, @QueryParam("q") @DefaultValue("") String search,
            @QueryParam("offset") @DefaultValue("0") int offset, @QueryParam("open") @Nullable String open) {
        return Templates.chats(conversation(account(name), search, Math.max(0, offset), open, null, null)).render();
    }

    @GET
    @Path("/{account}/{chat}")
    public String chat(@PathParam("account") String name, @PathParam("chat") String named,
            @QueryParam("before") @Nullable String before, @QueryParam("message") @Nullable String message,
            @CookieParam(Sessions.COOKIE) @Nullable String session) {
        var account = account(name);
        var chat = reader.canonical(account, named);
        // Before what it is the position of, so that nothing falls between.
        var position = reader.newest();
        var stretch = before(account, chat, before);
        var title = stretch.days().isEmpty() ? chat : name(account, chat);
        return Templates.conversations(shells.of("conversations", title, session),
                conversation(account, "", 0, chat, new Shown(title, stretch, position),
                        message == null ? null : history(account, chat, message)))
                .render();
    }

    /** More messages of a chat, older or newer than a place. */
    @GET
    @Path("/{account}/{chat}/messages")
    public String messages(@PathParam("account") String name, @PathParam("chat") String chat,
            @QueryParam("before") @Nullable String before, @QueryParam("after") @Nullable String after) {
        var account = account(name);
        return Templates.messages(after == null ? before(account, chat, before) : after(account, chat, place(after)))
                .render();
    }

    @GET
    @Path("/{account}/{chat}/messages/{message}")
    public Response message(@PathParam("account") String name, @PathParam("chat") String chat,
            @PathParam("message") String message, @HeaderParam("HX-Request") @Nullable String part,
            @CookieParam(Sessions.COOKIE) @Nullable String session) {
        return part == null
                ? Response.seeOther(URI.create(Paths.chat(name, chat) + "?message=" + Paths.encoded(message))).build()
                : Response.ok(Templates.history(shells.of("conversations", chat, session),
                        history(account(name), chat, message)).render()).build();
    }

    /** The whole text of a message, however long. */
    @GET
    @Path("/{account}/{chat}/messages/{message}/text")
    public String text(@PathParam("account") String name, @PathParam("chat") String chat,
            @PathParam("message") String message) {
        var text = Json.text(known(account(name), chat, message), "text");
        return Templates.text(text == null ? "" : text).render();
    }

    private History history(Account account, String chat, String message) {
        var json = known(account, chat, message);
        return History.of(json, deliveries.of(ledger.idOf(account),
                reader.namesOf(account, chat, account.kind().messageId(message))));
    }

    private Map<String, Object> known(Account account, String chat, String message) {
        return reader.message(account, chat, account.kind().messageId(message))
                .orElseThrow(() -> new NotShown(404, "Nothing is known of such a message in this chat."));
    }

    private Stretch before(Account account, String chat, @Nullable String before) {
        var found = reader.before(account, chat, MESSAGES, before == null ? null : place(before));
        var messages = new ArrayList<>(found.messages().stream().map(Bubble::of).toList());
        Collections.reverse(messages);
        return Stretch.of(Paths.chat(account.name(), chat), messages, found.next() != null, before != null);
    }

    private Stretch after(Account account, String chat, Place after) {
        var found = reader.after(account, chat, MESSAGES, after);
        return Stretch.of(Paths.chat(account.name(), chat), found.messages().stream().map(Bubble::of).toList(), true,
                found.next() != null);
    }

    /** What a chat is called by its newest message. */
    private String name(Account account, String chat) {
        return reader.before(account, chat, 1, null).messages().stream().findFirst()
                .map(placed -> placed.json().get("chat")).map(Json::chat).orElse(chat);
    }

    private record Shown(String name, Stretch stretch, long position) {
    }

    private Conversation conversation(Account account, String search, int offset, @Nullable String chat,
            @Nullable Shown shown, @Nullable History history) {
        var wanted = search.strip();
        var found = wanted.isEmpty() ? newest(account, offset) : reader.chats(account, wanted, CHATS, offset);
        return new Conversation(links(account), account.name(), wanted,
                found.chats().stream().map(one -> ChatLine.of(account.name(), one, chat)).toList(),
                found.more()
                        ? Paths.account(account.name()) + "/chats?q=" + Paths.encoded(wanted) + "&offset=" + found
                                .looked()
                        : null,
                found.looked(), offset > 0,
                shown == null || chat == null
                        ? null
                        : new Conversation.Chat(chat, shown.name(), Paths.chat(account.name(), chat)),
                shown == null ? null : shown.stretch(), shown == null ? reader.newest() : shown.position(), history);
    }

    private Found newest(Account account, int offset) {
        var chats = reader.chats(account, CHATS + 1, offset);
        var more = chats.size() > CHATS;
        return new Found(more ? chats.subList(0, CHATS) : chats, offset + Math.min(CHATS, chats.size()), more);
    }

    private List<AccountLink> links(Account here) {
        return reader.accounts().stream().map(one -> new AccountLink(Json.known(one, "name"),
                Paths.account(Json.known(one, "name")), here.name().equals(one.get("name")),
                AccountState.isWell(Json.text(one, "state")))).toList();
    }

    private Account account(String name) {
        return accounts.find(name).orElseThrow(() -> new NotShown(404,
                "There is no account of this name: see redline.accounts.* in application.properties."));
    }

    private static Place place(String cursor) {
        return Place.of(cursor).orElseThrow(() -> new NotShown(400, "There is no such place in the chat."));
    }
}
