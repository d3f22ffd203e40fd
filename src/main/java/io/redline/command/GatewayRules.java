package io.redline.command;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.redline.account.Account;
import io.redline.call.Answer;
import io.redline.ledger.Standing;

/**
 * What is known of one gateway's commands. How they are sent stands in {@code routes/gateways/<gateway>-commands.camel.yaml}:
 * the route {@code <gateway>-command} sends one, {@code <gateway>-command-look} reads what became of one that nobody knows of.
 */
interface GatewayRules {

    /** The gateway, as in redline.accounts.*.gateway. */
    String gateway();

    /** What it can do at all. */
    Set<Kind> kinds();

    /** The same request as it is kept: about a message under the id by which the ledger knows it. */
    default Request kept(Request request) {
        return request;
    }

    /**
     * Why a command cannot work, beyond what holds for all gateways ({@link Preflight}).
     *
     * @param message what the ledger knows of the message it is about; {@code null} if nothing
     * @param delay after which the gateway would get to it
     * @return {@code null} if nothing is known against it
     */
    @Nullable
    Refusal refusal(Request request, @Nullable Standing message, Instant now, Duration delay);

    /** How long the gateway lets a command wait before it does it. */
    default Duration delay(Account account, Kind kind) {
        return Duration.ZERO;
    }

    /** The message's id as the gateway wants it. */
    default @Nullable String messageId(Command command, @Nullable Standing message) {
        return command.request().message();
    }

    /** Whether the gateway tells what came of it, so that silence means that something is wrong. */
    boolean tells(Request request);

    /** Whether the gateway tells all of a message that was sent through it, as it does of others. Else we tell it ourselves. */
    default boolean tellsWhatWasSent() {
        return true;
    }

    /** What a failure says of an attempt before, of which nobody heard; unknown is what has to be read. */
    default Found failed(Command command, Answer.Failed failed) {
        return new Found.NotDone();
    }

    /** Whether it does no harm to do it twice. */
    default boolean isRepeatable(Kind kind) {
        return kind != Kind.SEND;
    }

    /** The gateway's id of what was made, from its answer. */
    default @Nullable String made(Command command, Answer.Ok answer) {
        return null;
    }

    /** What came of an attempt of which nobody heard, by what was read. */
    sealed interface Found {

        /** It was done. */
        record Done(@Nullable String made) implements Found {
        }

        /** It was not, as far as the gateway shows by now. */
        record NotDone() implements Found {
        }

        /** That cannot be read. */
        record Unknown() implements Found {
        }
    }

    /**
     * Judge what was read.
     *
     * @param answer to the last call of the route; {@code null} if it made none
     */
    default Found found(Command command, @Nullable Answer answer) {
        return new Found.Unknown();
    }

    /** For how long after it was done it may not be shown yet. */
    default Duration lag() {
        return Duration.ZERO;
    }
}
