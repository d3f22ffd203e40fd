package io.redline.account;

import java.util.Map;
import java.util.Optional;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithParentName;

/** The accounts as configured, by the operator's names. Secrets are read where they are used: see {@link Accounts}. */
@ConfigMapping(prefix = "redline.accounts")
interface AccountsConfig {

    /** @return the accounts by name */
    @WithParentName
    Map<String, AccountConfig> accounts();

    interface AccountConfig {

        /** @return the word of a {@link Gateway} */
        Optional<String> gateway();

        /** @return the gateway's id of the account */
        Optional<String> instance();

        /** @return where the gateway's API is */
        Optional<String> url();

        /** @return what the gateway's API asks for */
        Optional<String> token();

        /** @return what the {@code Authorization} header of its webhooks must carry */
        Optional<String> webhookToken();

        /** @return what the bodies of its webhooks are signed with */
        Optional<String> webhookSecret();

        /** @return {@code webhook}, {@code queue} or {@code none} */
        Optional<String> intake();

        /** @return whether its journals are read */
        Optional<String> journal();

        /** @return whether we may change its settings at the gateway */
        Optional<String> manageSettings();
    }
}
