package io.redline.ledger;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.redline.event.Chat;
import io.redline.event.Direction;
import io.redline.event.Event;
import io.redline.event.EventKey;
import io.redline.event.Person;
import io.redline.event.Source;

/**
 * A history of one account, told sentence by sentence: what happened, then what is to be said of it. Unless said otherwise,
 * things happen at second 0 in the chat {@value #CHAT}, and a webhook tells of them a second later.
 */
final class Histories {

    /** 2023-11-14T22:13:20Z, the second 0 of every history. */
    static final long START = 1_700_000_000_000L;
    static final String CHAT = "peer@c.us";
    static final String OTHER_CHAT = "other@c.us";
    /** 2100-01-01. */
    static final long YEAR_2100 = 4_102_444_800_000L;

    private enum Kind {
        POSTED, EDITED, DELETED, STATUS, REACTION, CHAT_ALIAS
    }

    /** One sentence. */
    private static final class Sentence {
        Kind kind;
        String target;
        String eventId = "";
        String text;
        String messenger = "whatsapp";
        Long at = START;
        Long receivedAt;
        Chat chat = new Chat(CHAT, null, null);
        Direction direction;
        Source source = Source.WEBHOOK;
        Person by;
        String description;
        String participant;
        String variant;
        String replyTo;
        Boolean byApi;
        Boolean byReceipt;
        Integer epoch;
        Map<String, Object> media;

        Telling telling() {
            Event event = switch (kind) {
                case POSTED -> new Event.Posted(null, messenger, at, chat, target, direction, by, "text", text, media,
                        replyTo, byApi, epoch);
                case EDITED -> new Event.Edited(null, messenger, at, chat, target, eventId, direction, by, text,
                        variant, byReceipt);
                case DELETED -> new Event.Deleted(null, messenger, at, chat, target, eventId, direction, by);
                case STATUS -> new Event.Status(null, messenger, at, chat, target, text, description, participant,
                        byApi);
                case REACTION -> new Event.Reaction(null, at, chat, target, eventId, direction, by, text, null);
                case CHAT_ALIAS -> new Event.ChatAlias(null, at, target, chat);
            };
            return new Telling(source, receivedAt != null ? receivedAt : (at == null ? START : at) + 1_000, event);
        }
    }

    private final List<Sentence> sentences = new ArrayList<>();

    static Histories history() {
        return new Histories();
    }

    Histories posted(String id, String text) {
        return sentence(Kind.POSTED, id, "", text);
    }

    Histories edited(String target, String eventId, String text) {
        return sentence(Kind.EDITED, target, eventId, text);
    }

    Histories deleted(String target, String eventId) {
        return sentence(Kind.DELETED, target, eventId, null);
    }

    Histories status(String target, String word) {
        return sentence(Kind.STATUS, target, "", word);
    }

    Histories reacted(String target, String eventId, String emoji) {
        return sentence(Kind.REACTION, target, eventId, emoji);
    }

    Histories chatAlias(String seen, String canonical) {
        return sentence(Kind.CHAT_ALIAS, seen, "", null).in(canonical);
    }

    private Histories sentence(Kind kind, String target, String eventId, String text) {
        var sentence = new Sentence();
        sentence.kind = kind;
        sentence.target = target;
        sentence.eventId = eventId;
        sentence.text = text;
        sentences.add(sentence);
        return this;
    }

    private Sentence last() {
        return sentences.get(sentences.size() - 1);
    }

    /** When it happened, in seconds after the start. */
    Histories at(double seconds) {
        return dated(START + Math.round(seconds * 1_000));
    }

    /** When it happened as claimed, in UNIX milliseconds; {@code null} if that is not told. */
    Histories dated(Long millis) {
        last().at = millis;
        if (millis == null || millis >= YEAR_2100) {
            last().receivedAt = START + 1_000;
        }
        return this;
    }

    /** When we heard of it, in seconds after the start. */
    Histories heardAt(double seconds) {
        last().receivedAt = START + Math.round(seconds * 1_000);
        return this;
    }

    /** Told by a journal read at that second. */
    Histories readInJournalAt(double seconds) {
        last().source = Source.JOURNAL;
        return heardAt(seconds);
    }

    Histories toldBy(Source source) {
        last().source = source;
        return this;
    }

    Histories in(String chat) {
        last().chat = new Chat(chat, null, null);
        return this;
    }

    Histories inChatNamed(String name) {
        last().chat = new Chat(last().chat.id(), name, null);
        return this;
    }

    Histories withoutChat() {
        last().chat = null;
        return this;
    }

    Histories outgoing() {
        last().direction = Direction.OUTGOING;
        return this;
    }

    Histories incoming() {
        last().direction = Direction.INCOMING;
        return this;
    }

    Histories by(String id, String name) {
        last().by = new Person(id, name);
        return this;
    }

    Histories onMax() {
        last().messenger = "max";
        return this;
    }

    Histories onTelegram() {
        last().messenger = "telegram";
        return this;
    }

    Histories byApi() {
        last().byApi = true;
        return outgoing();
    }

    Histories described(String description) {
        last().description = description;
        return this;
    }

    Histories ofParticipant(String participant) {
        last().participant = participant;
        return this;
    }

    Histories variant(String variant) {
        last().variant = variant;
        return this;
    }

    /** The gateway gives edits no time. */
    Histories inOrderOfReceipt() {
        last().byReceipt = true;
        last().at = null;
        return this;
    }

    Histories replyingTo(String id) {
        last().replyTo = id;
        return this;
    }

    Histories afterAuthorisation(int epoch) {
        last().epoch = epoch;
        return this;
    }

    Histories with(String name, Object value) {
        last().media = Map.of(name, value);
        return this;
    }

    List<Telling> tellings() {
        return sentences.stream().map(Sentence::telling).toList();
    }

    /** All that was told, as facts. */
    static Collection<Fact> facts(Collection<Telling> tellings) {
        Map<EventKey, Fact> facts = new LinkedHashMap<>();
        for (var telling : tellings) {
            facts.merge(telling.event().key(), Fact.of(telling.event().key(), telling), (a, b) -> a.with(telling));
        }
        return facts.values();
    }

    Merge.Result result() {
        return Merge.of(facts(tellings()), false);
    }

    Merge.Result resultErasing() {
        return Merge.of(facts(tellings()), true);
    }

    /** The message as it stands, which is the only one of that id and chat. */
    MessageView message(String id) {
        return message(CHAT, id);
    }

    MessageView message(String chat, String id) {
        var view = result().messages().get(new Node(chat, id));
        if (view == null) {
            throw new AssertionError("There is no message " + id + " in " + chat + " but "
                    + result().messages().keySet());
        }
        return view;
    }
}
