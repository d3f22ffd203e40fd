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

        /** @return the kind of gateway: {@code green-api} */
        Optional<String> gateway();

        /** @return the gateway's id of the account */
        Optional<String> instance();

        /** @return what the {@code Authorization} header of its webhooks must carry */
        Optional<String> webhookToken();
    }
}
