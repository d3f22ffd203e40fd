package io.redline.call;

import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpRequestInterceptor;
import org.apache.hc.core5.http.protocol.HttpContext;

import io.quarkus.runtime.PreventFurtherStepsException;
import io.redline.account.Account;
import io.redline.account.Accounts;

/**
 * Puts the token into the path of a request as it leaves. GREEN-API wants it there, where every log, trace and exception
 * shows it; so neither routes nor Camel ever get to see it.
 */
public final class TokenInPath implements HttpClientConfigurer {

    /** What stands in its place until then. */
    static final String PLACE = "__token__";
    /** Says whose token; it does not leave. */
    static final String ACCOUNT = "x-redline-account";

    private final Accounts accounts;

    public TokenInPath(Accounts accounts) {
        this.accounts = accounts;
    }

    @Override
    public void configureHttpClient(HttpClientBuilder builder) {
        builder.addRequestInterceptorFirst(new Interceptor());
    }

    private final class Interceptor implements HttpRequestInterceptor {

        @Override
        public void process(HttpRequest request, EntityDetails entity, HttpContext context) {
            var header = request.getFirstHeader(ACCOUNT);
            if (header == null) {
                return;
            }
            request.removeHeaders(ACCOUNT);
            request.setPath(accounts.find(header.getValue()).map(account -> request.getPath()
                    .replace(PLACE, token(account))).orElseThrow());
        }
    }

    /** Taken anew, since it may have been changed; empty where there is none or it is no token. */
    private String token(Account account) {
        return token(accounts, account);
    }

    static String token(Accounts accounts, Account account) {
        try {
            return accounts.token(account).values().stream().findFirst()
                    .filter(account.kind()::isToken).orElse("");
        } catch (PreventFurtherStepsException e) {
            // Its file cannot be read just now; that is as if there were none, until it can be.
            return "";
        }
    }
}
