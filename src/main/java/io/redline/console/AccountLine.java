package io.redline.console;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * An account as it is shown.
 *
 * @param heard when the last notification came in, of those that were looked at
 * @param read when the last completed pass over its journals began
 * @param problem why there is none
 * @param missing names of settings that the gateway has not as they should be
 */
record AccountLine(String name, String path, String gateway, String instance, String intake, @Nullable String state,
        boolean well, @Nullable Moment stateAt, @Nullable Moment heard, boolean journal, @Nullable Moment read,
        @Nullable String problem, List<String> missing, @Nullable String note, @Nullable String stopped, Plot drift) {

    static AccountLine of(Map<String, Object> json, @Nullable Long heard, Plot drift) {
        var reconciled = json.get("reconciled") instanceof Map<?, ?> map ? map : Map.of();
        var settings = json.get("settings") instanceof Map<?, ?> map ? map : Map.of();
        var state = Json.text(json, "state");
        return new AccountLine(Json.known(json, "name"), Paths.account(Json.known(json, "name")),
                Json.known(json, "gateway"), Json.known(json, "instance"), Json.known(json, "intake"), state,
                AccountState.isWell(state), Moment.ofNullable(json.get("stateAt")),
                heard == null ? null : Moment.of(heard), Boolean.TRUE.equals(json.get("journal")),
                Moment.ofNullable(reconciled.get("completedAt")), text(reconciled.get("problem")),
                settings.get("missing") instanceof List<?> names
                        ? names.stream().map(String::valueOf).toList()
                        : List.of(),
                text(settings.get("note")), Json.text(json, "stopped"), drift);
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }
}
