package io.redline.account;

import java.util.Collection;
import java.util.HashMap;
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
            accounts.put(name, new Account(name, gateway, instance));
        });
    }

    public Collection<Account> all() {
        return accounts.values();
    }

    public Optional<Account> find(String name) {
        return Optional.ofNullable(accounts.get(name));
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
