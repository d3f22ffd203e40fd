package io.redline;

import java.net.URI;
import java.util.Map;

import org.eclipse.microprofile.config.ConfigProvider;

import io.redline.gateway.aitu.AituBot;
import io.redline.gateway.aitu.AituDouble;

/** Accounts whose gateway is an {@link AituDouble}, beside those of {@link GreenApi}. */
public final class Aitu {

    /** What no test may ever find in what the service shows; each account has one that begins so. */
    public static final String TOKEN = "0b2dcc5e-0f8c-4f4c-8a6e-3d5d3e5f0c";

    private static final Map<String, String> ACCOUNTS = Map.of("bot", "11", "polled", "12");

    private static AituDouble gateway;

    private Aitu() {
    }

    static void configure(Map<String, String> settings, String url) {
        ACCOUNTS.forEach((name, number) -> {
            settings.put("redline.accounts." + name + ".gateway", "aitu");
            settings.put("redline.accounts." + name + ".instance", id(name));
            settings.put("redline.accounts." + name + ".url", url + AituDouble.BASE + "/");
            settings.put("redline.accounts." + name + ".token", TOKEN + number + ",the-one-before");
        });
        settings.put("redline.accounts.polled.intake", "queue");
    }

    /** The id of the bot of an account. */
    public static String id(String account) {
        return "804d1bbd-901f-470a-b1b8-1859277a78" + ACCOUNTS.get(account);
    }

    /** The bot of an account, as if nothing had happened to it yet. */
    public static synchronized AituBot bot(String account) {
        var known = gateway;
        if (known == null) {
            known = new AituDouble(URI.create(ConfigProvider.getConfig()
                    .getValue("redline.accounts.bot.url", String.class)).getPort()).start();
            gateway = known;
        }
        return known.bot(TOKEN + ACCOUNTS.get(account), id(account));
    }
}
