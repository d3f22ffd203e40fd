package io.redline.journal;

import static io.restassured.RestAssured.given;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.eclipse.microprofile.config.ConfigProvider;

import io.redline.FreePort;
import io.redline.OnPostgresql;
import io.redline.OnSqlite;
import io.redline.gateway.greenapi.GreenApiDouble;
import io.redline.gateway.greenapi.GreenApiInstance;

/** Accounts whose journals are read, at a {@link GreenApiDouble} that nobody else asks; each test has an account of its own. */
final class JournalGateway {

    static final String TOKEN = "b3a66374942c5b3c019c698abc2067e151558acbd412345d75";
    private static final List<String> ACCOUNTS = List.of("history", "known", "echoing", "used-up", "locked-out",
            "timely", "hanging", "unheard", "mailed", "twice", "traced", "drawn");

    private static GreenApiDouble gateway;

    private JournalGateway() {
    }

    /** Nobody reads the journals until he is asked to. */
    public static class OnSqliteWhenAsked extends OnSqlite {
        @Override
        public Map<String, String> getConfigOverrides() {
            return with(super.getConfigOverrides(), "10h");
        }
    }

    /** They are read on the timer. */
    public static final class OnPostgresqlInTime extends OnPostgresql {
        @Override
        public Map<String, String> getConfigOverrides() {
            return with(super.getConfigOverrides(), "2s");
        }
    }

    private static Map<String, String> with(Map<String, String> others, String period) {
        var settings = new HashMap<>(others);
        var url = "http://127.0.0.1:" + FreePort.find();
        try {
            var file = OnSqlite.newFolder().resolve("token");
            Files.writeString(file, TOKEN);
            for (int i = 0; i < ACCOUNTS.size(); i++) {
                var account = "redline.accounts." + ACCOUNTS.get(i);
                settings.put(account + ".gateway", "green-api");
                settings.put(account + ".instance", "11010002" + (10 + i));
                settings.put(account + ".intake", "none");
                settings.put(account + ".url", url);
                settings.put(account + ".token", "locked-out".equals(ACCOUNTS.get(i)) ? "file:" + file : TOKEN);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        settings.put("redline.accounts.shop.gateway", "waha");
        settings.put("redline.accounts.shop.instance", "shop");
        settings.put("redline.accounts.shop.token", WahaServer.KEY);
        settings.put("redline.accounts.shop.url", "http://127.0.0.1:" + FreePort.find());
        settings.put("redline.accounts.deaf.gateway", "waha");
        settings.put("redline.accounts.deaf.instance", "deaf");
        settings.put("redline.accounts.deaf.token", WahaServer.KEY);
        settings.put("redline.accounts.deaf.url", "http://127.0.0.1:" + FreePort.find());
        settings.put("redline.accounts.deaf.journal", "false");
        settings.put("redline.session.period", "10h");
        // The first account is due at once, and this one is none to read.
        settings.put("redline.accounts.a.gateway", "green-api");
        settings.put("redline.accounts.a.instance", "1101000300");
        settings.put("redline.journal.period", period);
        // Nobody listens there: whatever is to be mailed fails.
        settings.put("redline.endpoint.mail.host", "127.0.0.1");
        settings.put("redline.endpoint.mail.port", "1");
        settings.put("redline.endpoint.mail.starttls", "false");
        settings.put("redline.endpoint.mail.from", "redline@example.org");
        settings.put("redline.endpoint.mail.to", "people@example.org");
        settings.put("redline.route.deletes", "see-deletes,mail");
        settings.put("redline.gateway.response-timeout", "2s");
        return settings;
    }

    private static String setting(String name) {
        return ConfigProvider.getConfig().getValue(name, String.class);
    }

    static synchronized GreenApiDouble gateway() {
        if (gateway == null) {
            gateway = new GreenApiDouble(URI.create(setting("redline.accounts.history.url")).getPort());
            ACCOUNTS.forEach(account -> gateway.instance(instanceOf(account), TOKEN, "whatsapp"));
            gateway.start();
        }
        return gateway;
    }

    static String instanceOf(String account) {
        return setting("redline.accounts." + account + ".instance");
    }

    static GreenApiInstance instance(String account) {
        return gateway().instance(instanceOf(account), TOKEN, "whatsapp");
    }

    /** What the console shows of an account. */
    static String shown(String account) {
        return given().get("/console/accounts").asString().replaceFirst("(?s).*aria-labelledby=\"account-" + account
                + "\"(.*?)</section>.*", "$1");
    }

    /** The token as the account that has it in a file is told it. */
    static void rewriteToken(String token) throws IOException {
        Files.writeString(Path.of(setting("redline.accounts.locked-out.token").substring("file:".length())), token);
    }
}
