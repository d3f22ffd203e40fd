package io.redline.command;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import io.redline.account.Account;
import io.redline.call.Answer;
import io.redline.call.Call;
import io.redline.call.GatewayCalls;
import io.redline.ledger.Standing;

/**
 * GREEN-API: WhatsApp, MAX and Telegram. It takes what cannot work with 200 and says so by a status later, if at all; so what can
 * be known is said at once. Threadsafe.
 *
 * @see <a href="https://green-api.com/en/docs/api/sending/">GREEN-API: sending</a>
 */
@Singleton
class GreenApiRules implements GatewayRules {

    private static final Duration EDIT_WINDOW = Duration.ofMinutes(15);
    private static final Duration EDIT_WINDOW_OF_TELEGRAM = Duration.ofHours(48);
    private static final Duration DELETE_WINDOW = Duration.ofHours(72);
    private static final int LONGEST_TEXT = 20_000;
    private static final Map<String, Integer> LONGEST_TEXTS = Map.of("max", 4_000, "telegram", 4_096);
    /** How far journals may be behind, and a margin. */
    private static final Duration LAG = Duration.ofSeconds(150);
    /** An operator who edits does not wait long for how long the queue is; if it is not known, the gateway has the word. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration QUEUE_IS_KNOWN_FOR = Duration.ofSeconds(2);
    private static final Duration SETTINGS_ARE_KNOWN_FOR = Duration.ofMinutes(10);
    private static final long SHORTEST_SPACING = 500;

    private final GatewayCalls calls;
    private final Clock clock;
    private final Map<String, Known> queued = new ConcurrentHashMap<>();
    private final Map<String, Known> spacing = new ConcurrentHashMap<>();

    /** A number that was asked for, and when. */
    private record Known(long value, Instant at) {
        boolean isFresh(Duration time, Instant now) {
            return now.isBefore(at.plus(time));
        }
    }

    @Inject
    GreenApiRules(GatewayCalls calls) {
        this(calls, Clock.systemUTC());
    }

    GreenApiRules(GatewayCalls calls, Clock clock) {
        this.calls = calls;
        this.clock = clock;
    }

    @Override
    public String gateway() {
        return "green-api";
    }

    @Override
    public Set<Kind> kinds() {
        return Set.of(Kind.SEND, Kind.EDIT, Kind.DELETE, Kind.ARCHIVE, Kind.UNARCHIVE);
    }

    @Override
    public @Nullable Refusal refusal(Request request, @Nullable Standing message, Instant now, Duration delay) {
        return judge(request, message, now, delay);
    }

    static @Nullable Refusal judge(Request request, @Nullable Standing message, Instant now, Duration delay) {
        var messenger = message == null ? null : message.messenger();
        var text = request.text();
        var longest = messenger == null ? LONGEST_TEXT : LONGEST_TEXTS.getOrDefault(messenger, LONGEST_TEXT);
        if (text != null && text.codePointCount(0, text.length()) > longest) {
            return new Refusal("text-length", "The text is longer than the " + longest + " characters that "
                    + (messenger == null ? "the gateway" : messenger) + " takes.");
        }
        if (message == null) {
            return null;
        }
        return switch (request.kind()) {
            case EDIT -> edit(message, messenger, now, delay);
            case DELETE -> delete(request, message, now);
            default -> null;
        };
    }

    private static @Nullable Refusal edit(Standing message, @Nullable String messenger, Instant now, Duration delay) {
        if (message.type() != null && !message.type().equals("text")) {
            return new Refusal("text-only", "Only texts can be edited, and the message is of the type "
                    + message.type() + ".");
        }
        if ("whatsapp".equals(messenger) && Boolean.FALSE.equals(message.byApi())) {
            return new Refusal("sent-by-api-only", "The message was sent from the phone; of WhatsApp only what was sent"
                    + " by API can be edited.");
        }
        var telegram = "telegram".equals(messenger);
        var window = telegram ? EDIT_WINDOW_OF_TELEGRAM : EDIT_WINDOW;
        return isOver(message, window, now.plus(delay))
                ? new Refusal("edit-window", "The message can be edited until "
                        + (telegram ? "48 hours" : "15 minutes") + " after it was sent; that is over"
                        + (delay.isZero() ? "." : " by the time the gateway's send queue would get to it."))
                : null;
    }

