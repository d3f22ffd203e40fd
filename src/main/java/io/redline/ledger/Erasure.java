package io.redline.ledger;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.redline.event.Event;

/** What remains of something told when the text of a deleted message has to go: everything but what people wrote. */
final class Erasure {

    private Erasure() {
    }

    static Fact of(Fact fact) {
        var erased = Fact.of(fact.key(), of(fact.tellings().get(0)));
        for (var telling : fact.tellings().subList(1, fact.tellings().size())) {
            erased = erased.with(of(telling));
        }
        return erased;
    }

    static Telling of(Telling telling) {
        var event = telling.event();
        if (event instanceof Event.Posted p) {
            event = new Event.Posted(p.instance(), p.messenger(), p.at(), p.chat(), p.messageId(), p.direction(),
                    p.sender(), p.type(), null, null, p.replyTo(), p.byApi(), p.epoch());
        } else if (event instanceof Event.Edited e) {
            event = new Event.Edited(e.instance(), e.messenger(), e.at(), e.chat(), e.target(), e.eventId(),
                    e.direction(), e.by(), null, e.variant(), e.byReceipt());
        } else if (event instanceof Event.Reaction r) {
            // A tally names the options of the poll, which are its text.
            event = new Event.Reaction(r.instance(), r.at(), r.chat(), r.target(), r.eventId(), r.direction(), r.by(),
                    r.emoji(), null);
        }
        return new Telling(telling.source(), telling.receivedAt(), event);
    }

    /** The same for what was or is to be sent. */
    static Map<String, Object> of(Map<String, Object> data) {
        var erased = new LinkedHashMap<>(data);
        erased.replace("text", null);
        erased.replace("media", null);
        erased.remove("votes");
        erased.remove("previousText");
        if (erased.get("change") instanceof Map<?, ?> change) {
            var kept = new LinkedHashMap<String, Object>();
            change.forEach((key, value) -> {
                if (!List.of("text", "previousText", "votes").contains(key)) {
                    kept.put((String) key, value);
                }
            });
            erased.put("change", kept);
        }
        return erased;
    }
}
