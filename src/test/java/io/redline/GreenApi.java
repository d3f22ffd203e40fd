package io.redline;

import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.eclipse.microprofile.config.ConfigProvider;

import io.redline.gateway.greenapi.GreenApiDouble;
import io.redline.gateway.greenapi.GreenApiInstance;

/** Accounts whose gateway is a {@link GreenApiDouble}, one for all tests of the service that runs. */
public final class GreenApi {

    /** What no test may ever find in what the service shows. */
    public static final String TOKEN = "d75b3a66374942c5b3c019c698abc2067e151558acbd412345";
    public static final String WEBHOOK_TOKEN = "what-hooked-webhooks-carry";
    public static final String PUBLIC_URL = "https://redline.example.org";

    private static final Map<String, String> ACCOUNTS = Map.of("asked", "1101000101", "queued", "1101000102", "hooked",
            "1101000103", "watched", "1101000104", "elsewhere", "1101000105");

    private static GreenApiDouble gateway;

    /** On SQLite. */
    public static class OnSqliteToo extends OnSqlite {
        @Override
        public Map<String, String> getConfigOverrides() {
            return with(super.getConfigOverrides());
        }
    }

    /** On PostgreSQL. */
    public static class OnPostgresqlToo extends OnPostgresql {
        @Override
        public Map<String, String> getConfigOverrides() {
            return with(super.getConfigOverrides());
        }
    }

    private GreenApi() {
    }

    private static Map<String, String> with(Map<String, String> others) {
        var settings = new HashMap<>(others);
        var url = "http://127.0.0.1:" + FreePort.find();
        ACCOUNTS.forEach((name, instance) -> {
            settings.put("redline.accounts." + name + ".gateway", "green-api");
            settings.put("redline.accounts." + name + ".instance", instance);
            settings.put("redline.accounts." + name + ".url", url);
            settings.put("redline.accounts." + name + ".token", TOKEN + ",the-one-before");
            settings.put("redline.accounts." + name + ".journal", "false");
        });
        Aitu.configure(settings, "http://127.0.0.1:" + FreePort.find());
        settings.put("redline.accounts.asked.intake", "none");
        settings.put("redline.accounts.queued.intake", "queue");
        settings.put("redline.accounts.elsewhere.intake", "queue");
        settings.put("redline.accounts.hooked.webhook-token", WEBHOOK_TOKEN);
        settings.put("redline.accounts.hooked.manage-settings", "true");
        var waha = "http://127.0.0.1:" + FreePort.find();
        for (var session : List.of("commanded", "commanded-gows")) {
            settings.put("redline.accounts." + session + ".gateway", "waha");
            settings.put("redline.accounts." + session + ".instance", session);
            settings.put("redline.accounts." + session + ".url", waha);
            settings.put("redline.accounts." + session + ".token", "waha-api-key");
            settings.put("redline.accounts." + session + ".journal", "false");
        }
        settings.put("redline.public-url", PUBLIC_URL);
        settings.put("redline.gateway.response-timeout", "1s");
        settings.put("redline.max-answer", "1M");
        settings.put("redline.queue.wait", "1s");
        settings.put("redline.outbox.max-wait", "500ms");
        return settings;
    }

    /** The gateway, with an instance as new for every account. */
    public static synchronized GreenApiDouble gateway() {
        var known = gateway;
        if (known == null) {
            known = new GreenApiDouble(URI.create(ConfigProvider.getConfig()
                    .getValue("redline.accounts.asked.url", String.class)).getPort())
                    .pollingAtMost(Duration.ofMillis(200));
            for (var instance : ACCOUNTS.values()) {
                known.instance(instance, TOKEN, "whatsapp");
            }
            gateway = known.start();
        }
        return known;
    }

    /** The instance of an account, as if nothing had happened to it yet. */
    public static GreenApiInstance instance(String account) {
        return gateway().instance(ACCOUNTS.get(account), TOKEN, "whatsapp");
    }
}
