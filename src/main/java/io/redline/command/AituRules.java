package io.redline.command;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import io.redline.call.Answer;
import io.redline.call.Failure;
import io.redline.gateway.aitu.AituLimits;
import io.redline.ledger.Standing;

/**
 * Aitu's bot API. It takes what its rules forbid with 200 and never says so: all that can be known is said before. Of an edit it
 * may tell, of a delete never; so these end as taken and unverified. Nothing can be read there. Threadsafe.
 */
@Singleton
class AituRules implements GatewayRules {

    /** What nobody heard the answer of is asked again so often: an edit or delete done twice is one done once. */
    private static final int MOST_ATTEMPTS = 3;

    @Override
    public String gateway() {
        return "aitu";
    }

    @Override
    public Set<Kind> kinds() {
        return Set.of(Kind.SEND, Kind.EDIT, Kind.DELETE);
    }

    @Override
    public @Nullable Refusal refusal(Request request, @Nullable Standing message, Instant now, Duration delay) {
        return judge(request, message, now.plus(delay));
    }

    /** Its ids are the same in capitals, but the ledger has them in small letters. */
    @Override
    public Request kept(Request request) {
        var message = request.message();
        return new Request(request.account(), request.kind(), AituLimits.canonical(request.chat()),
                message == null ? null : AituLimits.canonical(message), request.text(), request.options(),
                request.operator(), request.key());
    }

    static @Nullable Refusal judge(Request request, @Nullable Standing message, Instant then) {
        if (Boolean.TRUE.equals(request.options().get("onlySenderDelete"))) {
            return new Refusal("unsupported", "Aitu deletes for everyone only: leave onlySenderDelete out.");
        }
        if (request.kind() == Kind.EDIT && message != null && message.forwarded()) {
            return new Refusal("forwarded", "Aitu edits no message that was forwarded.");
        }
        var chat = request.chat();
        // An edit may be named instead of the message itself.
        var id = message == null ? Objects.requireNonNullElse(request.message(), "") : message.messageId();
        var limit = switch (request.kind()) {
            case EDIT -> AituLimits.ofEdit(chat, id, then);
            case DELETE -> AituLimits.ofDelete(chat, id, then);
            default -> AituLimits.ofChat(chat);
        };
        if (limit == null && request.text() != null) {
            limit = AituLimits.ofContent(request.text());
        }
        if (limit == null && request.options().get("replyTo") instanceof String replyTo) {
            limit = AituLimits.ofReply(replyTo);
        }
        return limit == null ? null : new Refusal(limit.rule(), limit.sentence());
    }

    @Override
    public @Nullable String messageId(Command command, @Nullable Standing message) {
        return message == null ? command.request().message() : message.messageId();
    }

    /** It tells the id of what was sent. */
    @Override
    public boolean tells(Request request) {
        return request.kind() == Kind.SEND;
    }

    /** But not its text, nor anything else of it. */
    @Override
    public boolean tellsWhatWasSent() {
        return false;
    }

    @Override
    public Found found(Command command, @Nullable Answer answer) {
        return isRepeatable(command.request().kind()) && command.attempts() < MOST_ATTEMPTS
                ? new Found.NotDone()
                : new Found.Unknown();
    }

    /** Of a delete that was tried before, without an answer, the message is gone. */
    @Override
    public Found failed(Command command, Answer.Failed failed) {
        return command.request().kind() == Kind.DELETE && command.attempts() > 1
                && failed.failure() == Failure.REFUSED
                && Objects.requireNonNullElse(failed.words(), "").toLowerCase(Locale.ROOT).contains("not found")
                        ? new Found.Done(null)
                        : new Found.NotDone();
    }
}
