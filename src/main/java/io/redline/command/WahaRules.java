package io.redline.command;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import io.redline.account.Account;
import io.redline.call.Answer;
import io.redline.call.Call;
import io.redline.call.Failure;
import io.redline.call.GatewayCalls;
import io.redline.event.Direction;
import io.redline.gateway.waha.WahaId;
import io.redline.gateway.waha.WahaJournal;
import io.redline.ledger.Standing;

/**
 * WAHA, whatever its engine. What it answers to a change proves nothing, so it is read what became of it. Threadsafe.
 *
 * @see <a href="https://waha.devlike.pro/docs/how-to/chats/">WAHA: chats</a>
 */
@Singleton
class WahaRules implements GatewayRules {

    /** The option that has the id as it was given. */
    static final String FULL_ID = "fullId";

    private static final Duration EDIT_WINDOW = Duration.ofMinutes(15);
    private static final Duration DELETE_WINDOW = Duration.ofHours(72);
    private static final Duration LAG = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration ENGINE_IS_KNOWN_FOR = Duration.ofMinutes(10);
    private static final Duration ENGINE_IS_ASKED_AGAIN_AFTER = Duration.ofSeconds(30);
    /** What an engine does not know; of one that is not listed nothing is said. */
    private static final Map<String, Set<Kind>> WITHOUT = Map.of("GOWS",
            Set.of(Kind.ARCHIVE, Kind.UNARCHIVE, Kind.DELETE_CHAT, Kind.DELETE_MESSAGES, Kind.PIN, Kind.UNPIN), "NOWEB",
            Set.of(Kind.DELETE_CHAT, Kind.DELETE_MESSAGES), "WPP", Set.of(Kind.PIN, Kind.UNPIN));
    private static final Set<Kind> WITH_ALL_ENGINES = Set.of(Kind.SEND, Kind.EDIT, Kind.DELETE, Kind.READ, Kind.UNREAD);

    private final GatewayCalls calls;
    private final Clock clock;
    private final Map<String, Engine> engines = new ConcurrentHashMap<>();

    /** The engine of a session; empty if it did not say. */
    private record Engine(String name, Instant askedAt) {
        boolean isFresh(Instant now) {
            return now.isBefore(askedAt.plus(name.isEmpty() ? ENGINE_IS_ASKED_AGAIN_AFTER : ENGINE_IS_KNOWN_FOR));
        }
    }

    @Inject
    WahaRules(GatewayCalls calls) {
        this(calls, Clock.systemUTC());
    }

    WahaRules(GatewayCalls calls, Clock clock) {
        this.calls = calls;
        this.clock = clock;
    }

    @Override
    public String gateway() {
        return "waha";
    }

    @Override
    public Set<Kind> kinds() {
        return Set.of(Kind.values());
    }

    @Override
    public Request kept(Request request) {
        var id = request.message();
        if (id == null || request.options().containsKey(FULL_ID)) {
            return request;
        }
        var read = WahaId.of(id);
        return read.chat() == null ? request : request.message(read.bare(), FULL_ID, id);
    }

    @Override
    public @Nullable Refusal refusal(Request request, @Nullable Standing message, Instant now, Duration delay) {
        if (!WITH_ALL_ENGINES.contains(request.kind())) {
            var refusal = ofEngine(engine(request.account()), request.kind());
            if (refusal != null) {
                return refusal;
            }
        }
        return judge(request, message, now);
    }

    static @Nullable Refusal ofEngine(String engine, Kind kind) {
        return WITHOUT.getOrDefault(engine, Set.of()).contains(kind)
                ? new Refusal("unsupported", "The engine " + engine + " of the session has no " + kind.word()
                        + ": another engine does.")
                : null;
    }

