package io.redline.terminal;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import org.apache.camel.CamelContext;
import org.apache.camel.quarkus.core.CamelRuntime;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;

import io.redline.account.Account;
import io.redline.account.Accounts;
import io.redline.account.Way;
import io.redline.call.Answer;
import io.redline.call.Call;
import io.redline.call.GatewayCalls;
import io.redline.setting.Needs;
import io.redline.setting.Settings;
import picocli.CommandLine;

/** The first hour with an account: what is missing, in sentences, until its first message and edit have arrived. */
@CommandLine.Command(name = "connect", mixinStandardHelpOptions = true, description = {
        "Check an account: its token, state, settings and address.",
        "Then wait until a message and an edit of it have come in, and say which way they took."})
public final class Connect implements Callable<Integer> {

    private static final int FINE = 0;
    private static final int MISSING = 1;
    private static final Map<String, String> CHANNELS = Map.of("posted", "messages", "edited", "edits", "deleted",
            "deletes", "status", "statuses", "reaction", "reactions", "call", "calls", "chat", "chats", "account",
            "accounts", "unrecognised", "unrecognised");

    private final CamelRuntime runtime;
    private final CamelContext camel;
    private final Accounts accounts;
    private final GatewayCalls calls;
    private final Settings settings;
    private final RunningService service;

    @CommandLine.Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @CommandLine.Parameters(paramLabel = "<account>", description = "A name in redline.accounts.<name>.")
    String account = "";

    @CommandLine.Option(names = "--set", description = {
            "Set at the gateway what is missing (SetSettings).", "It restarts the instance."})
    boolean set;

    @CommandLine.Option(names = "--minutes", paramLabel = "<n>", defaultValue = "10", description = {
            "How long to wait for the message and its edit; 0 only checks.", "Default: ${DEFAULT-VALUE}."})
    int minutes;

    public Connect(CamelRuntime runtime, CamelContext camel, Accounts accounts, GatewayCalls calls, Settings settings,
            RunningService service) {
        this.runtime = runtime;
        this.camel = camel;
        this.accounts = accounts;
        this.calls = calls;
        this.settings = settings;
        this.service = service;
    }

    private void say(String sentence) {
        if (spec != null) {
            PrintWriter out = spec.commandLine().getOut();
            out.println(sentence);
            out.flush();
        }
    }

    private void good(String sentence) {
        say("  ok      " + sentence);
    }

    private void missing(String sentence) {
        say("  MISSING " + sentence);
    }

    private void then(String sentence) {
        say("          " + sentence);
    }

    @Override
    public Integer call() throws Exception {
        // Without the arguments, which are ours.
        runtime.start();
        var found = accounts.find(account);
        if (found.isEmpty()) {
            missing("There is no account '" + account + "' in application.properties; there are: "
                    + accounts.all().stream().map(Account::name).collect(Collectors.joining(", ")) + ".");
            then("Set redline.accounts." + account + ".gateway=green-api, .instance and .token.");
            return MISSING;
        }
        var one = found.get();
        say("Account " + one.name() + ": instance " + one.instance() + " of " + one.gateway() + " at " + one.url()
                + ", intake " + one.intake().name().toLowerCase(Locale.ROOT) + ".");
        if (!one.kind().hasSettings()) {
            missing("This looks at accounts of GREEN-API only: README.md says what an account of " + one.gateway()
                    + " needs.");
            return MISSING;
        }
        if (!accounts.token(one).isSet()) {
            missing("Set redline.accounts." + one.name() + ".token to the apiTokenInstance that the gateway's console"
                    + " shows; it may be file:/path.");
            return MISSING;
        }
        camel.getRouteController().startRoute(one.gateway() + "-call");
        if (!stateIsFine(one) || !addressIsFine(one) || !settingsAreFine(one)) {
            return MISSING;
        }
        return minutes <= 0 ? FINE : awaitNotifications(one);
    }

    private boolean stateIsFine(Account one) {
        var answer = calls.ask(Call.of(one, "getStateInstance"));
        if (!(answer instanceof Answer.Ok ok)) {
            missing(sentence(answer));
            return false;
        }
        good("The gateway knows the token.");
        var state = String.valueOf(ok.object().get("stateInstance"));
        if (!state.equals("authorized")) {
            missing("The instance is '" + state + "': authorise it in the gateway's console.");
            return false;
        }
        good("The instance is authorised at the messenger.");
        return true;
    }

    private static String sentence(Answer answer) {
        if (answer instanceof Answer.Failed failed) {
            return failed.sentence();
        }
        return answer instanceof Answer.Unreadable unreadable
                ? unreadable.sentence()
                : "The gateway answered something unexpected.";
    }

