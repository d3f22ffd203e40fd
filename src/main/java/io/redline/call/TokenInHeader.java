package io.redline.call;

import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpRequestInterceptor;
import org.apache.hc.core5.http.protocol.HttpContext;

import io.redline.account.Accounts;

/** Puts the token into a header of a request as it leaves, so that neither routes nor Camel, which shows headers, get to see it. */
public final class TokenInHeader implements HttpClientConfigurer {

    private final Accounts accounts;
    private final String header;

    public TokenInHeader(Accounts accounts, String header) {
        this.accounts = accounts;
        this.header = header;
    }

    @Override
    public void configureHttpClient(HttpClientBuilder builder) {
        builder.addRequestInterceptorFirst(new Interceptor());
    }

    private final class Interceptor implements HttpRequestInterceptor {

        @Override
        public void process(HttpRequest request, EntityDetails entity, HttpContext context) {
            var account = request.getFirstHeader(TokenInPath.ACCOUNT);
            if (account == null) {
                return;
            }
            request.removeHeaders(TokenInPath.ACCOUNT);
            request.setHeader(header, TokenInPath.token(accounts, accounts.find(account.getValue()).orElseThrow()));
        }
    }
}
