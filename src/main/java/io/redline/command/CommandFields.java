package io.redline.command;

import java.util.LinkedHashMap;
import java.util.Map;

/** Makes what is posted to a gateway of the fields of a command, for routes. */
public final class CommandFields {

    /**
     * Some fields of a command by the gateway's names.
     *
     * @param command the variable of this name
     * @param names pairs of the gateway's name and ours, as in {@code "chatId=chat message=text"}; what a command does not have is
     *        left out
     */
    public Map<String, Object> of(Map<String, Object> command, String names) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (var pair : names.strip().split("\\s+")) {
            var equals = pair.indexOf('=');
            var name = pair.substring(0, equals < 0 ? pair.length() : equals);
            var value = command.get(pair.substring(equals + 1));
            if (value != null) {
                fields.put(name, value);
            }
        }
        return fields;
    }
}
