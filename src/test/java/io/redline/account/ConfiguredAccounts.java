package io.redline.account;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Accounts for tests, as if they had been configured. */
public final class ConfiguredAccounts {

    private record Settings(Optional<String> gateway, Optional<String> instance,
            Optional<String> webhookToken) implements AccountsConfig.AccountConfig {
    }

    private ConfiguredAccounts() {
    }

    /** Accounts of GREEN-API, each with its name as its instance. */
    public static Accounts of(String... names) {
        Map<String, AccountsConfig.AccountConfig> all = Arrays.stream(names).collect(Collectors.toMap(
                Function.identity(),
                name -> new Settings(Optional.of("green-api"), Optional.of(name), Optional.empty())));
        return new Accounts(() -> all);
    }
}
