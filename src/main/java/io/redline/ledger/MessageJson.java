package io.redline.ledger;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.redline.account.Account;
import io.redline.event.Chat;
import io.redline.event.Direction;
import io.redline.event.Event;
import io.redline.event.Person;
import io.redline.ledger.MessageView.Original;

/** The JSON that the API shows and endpoints get: docs/architecture.md §5. Times are ISO 8601 in UTC. */
final class MessageJson {

    private MessageJson() {
    }

    static Map<String, Object> of(Account account, MessageView view, long revision, boolean withVersions) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("account", account.name());
        json.put("gateway", account.gateway());
        json.put("messageId", view.messageId());
        json.put("chatId", view.chat().id());
        json.put("chat", chat(view.chat()));
        json.put("sender", person(view.sender()));
        json.put("direction", direction(view.direction()));
        json.put("sentAt", time(view.sentAt()));
        json.put("type", view.type());
        json.put("text", view.text());
        if (!view.textKnown()) {
            json.put("textKnown", false);
        }
        json.put("media", view.media());
        json.put("replyTo", view.replyTo());
        json.put("edited", view.edited());
        json.put("deleted", view.deleted());
        json.put("status", view.status().status());
        json.put("statusAt", time(view.status().at()));
        json.put("statusDescription", view.status().description());
        json.put("original", view.original().name().toLowerCase(Locale.ROOT));
        json.put("revision", revision);
        if (!view.receipts().isEmpty()) {
            var receipts = new ArrayList<>();
            for (var receipt : view.receipts()) {
                Map<String, Object> one = new LinkedHashMap<>();
                one.put("participant", receipt.participant());
                one.put("status", receipt.status());
                one.put("at", time(receipt.at()));
                receipts.add(one);
            }
            json.put("receipts", receipts);
        }
        if (!view.reactions().isEmpty()) {
            var reactions = new ArrayList<>();
            for (var reaction : view.reactions()) {
                Map<String, Object> one = new LinkedHashMap<>();
                one.put("by", reaction.by());
                one.put("emoji", reaction.emoji());
                one.put("at", time(reaction.at()));
                reactions.add(one);
            }
            json.put("reactions", reactions);
        }
        if (view.votes() != null) {
            json.put("votes", view.votes());
        }
        if (withVersions) {
            json.put("versions", view.versions().stream().map(MessageJson::version).toList());
        }
        return json;
    }

    /** What stays of a message that turned out to be known under another id. */
    static Map<String, Object> moved(Account account, Node from, Node to, long revision) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("account", account.name());
        json.put("gateway", account.gateway());
        json.put("messageId", from.id());
        json.put("chatId", from.chat());
        json.put("aliasOf", Map.of("messageId", to.id(), "chatId", to.chat()));
        json.put("original", Original.MISSING.name().toLowerCase(Locale.ROOT));
        json.put("revision", revision);
        return json;
    }

    private static Map<String, Object> version(Version version) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("version", version.version());
        json.put("kind", version.kind());
        json.put("text", version.text());
        json.put("at", time(version.at()));
        if (version.doubtful()) {
            json.put("atDoubtful", true);
        }
        json.put("eventId", version.eventId());
        json.put("by", version.by());
        json.put("byName", version.byName());
        json.put("source", version.source().word());
        json.put("applied", version.applied());
        if (version.commandId() != null) {
            json.put("commandId", version.commandId());
        }
        if (version.status() != null) {
            json.put("status", version.status());
            json.put("statusDescription", version.statusDescription());
        }
        return json;
    }

    /** What happened, as endpoints and {@code GET /api/events} see it. */
    static Map<String, Object> change(StoredFact stored) {
        var fact = stored.fact;
        var key = fact.key();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", String.valueOf(stored.eventId));
        json.put("kind", key.kind());
        json.put("eventId", key.eventId().isEmpty() ? null : key.eventId());
        json.put("at", time(fact.at()));
        json.put("receivedAt", time(fact.receivedAt()));
        json.put("source", fact.best().source().word());
        var event = fact.best().event();
        if (event instanceof Event.Change) {
            var by = fact.best(Event.Change.class, Event.Change::by);
            json.put("by", by == null ? null : by.id());
            json.put("byName", by == null ? null : by.name());
        }
        if (event instanceof Event.OfMessage about) {
            json.put("target", about.target());
        }
        if (event instanceof Event.Edited) {
            json.put("text", fact.best(Event.Edited.class, Event.Edited::text));
        } else if (event instanceof Event.Status status) {
            json.put("chatId", key.chat().isEmpty() ? null : key.chat());
            json.put("status", status.status());
            json.put("description", fact.best(Event.Status.class, Event.Status::description));
            json.put("participant", status.participant());
        } else if (event instanceof Event.Reaction reaction) {
            json.put("by", reaction.by() == null ? null : reaction.by().id());
            json.put("emoji", reaction.emoji());
            json.put("votes", reaction.votes());
        } else if (event instanceof Event.Call call) {
            json.put("chat", chat(call.chat()));
            json.put("direction", direction(call.direction()));
            json.put("state", call.state());
            json.put("details", call.details());
        } else if (event instanceof Event.ChatState chat) {
            json.put("chat", chat(chat.chat()));
            json.put("state", chat.state());
            if (chat.details() != null) {
                json.put("details", chat.details());
            }
        } else if (event instanceof Event.AccountState account) {
            json.put("aspect", account.aspect());
            json.put("state", account.state());
            json.put("details", account.details());
        } else if (event instanceof Event.Commanded commanded) {
            json.put("by", commanded.operator());
            json.put("commandId", commanded.commandId());
            json.put("made", commanded.made());
            json.put("madeId", fact.best(Event.Commanded.class, Event.Commanded::madeId));
        } else if (event instanceof Event.CommandEnd end) {
            json.put("chatId", key.chat());
            json.put("commandId", end.commandId());
            json.put("command", end.command());
            json.put("target", end.target());
            json.put("state", end.state());
            json.put("by", end.operator());
            json.put("description", end.description());
        } else if (event instanceof Event.Unrecognised unrecognised) {
            json.put("reason", unrecognised.reason());
        }
        return json;
    }

    static @Nullable String time(@Nullable Long millis) {
        return millis == null ? null : Instant.ofEpochMilli(millis).toString();
    }

    private static @Nullable String direction(@Nullable Direction direction) {
        return direction == null ? null : direction.name().toLowerCase(Locale.ROOT);
    }

    private static @Nullable Map<String, Object> person(@Nullable Person person) {
        if (person == null) {
            return null;
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", person.id());
        json.put("name", person.name());
        return json;
    }

    private static @Nullable Map<String, Object> chat(@Nullable Chat chat) {
        if (chat == null) {
            return null;
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", chat.id());
        json.put("name", chat.name());
        json.put("phone", chat.phone());
        return json;
    }
}
