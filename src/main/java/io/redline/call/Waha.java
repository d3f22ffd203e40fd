package io.redline.call;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.redline.account.Account;

/**
 * How WAHA is asked. It has paths instead of methods; each has a name here, and what is to be put into it is the argument: ids,
 * encoded once, with a slash between them. What it answers to a change may be anything, and does not mean that it happened.
 *
 * @see <a href="https://waha.devlike.pro/docs/how-to/chats/">WAHA: chats</a>
 */
public final class Waha implements Protocol {

    private static final String CHAT = "/api/{session}/chats/{0}";
    private static final String MESSAGE = CHAT + "/messages/{1}";
    /** Verb and path of each; {0} and {1} are the parts of the argument. */
    private static final Map<String, String> WAYS = Map.ofEntries(
            Map.entry("getSession", "GET /api/sessions/{session}"),
            Map.entry("getChats", "GET /api/{session}/chats"),
            Map.entry("getChatsOverview", "GET /api/{session}/chats/overview"),
            Map.entry("getMessages", "GET " + CHAT + "/messages"), Map.entry("getMessage", "GET " + MESSAGE),
            Map.entry("getLid", "GET /api/{session}/lids/{0}"), Map.entry("sendText", "POST /api/sendText"),
            Map.entry("editMessage", "PUT " + MESSAGE), Map.entry("deleteMessage", "DELETE " + MESSAGE),
            Map.entry("deleteMessages", "DELETE " + CHAT + "/messages"), Map.entry("deleteChat", "DELETE " + CHAT),
            Map.entry("readMessages", "POST " + CHAT + "/messages/read"),
            Map.entry("unreadChat", "POST " + CHAT + "/unread"), Map.entry("pinMessage", "POST " + MESSAGE + "/pin"),
            Map.entry("unpinMessage", "POST " + MESSAGE + "/unpin"),
            Map.entry("archiveChat", "POST " + CHAT + "/archive"),
            Map.entry("unarchiveChat", "POST " + CHAT + "/unarchive"));
    private static final Pattern PLACE = Pattern.compile("\\{(session|\\d)}");
    private static final int READS = 5;
    private static final int CHANGES = 2;

    /** Ids as an argument. */
    public static String argument(String... ids) {
        return Arrays.stream(ids).map(Protocol::encoded).collect(Collectors.joining("/"));
    }

    @Override
    public Method method(Account account, String name) {
        var verb = way(name)[0];
        return new Method(name, verb, verb.equals("GET") ? READS : CHANGES, false);
    }

    private static String[] way(String name) {
        var way = WAYS.get(name);
        if (way == null) {
            throw new IllegalArgumentException("RedlineMethod has to be one of " + WAYS.keySet() + ".");
        }
        return way.split(" ");
    }

    @Override
    public String path(Account account, Method method, @Nullable String argument) {
        var parts = argument == null ? new String[0] : argument.split("/");
        return PLACE.matcher(way(method.name())[1]).replaceAll(place -> {
            if (place.group(1).equals("session")) {
                return Matcher.quoteReplacement(Protocol.encoded(account.instance()));
            }
            var index = Integer.parseInt(place.group(1));
            if (index >= parts.length) {
                throw new IllegalArgumentException(method.name() + " needs a RedlineArgument of " + (index + 1)
                        + " parts.");
            }
            return Matcher.quoteReplacement(parts[index]);
        });
    }

    @Override
    public Answer meaning(Account account, Method method, String token, int status, byte[] body) {
        if (status / 100 == 2) {
            return taken(method, status, body);
        }
        var error = Said.json(body) instanceof Map<?, ?> object ? object : Map.of();
        var said = said(error);
        var words = Said.words(said, token);
        var property = "redline.accounts." + account.name();
        return switch (status) {
            case 401, 403 -> Said.failed(Failure.DENIED, status, "The gateway refuses " + method.name() + " with "
                    + status + ": check " + property + ".token, and what that key may do. Until then it is asked once"
                    + " an hour.", words);
            case 404 -> Said.failed(said.startsWith("Cannot ") ? Failure.INVALID : Failure.REFUSED, status,
                    "The gateway did not find what " + method.name() + " is about.", words);
            case 422 -> unprocessable(method, property, error, words);
            case 429 -> Said.failed(Failure.TOO_FAST, status, "The gateway's rate of " + method.name()
                    + " is used up: it is asked again later.", words);
            case 501 -> Said.failed(Failure.REFUSED, status, "The engine of the session does not know "
                    + method.name() + ".", words);
            default -> status >= 500 ? broken(method, status, said, words) : Said.invalid(method, status, words);
        };
    }

    /** An empty body, a word or an object: only what was asked for has to be JSON. */
    private static Answer taken(Method method, int status, byte[] body) {
        var answer = Said.taken(method, status, body);
        return answer instanceof Answer.Unreadable && !method.verb().equals("GET") ? new Answer.Ok(null, body) : answer;
    }

    private static Answer unprocessable(Method method, String property, Map<?, ?> error, @Nullable String words) {
        if (error.get("status") instanceof String session) {
            return session.equals("STARTING")
                    ? Said.failed(Failure.STARTING, 422, "The session starts; it is asked again.", words)
                    : Said.failed(Failure.NOT_AUTHORIZED, 422, "The session is not WORKING: look at it in the gateway's"
                            + " dashboard. It is asked again.", words);
        }
        return error.containsKey("session")
                ? Said.failed(Failure.INVALID, 422, "The gateway has no such session: check " + property
                        + ".instance and .url.", words)
                : Said.failed(Failure.REFUSED, 422, "The gateway does not do " + method.name() + ".", words);
    }

    /** What it cannot understand it calls an error of its own. */
    private static Answer broken(Method method, int status, String said, @Nullable String words) {
        if (said.contains("Message id be in format")) {
            return Said.invalid(method, status, words);
        }
        return method.name().equals("deleteMessage") && said.contains("(reading 'id')")
                ? Said.failed(Failure.REFUSED, status, "The gateway does not find the message: it may be deleted"
                        + " already.", words)
                : Said.unavailable(method, status, words);
    }

    /** What it says of an error, in any of its shapes; never the request that it repeats beside. */
    private static String said(Map<?, ?> error) {
        var exception = error.get("exception") instanceof Map<?, ?> inner ? inner.get("message") : null;
        return Stream.of(exception, error.get("message"), error.get("error")).filter(Objects::nonNull).findFirst()
                .map(String::valueOf).orElse("");
    }
}
