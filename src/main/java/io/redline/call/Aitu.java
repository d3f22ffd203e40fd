package io.redline.call;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.redline.account.Account;

/**
 * How Aitu's bot API is asked. Its documents name neither a rate nor the shape of an error: it is asked gently, the status decides,
 * and what it says is looked for in JSON as in text.
 *
 * @see <a href="https://btsdigital.github.io/bot-api-contract/makerequests.html">BTS Digital: making requests</a>
 */
public final class Aitu implements Protocol {

    /** What has a path of its own; all others are commands. */
    private static final Map<String, String> PATHS = Map.of("retrieveUpdate", "/updates", "getMe", "/getMe",
            "getWebhookInfo", "/webhook", "setWebhook", "/webhook", "deleteWebhook", "/webhook");
    private static final Map<String, String> VERBS = Map.of("retrieveUpdate", "GET", "getMe", "GET", "getWebhookInfo",
            "GET", "deleteWebhook", "DELETE");
    /** Words of the platform's rules: what they forbid is not about the form of the request. */
    private static final Pattern RULE = Pattern.compile(
            "not found|\\bbann|\\bblock|permission|not allowed|forbidden|owner|member|subscriber|too old|\\bago\\b");
    private static final Map<String, Integer> RATES = Map.of("retrieveUpdate", 5, "SendMessage", 5);

    @Override
    public Method method(Account account, String name) {
        return new Method(name, VERBS.getOrDefault(name, "POST"), RATES.getOrDefault(name, 2),
                name.equals("retrieveUpdate"));
    }

    @Override
    public String path(Account account, Method method, @Nullable String argument) {
        return PATHS.getOrDefault(method.name(), "/updates");
    }

    @Override
    public Answer meaning(Account account, Method method, String token, int status, byte[] body) {
        if (status / 100 == 2) {
            return taken(method, status, body);
        }
        var reason = reason(body);
        var words = Said.words(reason, token);
        var said = reason.toLowerCase(Locale.ROOT);
        var property = "redline.accounts." + account.name();
        return switch (status) {
            case 400 -> said.contains("webhook is specified")
                    ? Said.failed(Failure.WEBHOOK_SET, status,
                            "The gateway gives no updates while the bot has a webhook:"
                                    + " delete it, or set " + property + ".intake=webhook.",
                            words)
                    : said.contains("internal bot")
                            ? Said.failed(Failure.REFUSED, status, "The gateway hands this bot's updates to nobody else"
                                    + " (internal bot): set " + property + ".intake to webhook or none.", words)
                            : RULE.matcher(said).find()
                                    ? Said.failed(Failure.REFUSED, status, "The gateway did not do " + method.name()
                                            + ": its rules forbid it.", words)
                                    : Said.invalid(method, status, words);
            case 401 -> Said.failed(Failure.DENIED, status, said.contains("forbidden")
                    ? "The bot is banned: clear that with Aitu. Until then it is asked once an hour."
                    : "The gateway does not know the token: check " + property
                            + ".token and .url. Until then it is asked"
                            + " once an hour.",
                    words);
            case 403 ->
                Said.failed(Failure.REFUSED, status, "The gateway does not allow " + method.name() + ".", words);
            case 404 -> said.contains("bot not found")
                    ? Said.failed(Failure.REFUSED, status, "The gateway does not know the bot: check " + property
                            + ".token and .url.", words)
                    : method.name().equals("retrieveUpdate")
                            ? Said.failed(Failure.INVALID, status, "The gateway has no updates at this address: check "
                                    + property + ".url.", words)
                            : Said.failed(Failure.REFUSED, status, "The gateway did not find what " + method.name()
                                    + " is about, or is not at " + property + ".url.", words);
            case 408 ->
                method.isLongPoll() ? new Answer.Ok(null, new byte[0]) : Said.unavailable(method, status, words);
            case 409 -> Said.failed(Failure.ASKED_ELSEWHERE, status, "Somebody else asks the gateway for this bot's"
                    + " updates: there may be one only. It is asked again later.", words);
            case 425, 429 -> Said.failed(Failure.TOO_FAST, status, "The gateway's rate of " + method.name()
                    + " is used up: it is asked again later.", words);
            default -> status >= 500
                    ? Said.unavailable(method, status, words)
                    // No status is documented for what the rules of the platform forbid; it is not about the form.
                    : Said.failed(Failure.REFUSED, status, "The gateway did not do " + method.name() + " (" + status
                            + ").", words);
        };
    }

    /** Commands are answered with an empty object or with nothing; whatever else it may be, they are accepted. */
    private static Answer taken(Method method, int status, byte[] body) {
        var answer = Said.taken(method, status, body);
        return answer instanceof Answer.Unreadable && !method.verb().equals("GET") ? new Answer.Ok(null, body) : answer;
    }

    /** A server like theirs answers errors with JSON, whose member {@code message} says what; else the text is all there is. */
    private static String reason(byte[] body) {
        if (Said.json(body) instanceof Map<?, ?> object) {
            return Stream.of("message", "description", "error").map(object::get).filter(String.class::isInstance)
                    .map(String.class::cast).filter(text -> !text.isBlank()).findFirst().orElse("");
        }
        return new String(body, StandardCharsets.UTF_8);
    }
}
