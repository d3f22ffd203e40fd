package io.redline.call;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

import io.redline.account.Account;

/** How one gateway wants to be asked, and what its answers mean. */
public interface Protocol {

    /** One of its methods, by the gateway's own name, as the instance of an account has it. */
    Method method(Account account, String name);

    /**
     * Where it is asked, below the account's URL and without parameters; with {@link TokenInPath#PLACE} where the token belongs.
     *
     * @param argument what the one who asks adds, encoded
     */
    String path(Account account, Method method, @Nullable String argument);

    /**
     * What an answer means. Sentences are ours and fit for a log; what the gateway says goes on without the token.
     *
     * @param token the one it was asked with
     */
    Answer meaning(Account account, Method method, String token, int status, byte[] body);

    /** Text as a part of a path or parameter. */
    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
