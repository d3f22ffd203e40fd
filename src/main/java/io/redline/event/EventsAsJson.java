package io.redline.event;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/** What a translator told, as the JSON that other programs get: an array of events. For kamelets. Threadsafe. */
public final class EventsAsJson {

    /**
     * Write it.
     *
     * @param told an event, several, or {@code null} for none
     */
    public String of(@Nullable Object told) {
        Collection<?> events = told == null
                ? List.of()
                : told instanceof Collection<?> several ? several : List.of(told);
        // One by one: of a list Jackson would not say which kind each is.
        return events.stream().map(EventJson::write).collect(Collectors.joining(",", "[", "]"));
    }
}
