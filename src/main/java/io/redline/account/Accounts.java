package io.redline.account;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import io.redline.config.Secret;
import io.redline.config.Unusable;

/** The configured accounts. */
@Singleton
public class Accounts {

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
                    () -> Unusable.because("Set " + prefix + ".gateway to one of " + Gateway.words() + "."));
            var kind = Gateway.of(gateway).orElseThrow(() -> Unusable.because(
                    prefix + ".gateway is '" + gateway + "', but has to be one of " + Gateway.words() + "."));
            var instance = settings.instance().orElseThrow(() -> Unusable.because(
                    "Set " + prefix + ".instance to the gateway's id of this account (" + kind.instance() + ")."));
            var twin = seen.put(gateway + '\n' + instance, name);
            if (twin != null) {
                throw Unusable
                        .because("The accounts '" + twin + "' and '" + name + "' are the same instance of " + gateway
                                + ": remove one of them.");
            }
            accounts.put(name, account(prefix, new Account(name, kind, instance), settings));
        });
        accounts.values().forEach(this::checkToken);
    }

    private static Account account(String prefix, Account bare, AccountsConfig.AccountConfig settings) {
        var kind = bare.kind();
        var journal = settings.journal().map(word -> decision(prefix + ".journal", word.strip()));
        var manages = settings.manageSettings().map(word -> decision(prefix + ".manage-settings", word.strip()));
        if (settings.webhookSecret().isPresent() && !kind.credentials().contains(Gateway.Credential.SECRET)) {
            throw Unusable.because(prefix + ".webhook-secret is not for " + kind.word()
                    + ", whose webhooks are not signed: set " + prefix + ".webhook-token.");
        }
        if (manages.orElse(false) && !kind.hasSettings()) {
            throw Unusable.because(prefix + ".manage-settings is not for " + kind.word() + ": remove it.");
        }
        return new Account(bare.name(), kind, bare.instance(),
                settings.url().map(url -> url(prefix + ".url", url.strip(), kind)).orElse(bare.url()),
                settings.intake().map(word -> way(prefix + ".intake", word.strip(), kind)).orElse(bare.intake()),
                kind.hasJournals() && journal.orElse(bare.journal()), manages.orElse(bare.managesSettings()));
    }

    /** What has no host, or more than a path, is no base that methods could be appended to. */
    private static URI url(String property, String text, Gateway kind) {
        try {
            var url = new URI(text.replaceFirst("/+$", ""));
            if (Set.of("http", "https").contains(String.valueOf(url.getScheme())) && url.getHost() != null
                    && url.getRawQuery() == null && url.getRawFragment() == null && url.getRawUserInfo() == null) {
                return url;
            }
        } catch (URISyntaxException e) {
            // The sentence below says so, without the text: it may hold a token.
        }
        throw Unusable.because(property + " is not the address of an API: take the one that the gateway shows, as in "
                + kind.url() + ".");
    }

    private static Way way(String property, String word, Gateway kind) {
        return Arrays.stream(Way.values()).filter(kind.ways()::contains).filter(way -> word(way).equals(word))
                .findFirst()
                .orElseThrow(() -> Unusable.because(property + " has to be " + Arrays.stream(Way.values())
                        .filter(kind.ways()::contains).map(Accounts::word).collect(Collectors.joining(" or ")) + "."));
    }

    private static String word(Way way) {
        return way.name().toLowerCase(Locale.ROOT);
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
                    + token.property() + ": set it to the gateway's " + account.kind().token() + ".");
        }
        if (token.values().stream().anyMatch(value -> !account.kind().isToken(value))) {
            throw Unusable.because(token.property() + " has characters that no " + account.kind().token() + " has.");
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

    /** One of the credentials of an account's webhooks, as it is now. */
    public Secret webhookCredential(Account account, Gateway.Credential credential) {
        return Secret.of("redline.accounts." + account.name() + "." + credential.setting());
    }

    /** What the header of an account's webhooks has to carry, as it is now. */
    public Secret webhookToken(Account account) {
        return webhookCredential(account, Gateway.Credential.TOKEN);
    }

    /** All credentials that the webhooks of an account can have, the best first. */
    public List<Secret> webhookCredentials(Account account) {
        return account.kind().credentials().stream().map(one -> webhookCredential(account, one)).toList();
    }

    /** The first account whose webhooks need no credentials. */
    public @Nullable Account withoutCredentials() {
        return all().stream().filter(account -> webhookCredentials(account).stream().noneMatch(Secret::isSet))
                .findFirst().orElse(null);
    }
}
