package io.redline.command;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import io.redline.event.Direction;
import io.redline.event.EventJson;
import io.redline.ledger.LedgerReader;
import io.redline.ledger.Standing;

/** What can be known before a command is sent: when it is taken, and again when it is its turn. */
@Singleton
class Preflight {

    private final LedgerReader ledger;
    private final Map<String, GatewayRules> rules = new HashMap<>();

    /**
     * What was found.
     *
     * @param message what the ledger knows of the message it is about; {@code null} if nothing
     * @param refusal {@code null} if nothing is known against it
     */
    record Judgement(@Nullable Standing message, @Nullable Refusal refusal) {
    }

    @Inject
    Preflight(LedgerReader ledger, @Any Instance<GatewayRules> all) {
        this.ledger = ledger;
        all.forEach(one -> rules.put(one.gateway(), one));
    }

    GatewayRules rules(Request request) {
        return Optional.ofNullable(rules.get(request.account().gateway())).orElseThrow();
    }

    /** The request as it is kept. */
    Request kept(Request request) {
        var gateway = rules.get(request.account().gateway());
        return gateway == null ? request : gateway.kept(request);
    }

    Judgement judge(Request request, Instant now) {
        var unsupported = unsupported(request);
        if (unsupported != null) {
            return new Judgement(null, unsupported);
        }
        var id = request.message();
        var message = id == null
                ? null
                : ledger.standing(request.account(), request.chat(), id).orElse(null);
        var gateway = rules(request);
        var refusal = general(request, message);
        if (refusal == null) {
            refusal = gateway.refusal(request, message, now, Duration.ZERO);
        }
        if (refusal == null && request.kind() == Kind.EDIT) {
            // Asking how long it would wait is worth it only for what nothing else speaks against.
            var delay = gateway.delay(request.account(), request.kind());
            refusal = delay.isZero() ? null : gateway.refusal(request, message, now, delay);
        }
        return new Judgement(message, refusal);
    }

    private @Nullable Refusal unsupported(Request request) {
        var gateway = rules.get(request.account().gateway());
        return gateway != null && gateway.kinds().contains(request.kind())
                ? null
                : new Refusal("unsupported", "The gateway " + request.account().gateway() + " has no "
                        + request.kind().word() + ".");
    }

    /** What holds for all gateways. */
    static @Nullable Refusal general(Request request, @Nullable Standing message) {
        var text = request.text();
        if (request.kind().hasText() && (text == null || text.isBlank())) {
            return new Refusal("text-required",
                    "A text is needed, and not of blanks alone: some gateways would send words of their own.");
        }
        if (text != null && (!EventJson.isWhole(text) || text.indexOf('\0') >= 0)) {
            return new Refusal("text-required", "The text has NUL or half a character, which no messenger takes.");
        }
        if (message == null || !request.kind().isOfMessage()) {
            return null;
        }
        if (message.deleted()) {
            return new Refusal("deleted", "The message was deleted already.");
        }
        var ofOwn = request.kind() == Kind.EDIT || request.kind() == Kind.DELETE;
        return ofOwn && message.direction() == Direction.INCOMING
                ? new Refusal("own-messages-only", "Somebody else wrote the message; only one's own can be edited or"
                        + " deleted.")
                : null;
    }
}
