package io.redline.terminal;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;

import io.redline.account.Account;
import io.redline.check.Rehearsal;
import io.redline.check.RouteTests;
import io.redline.check.StoreExcerpt;
import io.redline.event.EventJson;
import picocli.CommandLine;

/** The way that a notification takes, told without anything being touched. */
@CommandLine.Command(name = "explain", mixinStandardHelpOptions = true, description = {
        "Show the way a notification takes: steps, channel, endpoints, and what the ledger would change.",
        "The routes are run for real on a store of their own with what yours knows of the message; nothing leaves."})
public final class Explain implements Callable<Integer> {

    private static final int FINE = 0;

    private final Rehearsal rehearsal;

    @CommandLine.Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @CommandLine.Parameters(paramLabel = "<file>", description = "A notification, as the gateway sends it.")
    @Nullable
    Path file;

    @CommandLine.Option(names = "--gateway", required = true, paramLabel = "<gateway>", description = "As in .gateway.")
    String gateway = "";

    @CommandLine.Option(names = "--account", paramLabel = "<account>", description = {
            "Whose notification it is.", "Default: one of that gateway."})
    @Nullable
    String account;

    @CommandLine.Option(names = "--json", description = "As a JSON object.")
    boolean json;

    public Explain(Rehearsal rehearsal) {
        this.rehearsal = rehearsal;
    }

    @Override
    public Integer call() throws Exception {
        var out = Objects.requireNonNull(spec).commandLine().getOut();
        if (file == null || !Files.isRegularFile(file)) {
            out.println(file + ": There is no such file.");
            return Check.UNSOUND;
        }
        var notification = Files.readAllBytes(file);
        var kind = Rehearsal.gateway(gateway);
        if (kind.isEmpty()) {
            out.println("There is no gateway '" + gateway + "'.");
            return Check.UNSOUND;
        }
        var found = rehearsal.account(gateway, account);
        if (found.isEmpty()) {
            out.println("There is no account '" + account + "' of " + gateway + " in application.properties.");
            return Check.UNSOUND;
        }
        var isStandIn = found.get().name().startsWith(Rehearsal.STAND_IN);
        var one = isStandIn
                ? rehearsal.standIn(kind.get(), RouteTests.instance(notification))
                : found.get();
        var store = new StoreExcerpt(ServiceStoreSettings.url(), ServiceStoreSettings.username(),
                ServiceStoreSettings.password());
        var outcome = rehearsal.explain(one, notification, store.exists() && !isStandIn ? store : null);
        var base = isStandIn
                ? "No account of " + gateway + " is configured: explained for one that knows nothing yet."
                : store.exists()
                        ? "Explained with what the store knows of it (" + store.rows() + " rows, read and left alone)."
                        : "There is no store yet: explained for an empty one.";
        if (json) {
            out.println(EventJson.writeInOrder(json(one, base, outcome)));
        } else {
            print(out, one, base, outcome);
        }
        out.flush();
        return FINE;
    }

    private static void print(PrintWriter out, Account account, String base, Rehearsal.Outcome outcome) {
        out.println("Account " + account.name() + " (" + account.gateway() + " " + account.instance() + "). " + base);
        out.println();
        out.println("The way:");
        outcome.visits().forEach((route, steps) -> out.println("  " + route + ": " + String.join(" > ", steps)));
        out.println("Channel: " + (outcome.channels().isEmpty() ? "none" : String.join(", ", outcome.channels())));
        if (!outcome.recognised()) {
            out.println("Not recognised: kept as it came, and parked for a person to see."
                    + (outcome.reason() == null ? "" : " " + outcome.reason()));
        }
        out.println();
        out.println("The ledger:");
        if (outcome.messages().isEmpty()) {
            out.println("  " + (outcome.changes().isEmpty() ? "Nothing changes." : "No message changes."));
        }
        outcome.messages().forEach(message -> {
            out.println("  message " + message.messageId() + (message.before() == null ? ", not known before" : ""));
            differences(message).forEach((name, change) -> out.println("    " + name + ": " + change));
        });
        out.println();
        out.println("Endpoints owed:" + (outcome.deliveries().isEmpty() ? " none" : ""));
        outcome.deliveries().forEach(delivery -> {
            out.println("  " + delivery.endpoint() + (delivery.error() != null
                    ? ": its route fails: " + delivery.error()
                    : delivery.state().equals("delivered") ? "" : ": no route serves it, so it waits"));
            delivery.leaving().forEach(sent -> {
                out.println("    by " + sent.component() + ":");
                sent.body().lines().forEach(line -> out.println("      " + line));
                sent.values().forEach((name, value) -> out.println("      :?" + name + " = " + value));
            });
        });
    }

    private static Map<String, String> differences(Rehearsal.Difference message) {
        var before = Objects.requireNonNullElse(message.before(), Map.<String, Object>of());
        var after = Objects.requireNonNullElse(message.after(), Map.<String, Object>of());
        Map<String, String> all = new LinkedHashMap<>();
        after.forEach((name, value) -> {
            var was = before.get(name);
            if (!Objects.equals(was, value)) {
                all.put(name, before.isEmpty() ? text(value) : text(was) + " -> " + text(value));
            }
        });
        return all;
    }

    private static String text(@Nullable Object value) {
        return value == null ? "null" : EventJson.writeInOrder(value);
    }

    private static Map<String, Object> json(Account account, String base, Rehearsal.Outcome outcome) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("account", account.name());
        all.put("explained", base);
        all.put("way", outcome.visits());
        all.put("channels", outcome.channels());
        all.put("recognised", outcome.recognised());
        if (outcome.reason() != null) {
            all.put("reason", outcome.reason());
        }
        all.put("messages", outcome.messages());
        all.put("deliveries", outcome.deliveries());
        return all;
    }
}