    private boolean addressIsFine(Account one) {
        if (one.intake() == Way.QUEUE) {
            good("Notifications are fetched from the gateway's queue: no public address and no tunnel is needed.");
            return true;
        }
        if (one.intake() == Way.NONE) {
            missing("redline.accounts." + one.name() + ".intake=none: nothing comes in; set webhook or queue.");
            return false;
        }
        var needs = settings.needs(one);
        say("          Paste at the gateway:");
        then("webhookUrl       " + needs.url());
        if (needs.webhookTokens().isEmpty()) {
            missing("Set redline.accounts." + one.name() + ".webhook-token to a secret of your choice: without it"
                    + " webhooks are taken from this machine only, and not through a proxy or tunnel.");
        } else {
            then("webhookUrlToken  " + needs.webhookTokens().get(0));
            then("which arrives as the header  Authorization: Bearer " + needs.webhookTokens().get(0));
        }
        if (needs.publicUrl() == null) {
            then("your.host is where the gateway reaches this machine; set redline.public-url to have it checked.");
        } else {
            reach(needs);
        }
        return true;
    }

    /** The door says 405 to whoever does not post. */
    private void reach(Needs needs) {
        if (service.status(service.url() + needs.path()) == 0) {
            then("Whether that address leads here is only known while the service runs.");
        } else if (service.status(needs.url()) == 405) {
            good("That address leads to this service.");
        } else {
            missing("From here that address does not lead to the service: look at your proxy or tunnel.");
        }
    }

    private boolean settingsAreFine(Account one) {
        var answer = calls.ask(Call.of(one, "getSettings"));
        if (!(answer instanceof Answer.Ok ok)) {
            missing(sentence(answer));
            return false;
        }
        var needs = settings.needs(one);
        var found = needs.compare(ok.object(), Set.of());
        if (found.missing().isEmpty()) {
            good("The gateway announces all that is needed.");
            return true;
        }
        found.missing().forEach(name -> missing(name + " is not as it has to be"
                + (name.endsWith("Token") ? "." : ": " + found.values().getOrDefault(name, needs.url()) + ".")));
        if (set && !found.values().isEmpty()) {
            return isSet(one, found);
        }
        if (one.managesSettings()) {
            then("The service sets it when it starts (manage-settings=true); that restarts the instance, which takes up"
                    + " to five minutes.");
            return found.values().size() == found.missing().size();
        }
        then("Set it in the gateway's console, or come again with --set. Either restarts the instance: it takes up to"
                + " five minutes, in which it sends and receives nothing.");
        return false;
    }

    private boolean isSet(Account one, Needs.Missing found) {
        then("It is set now. The instance restarts: that takes up to five minutes.");
        var answer = calls.ask(Call.of(one, "setSettings").body(found.values()));
        if (!(answer instanceof Answer.Ok)) {
            missing(sentence(answer));
            return false;
        }
        good("It is set.");
        return found.values().size() == found.missing().size();
    }

    private int awaitNotifications(Account one) throws InterruptedException {
        var end = System.nanoTime() + Duration.ofMinutes(minutes).toNanos();
        if (service.events(one.name(), Long.MAX_VALUE, 1) == null) {
            then("Now start the service in another terminal, without arguments; I wait for " + service.url() + ".");
            while (service.events(one.name(), Long.MAX_VALUE, 1) == null) {
                if (System.nanoTime() > end) {
                    missing("The service does not answer at " + service.url() + ".");
                    return MISSING;
                }
                TimeUnit.SECONDS.sleep(1);
            }
        }
        good("The service runs at " + service.url() + ".");
        var newest = service.newest(one.name());
        then("Now have somebody write to this account, or write to yourself, and edit that message.");
        Set<String> seen = new HashSet<>();
        while (System.nanoTime() < end) {
            var events = service.events(one.name(), newest, 100);
            for (var event : events == null ? List.<Map<String, Object>>of() : events) {
                newest = Long.parseLong((String) event.get("id"));
                seen.add(String.valueOf(event.get("kind")));
                good(way(event));
            }
            if (seen.containsAll(Set.of("posted", "edited"))) {
                say("Account " + one.name() + " is connected.");
                return FINE;
            }
            TimeUnit.SECONDS.sleep(1);
        }
        missing(seen.contains("posted")
                ? "The message came, but no edit of it: look at editedMessageWebhook."
                : "Nothing came in " + minutes + " minutes: look at the service's log and at GET /api/accounts.");
        return MISSING;
    }

    private static String way(Map<String, Object> event) {
        var kind = String.valueOf(event.get("kind"));
        var status = String.valueOf(event.get("status"));
        var channel = kind.equals("status") && Set.of("failed", "noAccount", "notInGroup").contains(status)
                ? "failures"
                : CHANNELS.getOrDefault(kind, "unrecognised");
        return kind + ": came by " + event.get("source") + ", went to the channel " + channel + ", which is told to "
                + ConfigProvider.getConfig().getOptionalValue("redline.route." + channel, String.class).orElse("none")
                + ".";
    }
}
