package io.redline.endpoint;

import jakarta.mail.PasswordAuthentication;

import org.apache.camel.component.mail.MailAuthenticator;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;

import io.redline.config.Secret;

/** Who we are at the mail server. Not a part of the route's address, so that the password is live and in no log. */
public final class MailLogin extends MailAuthenticator {

    private static final String PREFIX = "redline.endpoint.mail.";

    @Override
    public PasswordAuthentication getPasswordAuthentication() {
        @Nullable
        String username = ConfigProvider.getConfig().getOptionalValue(PREFIX + "username", String.class).orElse(null);
        return new PasswordAuthentication(username, username == null ? null : Secret.text(PREFIX + "password"));
    }
}
