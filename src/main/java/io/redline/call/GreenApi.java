package io.redline.call;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.redline.account.Account;
import io.redline.gateway.greenapi.GreenApiJournal;

/**
 * How GREEN-API is asked. It has a rate for each method, wants the token in the path, and says no with 200 as well.
 *
 * @see <a href="https://green-api.com/en/docs/api/ratelimiter/">GREEN-API: rate limiter</a>
 */
public final class GreenApi implements Protocol {

    private static final Set<String> READ = Set.of("getSettings", "getStateInstance", "getWaSettings",
            "getAccountSettings", "reboot", "logout", "qr", "receiveNotification", "lastIncomingMessages",
            "lastOutgoingMessages", "lastIncomingCalls", "lastOutgoingCalls", "getContacts", "getChats",
            "showMessagesQueue", "clearMessagesQueue", "getMessagesCount", "getWebhooksCount");
    private static final Set<String> DELETED = Set.of("deleteNotification", "clearWebhooksQueue");
    /** All others: 50 for what sends, else 1. */
    private static final Map<String, Integer> RATES = Map.of("receiveNotification", 100, "deleteNotification", 100,
            "getMessage", 10, "deleteMessage", 10, "readChat", 10, "checkWhatsapp", 10, "archiveChat", 10,
            "downloadFile", 5, "qr", 3);
    /** Where Telegram has another one. */
    private static final Map<String, Integer> RATES_OF_TELEGRAM = Map.of("getMessage", 1);

    private static final Set<String> SAYS_NO = Set.of("status", "result", "saveSettings");

    @Override
    public Method method(Account account, String name) {
        var rate = RATES.getOrDefault(name, name.startsWith("send") ? 50 : 1);
        return new Method(name, DELETED.contains(name) ? "DELETE" : READ.contains(name) ? "GET" : "POST",
                GreenApiJournal.isTelegram(account.instance()) ? RATES_OF_TELEGRAM.getOrDefault(name, rate) : rate,
                name.equals("receiveNotification"));
    }

    @Override
    public String path(Account account, Method method, @Nullable String argument) {
        return "/waInstance" + Protocol.encoded(account.instance()) + "/" + method.name() + "/" + TokenInPath.PLACE
                + (argument == null || argument.isEmpty() ? "" : "/" + argument);
    }

    @Override
    public Answer meaning(Account account, Method method, String token, int status, byte[] body) {
        if (status == 408 && method.isLongPoll()) {
            return new Answer.Ok(null, new byte[0]);
        }
        if (status / 100 == 2) {
            return taken(method, token, status, body);
        }
        var text = new String(body, StandardCharsets.UTF_8);
        var words = Said.words(text, token);
        var said = text.toLowerCase(Locale.ROOT);
        return switch (status) {
            case 400 -> said.contains("starting process")
                    ? Said.failed(Failure.STARTING, status, "The instance starts; it is asked again.", words)
                    : said.contains("not authorized")
                            ? Said.failed(Failure.NOT_AUTHORIZED, status,
                                    "The account is not authorised at the messenger:"
                                            + " authorise the instance in the gateway's console.",
                                    words)
                            : said.contains("webhook url is set")
                                    ? Said.failed(Failure.WEBHOOK_SET, status,
                                            "The gateway has no queue while webhookUrl is"
                                                    + " set: clear it, or set redline.accounts." + account.name()
                                                    + ".intake=webhook.",
                                            words)
                                    : Said.invalid(method, status, words);
            case 401, 403 ->
                Said.failed(Failure.DENIED, status, "The gateway refuses " + method.name() + " with " + status
                        + ": check redline.accounts." + account.name() + ".instance, .token and .url. Until then it is"
                        + " asked once an hour.", words);
            case 404, 405 -> Said.failed(Failure.INVALID, status, "The gateway does not know " + method.name() + " ("
                    + status + "): check redline.accounts." + account.name() + ".url.", words);
            case 429 -> Said.failed(Failure.TOO_FAST, status, "The gateway's rate of " + method.name() + " is used up,"
                    + " by somebody else too: it is asked again later.", words);
            case 466 -> Said.failed(Failure.QUOTA, status, "The plan of the instance is used up for " + method.name()
                    + ": extend it in the gateway's console. Until then it is asked once an hour.", words);
            case 408, 469, 499 -> Said.unavailable(method, status, words);
            default -> status >= 500 ? Said.unavailable(method, status, words) : Said.invalid(method, status, words);
        };
    }

    private static Answer taken(Method method, String token, int status, byte[] body) {
        var answer = Said.taken(method, status, body);
        if (answer instanceof Answer.Ok ok
                && SAYS_NO.stream().anyMatch(member -> Boolean.FALSE.equals(ok.object().get(member)))) {
            return Said.failed(Failure.REFUSED, status, "The gateway did not do " + method.name() + ".",
                    ok.object().get("reason") instanceof String reason ? Said.words(reason, token) : null);
        }
        return answer;
    }
}
