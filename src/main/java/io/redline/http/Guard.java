package io.redline.http;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;

import org.apache.camel.quarkus.main.events.BeforeConfigure;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.ManagementInterface;
import io.redline.account.Account;
import io.redline.account.Accounts;
import io.redline.config.Secret;
import io.redline.config.Unusable;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/**
 * Judges every request by its head, before a byte of its body is read. Where no credentials are configured only this machine
 * may ask; a tunnel or proxy on it is not this machine. What only the body can prove is left to {@link Signatures}.
 */
@Singleton
class Guard {

    private static final Logger LOG = Logger.getLogger(Guard.class);
    private static final String API_TOKEN = "redline.api.token";
    private static final Pattern WEBHOOK = Pattern.compile("/webhooks/([^/]+)/([^/]+)/?");
    private static final Pattern LENGTH = Pattern.compile("\\d{1,18}");
    private static final Pattern PORT = Pattern.compile(":\\d+$");
    private static final Set<String> LOCAL = Set.of("localhost", "127.0.0.1", "[::1]");

    /** Not before it is needed: a configuration that cannot work has to be told when Camel starts, not earlier. */
    private final Instance<Accounts> accounts;
    private final MemorySize maxBody;
    private final String maxBodyText;
    private final Sessions sessions;

    Guard(Instance<Accounts> accounts, Sessions sessions, @ConfigProperty(name = "redline.max-body") MemorySize maxBody,
            @ConfigProperty(name = "redline.max-body") String maxBodyText) {
        this.accounts = accounts;
        this.sessions = sessions;
        this.maxBody = maxBody;
        this.maxBodyText = maxBodyText;
    }