    static @Nullable Refusal judge(Request request, @Nullable Standing message, Instant now) {
        if (request.options().get(FULL_ID) instanceof String full && Boolean.FALSE.equals(WahaId.of(full).fromMe())
                && (request.kind() == Kind.EDIT || request.kind() == Kind.DELETE)) {
            return new Refusal("own-messages-only", "The id begins with false_: somebody else wrote the message; only"
                    + " one's own can be edited or deleted.");
        }
        var sentAt = message == null ? null : message.sentAt();
        if (sentAt == null) {
            return null;
        }
        var age = Duration.between(Instant.ofEpochMilli(sentAt), now);
        if (request.kind() == Kind.EDIT && age.compareTo(EDIT_WINDOW) >= 0) {
            return new Refusal("edit-window",
                    "The message can be edited until 15 minutes after it was sent; that is over.");
        }
        return request.kind() == Kind.DELETE && age.compareTo(DELETE_WINDOW) >= 0
                ? new Refusal("delete-window",
                        "The message can be deleted for everyone until 72 hours after it was sent; that is over.")
                : null;
    }

    /** Empty if it cannot be known now: then the gateway has the word. */
    private String engine(Account account) {
        var known = engines.get(account.name());
        if (known != null && known.isFresh(clock.instant())) {
            return known.name();
        }
        var name = calls.ask(Call.of(account, "getSession").patience(PATIENCE)) instanceof Answer.Ok ok
                ? WahaJournal.session(ok.object()).engine()
                : "";
        engines.put(account.name(), new Engine(name, clock.instant()));
        return name;
    }

    /** Engines want the full id: as it was given, or made of what is known. */
    @Override
    public @Nullable String messageId(Command command, @Nullable Standing message) {
        var request = command.request();
        var id = request.message();
        if (id == null || request.options().get(FULL_ID) instanceof String) {
            return (String) request.options().get(FULL_ID);
        }
        var chat = request.chat();
        var fromMe = message == null || message.direction() != Direction.INCOMING;
        var participant = chat.endsWith("@g.us") && message != null ? message.sender() : null;
        return new WahaId(fromMe, chat, id, participant).full();
    }

    @Override
    public boolean tells(Request request) {
        return request.kind() == Kind.SEND || request.kind() == Kind.EDIT || request.kind() == Kind.DELETE;
    }

    @Override
    public boolean isRepeatable(Kind kind) {
        return kind != Kind.SEND && kind != Kind.DELETE_CHAT && kind != Kind.DELETE_MESSAGES;
    }

    /** A message that is gone cannot be deleted again, and some engines call that an error of their own. */
    @Override
    public Found failed(Command command, Answer.Failed failed) {
        return command.request().kind() == Kind.DELETE && failed.failure() == Failure.REFUSED
                && (failed.status() == 500 || failed.status() == 404 && command.attempts() > 1)
                        ? new Found.Unknown()
                        : new Found.NotDone();
    }

    /**
     * Of a message sent, its id. Of an edit, the edit's own where an engine answers with that: NOWEB and GOWS do, WEBJS and WPP
     * answer with the message.
     */
    @Override
    public @Nullable String made(Command command, Answer.Ok answer) {
        var object = answer.object();
        var key = object.get("key") instanceof Map<?, ?> inner ? inner.get("id") : null;
        var id = key != null
                ? key
                : object.get("id") instanceof Map<?, ?> inner ? inner.get("_serialized") : object.get("id");
        if (!(id instanceof String text) || text.isEmpty()) {
            return null;
        }
        var bare = WahaId.of(text).bare();
        var isOwn = key != null || !object.containsKey("timestamp") && object.get("id") instanceof String;
        return command.request().kind() == Kind.SEND || isOwn && !bare.equals(command.request().message())
                ? bare
                : null;
    }

    /** Its store, and the phone behind it, may need a moment. */
    @Override
    public Duration lag() {
        return LAG;
    }

    /** By GET of the message. */
    @Override
    public Found found(Command command, @Nullable Answer answer) {
        var kind = command.request().kind();
        if (kind == Kind.DELETE && answer instanceof Answer.Failed failed && failed.failure() == Failure.REFUSED
                && failed.status() == 404) {
            return new Found.Done(null);
        }
        if (!(answer instanceof Answer.Ok ok) || ok.object().isEmpty()) {
            return new Found.Unknown();
        }
        return switch (kind) {
            case EDIT -> command.request().text() != null && command.request().text().equals(ok.object().get("body"))
                    ? new Found.Done(null)
                    : new Found.NotDone();
            case DELETE -> ok.object().get("_data") instanceof Map<?, ?> data && "revoked".equals(data.get("type"))
                    ? new Found.Done(null)
                    : new Found.NotDone();
            default -> new Found.Unknown();
        };
    }
}
