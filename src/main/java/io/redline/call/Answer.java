package io.redline.call;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/** What a gateway answered. Nothing in it holds a token. */
public sealed interface Answer {

    /** The word in routes and metrics. */
    String word();

    /**
     * It did what it was asked.
     *
     * @param json the answer as maps, lists, text, numbers and booleans; {@code null} if it is empty or JSON's null
     * @param bytes the same, verbatim
     */
    record Ok(@Nullable Object json, byte[] bytes) implements Answer {

        @Override
        public String word() {
            return "ok";
        }

        /** The answer as an object; empty if it is none. */
        public Map<?, ?> object() {
            return json instanceof Map<?, ?> object ? object : Map.of();
        }

        /** The answer as a list; empty if it is none. */
        public List<?> list() {
            return json instanceof List<?> list ? list : List.of();
        }
    }

    /**
     * It did not.
     *
     * @param status the HTTP status, 0 if there is none
     * @param sentence ours, fit for a log
     * @param words the gateway's, for the one who asked; they may quote what was sent
     */
    record Failed(Failure failure, int status, String sentence, @Nullable String words) implements Answer {

        @Override
        public String word() {
            return failure.word();
        }
    }

    /** It answered 200 with what is no JSON; the bytes are the gateway's. */
    record Unreadable(int status, byte[] bytes, String sentence) implements Answer {

        @Override
        public String word() {
            return Failure.UNREADABLE.word();
        }
    }
}
