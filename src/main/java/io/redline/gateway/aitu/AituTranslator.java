package io.redline.gateway.aitu;

import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.redline.event.Chat;
import io.redline.event.Direction;
import io.redline.event.Event;
import io.redline.event.EventJson;
import io.redline.event.Person;
import io.redline.event.Unreadable;
import io.redline.gateway.Fields;

/**
 * Translates updates of Aitu's bot API, each parsed as a JSON object, into events. Each method is named by what a branch of the
 * router says has happened. Lenient: unknown members are ignored, missing ones are unknown. Threadsafe.
 * <p>
 * A chat, and who writes in it, is {@code TYPE:uuid}, for the type of a peer has to be said wherever its id is.
 *
 * @see <a href="https://btsdigital.github.io/bot-api-contract/">BTS Digital: bot API contract</a>
 */
public final class AituTranslator {

    private static final String MESSENGER = "aitu";
    private static final Map<String, String> TYPES = Map.of("Image", "image", "Gif", "image", "Video", "video",
            "Audio", "audio", "Music", "audio", "Document", "document", "RegisteredContact", "contact",
            "UnregisteredContact", "contact");

    /**
     * A message was posted, or sent by a form, which Aitu tells as {@code FormMessageSent} only.
     *
     * @param bot the id of the account, which tells its own messages from those of others
     * @throws Unreadable without the ids of message and dialog
     */
    public Event posted(Map<?, ?> update, @Nullable String bot) {
        var fields = new Fields(update);
        var id = message(fields, "messageId");
        var author = author(fields);
        var at = at(fields.word("sentAt"));
        var text = fields.text("content");
        return new Event.Posted(null, MESSENGER, at != null ? at : Uuids.millis(id), dialog(fields), id,
                direction(author, bot), person(author), type(fields), text != null ? text : fields.text("message"),
                media(fields), optional(fields.word("replyToMessageId")), null, null);
    }

    /**
     * A message was edited. Aitu says neither when nor by what id but that of the update: the order of receipt has to do.
     *
     * @param bot the id of the account
     * @throws Unreadable without the ids of message and dialog
     */
    public Event edited(Map<?, ?> update, @Nullable String bot) {
        var fields = new Fields(update);
        var author = author(fields);
        return new Event.Edited(null, MESSENGER, null, dialog(fields), message(fields, "messageId"), eventId(fields),
                direction(author, bot), person(author), fields.text("content"), null, true);
    }

    /**
     * A message sent through the API got its id. If a command of ours sent it, that one made it.
     *
     * @throws Unreadable without the ids of message and dialog
     */
    public List<Event> idAssigned(Map<?, ?> update) {
        var fields = new Fields(update);
        var id = message(fields, "id");
        var chat = dialog(fields);
        var at = Uuids.millis(id);
        List<Event> events = new ArrayList<>();
        events.add(new Event.Status(null, MESSENGER, at, chat, id, "sent", null, null, true));
        AituCommands.commandId(fields.word("localId")).ifPresent(command -> events.add(
                new Event.Commanded(null, at, chat, id, command, Event.Posted.KIND, id, null)));
        return events;
    }

    /**
     * The account was invited or turned out, a channel has a new reader or administrator, a button was pressed or a form filled.
     *
     * @throws Unreadable without the id of the chat
     */
    public Event chatState(Map<?, ?> update) {
        var fields = new Fields(update);
        var type = fields.word("type");
        var state = switch (type == null ? "" : type) {
            case "InvitedToGroup", "InvitedToChannel" -> "invited";
            case "KickedFromGroup", "KickedFromChannel" -> "kicked";
            case "NewChannelSubscriber" -> "subscribed";
            case "ChannelAdminAdded" -> "admin-added";
            case "ChannelAdminDeleted" -> "admin-deleted";
            case "ChannelPermissionsGranted" -> "permissions-granted";
            case "ChannelPermissionsRevoked" -> "permissions-revoked";
            case "InlineCommandSelected" -> "inline-command-selected";
            case "QuickButtonSelected" -> "quick-button-selected";
            case "FormSubmitted" -> "form-submitted";
            case "FormClosed" -> "form-closed";
            default -> throw new Unreadable("Its type says nothing of a chat.");
        };
        var details = details(fields, "messageId", "formId", "permissions", "metadata", "additionalMetadata",
                "content");
        Stream.of("sender", "peer", "admin").map(fields::object).filter(peer -> !peer.isEmpty()).findFirst()
                .ifPresent(peer -> details.put("person", named(peer)));
        return new Event.ChatState(null, null, place(fields), state, eventId(fields),
                details.isEmpty() ? null : details);
    }

    private static Fields author(Fields fields) {
        var author = fields.object("author");
        return author.isEmpty() ? fields.object("sender") : author;
    }

    private static @Nullable Direction direction(Fields author, @Nullable String bot) {
        var id = author.word("id");
        if (id == null) {
            return null;
        }
        return "BOT".equals(author.word("type")) && id.equalsIgnoreCase(bot) ? Direction.OUTGOING : Direction.INCOMING;
    }

    /** A dialog with a person has that person's name, which only the author tells. */
    private static Chat dialog(Fields fields) {
        var chat = chat(fields.object("dialog"));
        var author = author(fields);
        return chat.name() == null && chat.id().equals(id(author)) ? new Chat(chat.id(), name(author), null) : chat;
    }

