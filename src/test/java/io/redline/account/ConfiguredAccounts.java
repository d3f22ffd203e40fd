package io.redline.account;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Accounts for tests, as if they had been configured. */
public final class ConfiguredAccounts {

    private record Settings(Optional<String> gateway, Optional<String> instance, Optional<String> url,
            Optional<String> token, Optional<String> webhookToken, Optional<String> webhookSecret,
            Optional<String> intake, Optional<String> journal,
            Optional<String> manageSettings) implements AccountsConfig.AccountConfig {

        Settings(String gateway, String instance) {
            this(Optional.of(gateway), Optional.of(instance), Optional.empty(), Optional.empty(), Optional.empty(),
                    Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
        }
    }

    private ConfiguredAccounts() {
    }

    /** Accounts of GREEN-API, each with its name as its instance. */
    public static Accounts of(String... names) {
        return of(Gateway.GREEN_API, names);
    }

    /** The same of another gateway. */
    public static Accounts of(Gateway gateway, String... names) {
        Map<String, AccountsConfig.AccountConfig> all = Arrays.stream(names).collect(Collectors.toMap(
                Function.identity(),
                name -> new Settings(gateway.word(), name)));
        return new Accounts(() -> all);
    }
}