    private static @Nullable Refusal delete(Request request, Standing message, Instant now) {
        return !Boolean.TRUE.equals(request.options().get("onlySenderDelete")) && isOver(message, DELETE_WINDOW, now)
                ? new Refusal("delete-window", "The message can be deleted for everyone until 72 hours after it was"
                        + " sent; that is over. With onlySenderDelete=true it goes for the sender alone.")
                : null;
    }

    private static boolean isOver(Standing message, Duration window, Instant then) {
        var sentAt = message.sentAt();
        return sentAt != null && !then.isBefore(Instant.ofEpochMilli(sentAt).plus(window));
    }

    /** Edits wait in the queue of what is sent, one after the other. */
    @Override
    public Duration delay(Account account, Kind kind) {
        var waiting = known(queued, QUEUE_IS_KNOWN_FOR, account, "showMessagesQueue",
                answer -> (long) answer.list().size());
        return waiting == 0
                ? Duration.ZERO
                : Duration.ofMillis(waiting * known(spacing, SETTINGS_ARE_KNOWN_FOR, account, "getSettings",
                        answer -> answer.object().get("delaySendMessagesMilliseconds") instanceof Number number
                                ? Math.max(number.longValue(), SHORTEST_SPACING)
                                : SHORTEST_SPACING));
    }

    private long known(Map<String, Known> all, Duration time, Account account, String method,
            ToLongFunction<Answer.Ok> read) {
        var known = all.get(account.name());
        if (known != null && known.isFresh(time, clock.instant())) {
            return known.value();
        }
        if (calls.ask(Call.of(account, method).patience(PATIENCE)) instanceof Answer.Ok ok) {
            var value = read.applyAsLong(ok);
            all.put(account.name(), new Known(value, clock.instant()));
            return value;
        }
        return known == null ? 0 : known.value();
    }

    /** It tells of what everybody in the chat sees. */
    @Override
    public boolean tells(Request request) {
        return switch (request.kind()) {
            case SEND, EDIT -> true;
            case DELETE -> !Boolean.TRUE.equals(request.options().get("onlySenderDelete"));
            default -> false;
        };
    }

    @Override
    public @Nullable String made(Command command, Answer.Ok answer) {
        return answer.object().get("idMessage") instanceof String id && !id.isEmpty() ? id : null;
    }

    /** By getMessage: the original, with what became of it. */
    @Override
    public Found found(Command command, @Nullable Answer answer) {
        if (!(answer instanceof Answer.Ok ok) || ok.object().isEmpty()) {
            return new Found.Unknown();
        }
        var entry = ok.object();
        return switch (command.request().kind()) {
            case EDIT -> Boolean.TRUE.equals(entry.get("isEdited")) && texts(entry).contains(command.request().text())
                    ? new Found.Done(id(entry.get("editedMessageId")))
                    : new Found.NotDone();
            case DELETE -> Boolean.TRUE.equals(entry.get("isDeleted"))
                    ? new Found.Done(id(entry.get("deletedMessageId")))
                    : new Found.NotDone();
            default -> new Found.Unknown();
        };
    }

    private static List<String> texts(Map<?, ?> entry) {
        return Stream.of(entry.get("textMessage"), entry.get("caption"))
                .filter(String.class::isInstance).map(String.class::cast).toList();
    }

    private static @Nullable String id(@Nullable Object member) {
        return member instanceof String id && !id.isEmpty() ? id : null;
    }

    @Override
    public Duration lag() {
        return LAG;
    }
}
