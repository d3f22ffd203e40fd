package io.redline.account;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import io.redline.config.Secret;
import io.redline.config.Unusable;

/** The configured accounts. */
@Singleton
public class Accounts {

    private static final Set<String> GATEWAYS = Set.of("green-api");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");

    /** It becomes a part of a path. */
    public static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_-]+");

    private final Map<String, Account> accounts = new TreeMap<>();

    Accounts(AccountsConfig config) {
        var seen = new HashMap<String, String>();
        config.accounts().forEach((name, settings) -> {
            var prefix = "redline.accounts." + name;
            if (!NAME.matcher(name).matches()) {
                throw Unusable.because(
                        "The account name in " + prefix + " may have letters, digits, '-' and '_' only, at most 64.");
            }
            var gateway = settings.gateway().orElseThrow(
                    () -> Unusable.because("Set " + prefix + ".gateway to one of " + GATEWAYS + "."));
            if (!GATEWAYS.contains(gateway)) {
                throw Unusable
                        .because(prefix + ".gateway is '" + gateway + "', but has to be one of " + GATEWAYS + ".");
            }
            var instance = settings.instance().orElseThrow(() -> Unusable.because(
                    "Set " + prefix + ".instance to the gateway's id of this account (GREEN-API: idInstance)."));
            var twin = seen.put(gateway + '\n' + instance, name);
            if (twin != null) {
                throw Unusable
                        .because("The accounts '" + twin + "' and '" + name + "' are the same instance of " + gateway
                                + ": remove one of them.");
            }
            accounts.put(name, account(prefix, new Account(name, gateway, instance), settings));
        });
        accounts.values().forEach(this::checkToken);
    }

    private static Account account(String prefix, Account bare, AccountsConfig.AccountConfig settings) {
        return new Account(bare.name(), bare.gateway(), bare.instance(),
                settings.url().map(url -> url(prefix + ".url", url.strip())).orElse(bare.url()),
                settings.intake().map(word -> way(prefix + ".intake", word.strip())).orElse(bare.intake()),
                settings.journal().map(word -> decision(prefix + ".journal", word.strip())).orElse(bare.journal()),
                settings.manageSettings().map(word -> decision(prefix + ".manage-settings", word.strip()))
                        .orElse(bare.managesSettings()));
    }

    /** What has no host, or more than a path, is no base that methods could be appended to. */
    private static URI url(String property, String text) {
        try {
            var url = new URI(text.replaceFirst("/+$", ""));
            if (Set.of("http", "https").contains(String.valueOf(url.getScheme())) && url.getHost() != null
                    && url.getRawQuery() == null && url.getRawFragment() == null && url.getRawUserInfo() == null) {
                return url;
            }
        } catch (URISyntaxException e) {
            // The sentence below says so, without the text: it may hold a token.
        }
        throw Unusable.because(property + " is not the address of an API: take the apiUrl that the gateway's console"
                + " shows for the instance, as in https://1101.api.green-api.com.");
    }

    private static Way way(String property, String word) {
        return Arrays.stream(Way.values()).filter(way -> way.name().toLowerCase(Locale.ROOT).equals(word)).findFirst()
                .orElseThrow(() -> Unusable.because(property + " has to be webhook, queue or none."));
    }

    private static boolean decision(String property, String word) {
        if (!word.equals("true") && !word.equals("false")) {
            throw Unusable.because(property + " has to be true or false.");
        }
        return word.equals("true");
    }

    /** Journals are read where there is a token; what was asked for by name cannot be without one. */
    private void checkToken(Account account) {
        var token = token(account);
        if (!token.isSet() && (account.intake() == Way.QUEUE || account.managesSettings())) {
            throw Unusable.because("redline.accounts." + account.name()
                    + (account.intake() == Way.QUEUE ? ".intake=queue" : ".manage-settings=true") + " needs "
                    + token.property() + ": set it to the gateway's apiTokenInstance.");
        }
        if (token.values().stream().anyMatch(value -> !TOKEN.matcher(value).matches())) {
            throw Unusable.because(token.property() + " is no apiTokenInstance: it has letters and digits only.");
        }
    }

    public Collection<Account> all() {
        return accounts.values();
    }

    public Optional<Account> find(String name) {
        return Optional.ofNullable(accounts.get(name));
    }

    /** What the gateway's API asks of an account, as it is now. The first value is the one to use. */
    public Secret token(Account account) {
        return Secret.of("redline.accounts." + account.name() + ".token");
    }

    /** The webhook credentials of an account, as they are now. */
    public Secret webhookToken(Account account) {
        return Secret.of("redline.accounts." + account.name() + ".webhook-token");
    }

    /** The first account whose webhooks need no credentials. */
    public @Nullable Account withoutCredentials() {
        return all().stream().filter(account -> !webhookToken(account).isSet()).findFirst().orElse(null);
    }
}