    private static Chat chat(Fields peer) {
        var id = id(peer);
        if (id == null) {
            throw new Unreadable("An update does not say of which dialog it is.");
        }
        return new Chat(id, name(peer), null);
    }

    /** Where it happened: what is about groups and channels names them by their ids only. */
    private static Chat place(Fields fields) {
        var group = fields.word("groupId");
        if (group != null) {
            return new Chat("GROUP:" + Uuids.canonical(group), null, null);
        }
        var channel = fields.word("channelId");
        if (channel != null) {
            return new Chat("CHANNEL:" + Uuids.canonical(channel), null, null);
        }
        var peer = fields.object("channel");
        return peer.isEmpty() ? dialog(fields) : chat(peer);
    }

    private static @Nullable String id(Fields peer) {
        var type = peer.word("type");
        var id = peer.word("id");
        return type == null || id == null ? null : type + ":" + Uuids.canonical(id);
    }

    private static @Nullable String name(Fields peer) {
        var name = peer.word("name");
        if (name != null) {
            return name;
        }
        var names = Stream.of("firstName", "lastName").map(peer::word).filter(word -> word != null)
                .collect(Collectors.joining(" "));
        return names.isEmpty() ? peer.word("username") : names;
    }

    private static @Nullable Person person(Fields peer) {
        var id = id(peer);
        var name = name(peer);
        return id == null && name == null ? null : new Person(id, name);
    }

    private static Map<String, Object> named(Fields peer) {
        Map<String, Object> named = new LinkedHashMap<>();
        var id = id(peer);
        var name = name(peer);
        if (id != null) {
            named.put("id", id);
        }
        if (name != null) {
            named.put("name", name);
        }
        return named;
    }

    /** What is claimed goes on to the ledger, which judges it; what is no time at all is unknown. */
    private static @Nullable Long at(@Nullable String sentAt) {
        if (sentAt == null) {
            return null;
        }
        try {
            return ZonedDateTime.parse(sentAt).toInstant().toEpochMilli();
        } catch (DateTimeException | ArithmeticException e) {
            return withoutColon(sentAt);
        }
    }

    /** Java's servers write the zone as +0600 as well. */
    private static @Nullable Long withoutColon(String sentAt) {
        try {
            return OffsetDateTime.parse(sentAt.replaceFirst("([+-]\\d\\d)(\\d\\d)$", "$1:$2")).toInstant()
                    .toEpochMilli();
        } catch (DateTimeException | ArithmeticException e) {
            return null;
        }
    }

    private static List<Fields> attached(Fields fields) {
        return fields.any("media") instanceof List<?> many
                ? many.stream().filter(Map.class::isInstance).map(one -> new Fields((Map<?, ?>) one)).toList()
                : List.of();
    }

    private static String type(Fields fields) {
        var attached = attached(fields);
        return attached.isEmpty() ? "text" : type(attached.get(0).word("type"));
    }

    private static String type(@Nullable String media) {
        return media == null ? "document" : TYPES.getOrDefault(media, media.toLowerCase(Locale.ROOT));
    }

    /** One attachment is told as those of other gateways; of several each stands with its type. */
    private static @Nullable Map<String, Object> media(Fields fields) {
        var attached = attached(fields);
        Map<String, Object> media = new LinkedHashMap<>();
        if (attached.size() == 1) {
            media.putAll(attachment(attached.get(0)));
        } else if (!attached.isEmpty()) {
            var items = new ArrayList<Map<String, Object>>();
            for (var one : attached) {
                Map<String, Object> item = new LinkedHashMap<>();
                item.put("type", type(one.word("type")));
                item.putAll(attachment(one));
                items.add(item);
            }
            media.put("items", items);
        }
        var forwarded = fields.object("forwardMetadata").object("sender");
        if (fields.any("forwardMetadata") instanceof Map) {
            media.put("forwardedFrom", named(forwarded));
        }
        var offered = fields.object("channelPostAuthor");
        if (!offered.isEmpty()) {
            media.put("postedFor", named(offered));
        }
        return media.isEmpty() ? null : media;
    }

    private static Map<String, Object> attachment(Fields one) {
        Map<String, Object> attachment = new LinkedHashMap<>();
        one.members().forEach((name, value) -> {
            if (value != null && !"type".equals(name)) {
                attachment.put("name".equals(name) ? "fileName" : String.valueOf(name), value);
            }
        });
        return attachment;
    }

    private static Map<String, Object> details(Fields fields, String... names) {
        Map<String, Object> details = new LinkedHashMap<>();
        for (var name : names) {
            var value = fields.any(name);
            if (value != null && !"".equals(value)) {
                details.put(name, value);
            }
        }
        return details;
    }

    private static String message(Fields fields, String name) {
        var id = fields.word(name);
        if (id == null) {
            throw new Unreadable("An update has no " + name + ", so that it is not known which message it is about.");
        }
        return Uuids.canonical(id);
    }

    private static @Nullable String optional(@Nullable String id) {
        return id == null ? null : Uuids.canonical(id);
    }

    /** The update's own id; without one, what it says is its identity. */
    private static String eventId(Fields fields) {
        var id = fields.word("updateId");
        return id != null
                ? Uuids.canonical(id)
                : "sha256-" + EventJson.digest(EventJson.write(fields.members())).substring(0, 32);
    }
}