    /** Never open to a network without credentials. Told before anything starts, so that the sentence is all there is. */
    void checkExposure(@Observes BeforeConfigure event, @ConfigProperty(name = "quarkus.http.host") String host,
            @ConfigProperty(name = "quarkus.management.host") String managementHost) {
        // A secret whose file cannot be read is better known now than at the first request.
        accounts.get().all().forEach(accounts.get()::webhookCredentials);
        if (!isLoopback(managementHost) && !apiToken().isSet()) {
            throw Unusable.because("quarkus.management.host is " + managementHost + ", which others can reach: set "
                    + API_TOKEN + ", or leave it at 127.0.0.1.");
        }
        if (isLoopback(host)) {
            return;
        }
        if (!apiToken().isSet()) {
            throw Unusable.because("quarkus.http.host is " + host + ", which others can reach: set " + API_TOKEN
                    + ", or leave it at 127.0.0.1.");
        }
        var open = accounts.get().withoutCredentials();
        if (open != null) {
            throw Unusable.because("quarkus.http.host is " + host + ", which others can reach: set "
                    + accounts.get().webhookCredentials(open).get(0).property() + ", or leave it at 127.0.0.1.");
        }
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    void watch(@Observes Router router) {
        router.route().order(Integer.MIN_VALUE).handler(context -> judge(context, this::judgement));
        router.route("/webhooks/*").failureHandler(context -> {
            if (context.statusCode() == 413) {
                Problem.tooLarge(maxBodyText).send(context.response());
            } else if (!context.response().closed()) {
                context.next();
            }
        });
    }

    void watchManagement(@Observes ManagementInterface management) {
        management.router().route().order(Integer.MIN_VALUE)
                .handler(context -> judge(context, this::managementJudgement));
    }

    private static void judge(RoutingContext context, Function<RoutingContext, @Nullable Problem> judgement) {
        Problem problem;
        try {
            problem = judgement.apply(context);
        } catch (RuntimeException e) {
            // A secret's file that cannot be read just now: nobody is let in, and nothing is refused for good.
            LOG.errorf("Requests are refused for now: %s", e.getMessage());
            problem = Problem.unavailable("A secret of the service cannot be read; its log says which.");
        }
        if (problem == null) {
            context.next();
            return;
        }
        if (problem.status() == 401 && Console.is(context.normalizedPath())) {
            Console.askToSignIn(context, problem);
            return;
        }
        // What was not read cannot be told from a next request.
        context.response().putHeader("Connection", "close");
        context.response().endHandler(ended -> context.request().connection().close());
        problem.send(context.response());
    }

    private @Nullable Problem judgement(RoutingContext context) {
        var request = context.request();
        var path = context.normalizedPath();
        if (path.startsWith("/webhooks/")) {
            return webhook(request, path);
        }
        if (Console.is(path)) {
            return console(request, path);
        }
        return asked(request, apiToken());
    }

    private @Nullable Problem managementJudgement(RoutingContext context) {
        var probe = context.normalizedPath().startsWith("/observe/health");
        return apiToken().isSet() && probe ? null : asked(context.request(), apiToken());
    }

    private static Secret apiToken() {
        return Secret.of(API_TOKEN);
    }

    private static @Nullable Problem asked(HttpServerRequest request, Secret token) {
        if (!token.isSet()) {
            return foreign(request, API_TOKEN);
        }
        var authorization = request.getHeader("Authorization");
        return authorization != null && authorization.regionMatches(true, 0, "Bearer ", 0, 7)
                && token.matches(authorization.substring(7).strip())
                        ? null
                        : Problem.unauthorized("Send 'Authorization: Bearer' with the token of " + API_TOKEN + ".");
    }

    /** The token, or the cookie of who signed in with it; and what changes something comes from a page of ours. */
    private @Nullable Problem console(HttpServerRequest request, String path) {
        var token = apiToken();
        var open = Console.isOpen(path) || sessions.isOpen(Console.session(request));
        var refusal = token.isSet() && open ? null : asked(request, token);
        if (refusal != null) {
            return refusal;
        }
        return request.method() == HttpMethod.GET || request.method() == HttpMethod.HEAD
                || Console.isFromOurPage(request.headers())
                        ? null
                        : Problem.forbidden(
                                "What changes something comes from a page of the console itself; other programs"
                                        + " use /api.");
    }

    private @Nullable Problem webhook(HttpServerRequest request, String path) {
        var webhook = WEBHOOK.matcher(path);
        var account = webhook.matches()
                ? accounts.get().find(webhook.group(2))
                        .filter(found -> found.gateway().equals(webhook.group(1)))
                : Optional.<Account>empty();
        if (account.isEmpty()) {
            return Problem.notFound("There is no such account: webhooks come in at /webhooks/{gateway}/{account}, as in"
                    + " redline.accounts.{account}.gateway.");
        }
        if (request.method() != HttpMethod.POST) {
            return new Problem(405, "Method Not Allowed", "Notifications are sent by POST.");
        }
        var credentials = accounts.get().webhookCredentials(account.get());
        var token = accounts.get().webhookToken(account.get());
        Problem refusal = null;
        if (token.isSet()) {
            refusal = credentials(request, token);
        } else if (credentials.stream().noneMatch(Secret::isSet)) {
            refusal = foreign(request, credentials.get(0).property());
        }
        if (refusal != null) {
            return refusal;
        }
        // The body is taken as bytes, whatever it claims to be: a form would be unpacked, and so lost.
        request.headers().set("Content-Type", "application/json");
        return size(request);
    }

    /** Gateways send the token as it is configured there, which may add a scheme to it. */
    private static @Nullable Problem credentials(HttpServerRequest request, Secret secret) {
        var authorization = request.getHeader("Authorization");
        var offered = authorization == null ? "" : authorization.strip();
        var space = offered.indexOf(' ');
        var scheme = space < 0 ? "" : offered.substring(0, space);
        var basic = scheme.equalsIgnoreCase("Basic");
        var bare = basic || scheme.equalsIgnoreCase("Bearer") ? offered.substring(space + 1).strip() : offered;
        // All are compared, whatever the first says, so that the time tells nothing.
        var right = secret.matches(offered) | secret.matches(bare);
        if (basic) {
            var login = login(bare);
            // As in https://user:secret@…, https://secret@… and, where the secret says who as well, all of it.
            right |= secret.matches(login) | secret.matches(login.substring(login.indexOf(':') + 1))
                    | secret.matches(login.replaceFirst(":$", ""));
        }
        return right
                ? null
                : Problem.unauthorized("The Authorization header does not carry the token of " + secret.property()
                        + ": set the same at the gateway.");
    }

    /** What stands before the @ of a webhook's URL: {@code user:password}; empty if it is none. */
    private static String login(String encoded) {
        try {
            return new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private @Nullable Problem size(HttpServerRequest request) {
        var length = request.getHeader("Content-Length");
        return length != null && LENGTH.matcher(length).matches() && Long.parseLong(length) > maxBody.asLongValue()
                ? Problem.tooLarge(maxBodyText)
                : null;
    }

    /** Without credentials only this very machine may ask, and no page that a browser on it shows. */
    private static @Nullable Problem foreign(HttpServerRequest request, String property) {
        var headers = request.headers();
        String why = null;
        if (isForwarded(headers)) {
            why = "A request that was forwarded";
        } else if (!isLocal(headers.get("Host"))) {
            why = "A request for another host than localhost";
        } else if (headers.contains("Origin") && !isLocalOrigin(headers.get("Origin"))) {
            why = "A request from another site";
        }
        return why == null ? null : Problem.forbidden(why + " is refused without credentials: set " + property + ".");
    }

    private static boolean isForwarded(MultiMap headers) {
        for (var header : headers) {
            var name = header.getKey();
            if (name.equalsIgnoreCase("Forwarded") || name.regionMatches(true, 0, "X-Forwarded-", 0, 12)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isLocal(@Nullable String host) {
        return host != null && LOCAL.contains(PORT.matcher(host).replaceFirst("").toLowerCase(Locale.ROOT));
    }

    private static boolean isLocalOrigin(String origin) {
        try {
            var host = URI.create(origin).getHost();
            return host != null && LOCAL.contains(host);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
