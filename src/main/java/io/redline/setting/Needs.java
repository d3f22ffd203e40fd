package io.redline.setting;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.redline.account.Account;
import io.redline.account.Way;

/**
 * What an instance of GREEN-API has to be set to for an account.
 *
 * @param publicUrl where the gateway reaches this service, {@code null} if that is not told
 * @param webhookTokens what its webhooks may carry, the current one first; empty if nothing is asked
 */
public record Needs(Account account, @Nullable String publicUrl, List<String> webhookTokens) {

    private static final String URL = "webhookUrl";
    private static final String TOKEN = "webhookUrlToken";
    private static final String YES = "yes";
    private static final List<String> FOR_NOTIFICATIONS = List.of("incomingWebhook", "outgoingMessageWebhook",
            "outgoingAPIMessageWebhook", "outgoingWebhook", "editedMessageWebhook", "deletedMessageWebhook",
            "stateWebhook");
    /** A journal has what was told while these were on. */
    private static final List<String> FOR_JOURNALS = FOR_NOTIFICATIONS.subList(0, 3);

    /**
     * What is not as it should be.
     *
     * @param missing the names of the settings
     * @param values what they have to be, without those that only the operator knows
     */
    public record Missing(List<String> missing, Map<String, String> values) {
    }

    /** Whether anything is needed at all. */
    public boolean isEmpty() {
        return account.intake() == Way.NONE && !account.journal();
    }

    /** The path at which the account's webhooks come in. */
    public String path() {
        return "/webhooks/" + account.gateway() + "/" + account.name();
    }

    /** What webhookUrl has to be, or would be if the host were known. */
    public String url() {
        return (publicUrl == null ? "https://your.host" : publicUrl) + path();
    }

    /**
     * Compare with what getSettings answered.
     *
     * @param sent settings that were sent before: the gateway does not show all that it has
     */
    public Missing compare(Map<?, ?> settings, Set<String> sent) {
        List<String> missing = new ArrayList<>();
        Map<String, String> values = new LinkedHashMap<>();
        for (var name : account.intake() == Way.NONE ? journals() : FOR_NOTIFICATIONS) {
            var value = settings.get(name);
            if (!YES.equals(value) && !(value == null && sent.contains(name))) {
                missing.add(name);
                values.put(name, YES);
            }
        }
        if (account.intake() == Way.QUEUE && !text(settings, URL).isEmpty()) {
            missing.add(URL);
            values.put(URL, "");
        }
        if (account.intake() == Way.WEBHOOK) {
            webhook(settings, missing, values);
        }
        return new Missing(missing, values);
    }

    private List<String> journals() {
        return account.journal() ? FOR_JOURNALS : List.of();
    }

    private void webhook(Map<?, ?> settings, List<String> missing, Map<String, String> values) {
        var url = text(settings, URL).replaceFirst("/+$", "");
        if (publicUrl == null ? !url.endsWith(path()) : !url.equals(url())) {
            missing.add(URL);
            if (publicUrl != null) {
                values.put(URL, url());
            }
        }
        var token = text(settings, TOKEN).replaceFirst("(?i)^(Bearer|Basic)\\s+", "");
        if (!webhookTokens.isEmpty() && !webhookTokens.contains(token)) {
            missing.add(TOKEN);
            values.put(TOKEN, webhookTokens.get(0));
        }
    }

    private static String text(Map<?, ?> settings, String name) {
        return settings.get(name) instanceof String text ? text.strip() : "";
    }
}
