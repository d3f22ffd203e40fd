package io.redline.check;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

import jakarta.inject.Provider;
import jakarta.inject.Singleton;

import org.apache.camel.CamelContext;
import org.apache.camel.ExchangePattern;
import org.apache.camel.quarkus.core.CamelRuntime;
import org.apache.camel.support.DefaultExchange;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.redline.account.Account;
import io.redline.account.Accounts;
import io.redline.account.Gateway;
import io.redline.database.Database;
import io.redline.database.Rows;
import io.redline.event.EventJson;
import io.redline.event.Source;
import io.redline.ledger.LedgerReader;
import io.redline.outbox.Deliveries;
import io.redline.outbox.HandOver;
import io.redline.outbox.Intake;

/**
 * Takes notifications the real way, through the routes, the outbox and the ledger into the endpoints' routes, but on a store
 * that is thrown away, and with nothing leaving the process. For commands only: it changes the Camel that it runs in. Not
 * threadsafe.
 */
@Singleton
public class Rehearsal {

    /** Begins the names of accounts that are there for gateways of which none is configured. */
    public static final String STAND_IN = "rehearsed-";
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final List<String> FORGOTTEN_BETWEEN = List.of("delivery", "change", "notification", "message",
            "event", "suspension", "backlog", "forgotten", "command");

    private final CamelRuntime runtime;
    private final CamelContext camel;
    private final HandOver handOver;
    private final Provider<Database> database;
    private final Provider<LedgerReader> reader;
    private final Provider<Accounts> accounts;
    private final Path routes;
    private final Clock clock = Clock.systemUTC();
    private final Recorder recorder = new Recorder();
    private boolean begun;

    /**
     * What became of a notification.
     *
     * @param visits the ids of the steps and branches it came by, by route, in their order
     * @param channels the routes by which it came to the outbox
     * @param recognised whether it was kept as more than its bytes
     * @param reason why not, if not
     * @param changes what it changed in the ledger: message JSON with {@code change}
     * @param deliveries what became of each delivery
     * @param messages the messages it concerns, before and after
     */
    @RegisterForReflection
    public record Outcome(Map<String, List<String>> visits, Set<String> channels, boolean recognised,
            @Nullable String reason, List<Map<String, Object>> changes, List<Delivery> deliveries,
            List<Difference> messages) {

        /** All ids of steps and branches. */
        public Set<String> visited() {
            return visits.values().stream().flatMap(List::stream).collect(Collectors.toCollection(LinkedHashSet::new));
        }
    }

    /**
     * A delivery.
     *
     * @param state {@code delivered}; {@code owed} where it failed or no route serves the endpoint
     * @param error what failed, if it did
     * @param change the change, as the endpoint's route is given it; empty for a notification as it came
     * @param leaving what the endpoint's route would have sent
     */
    @RegisterForReflection
    public record Delivery(String endpoint, String state, @Nullable String error, Map<String, Object> change,
            List<Sent> leaving) {
    }

    /**
     * What would have left the process.
     *
     * @param values for SQL, the value of each of its parameters
     */
    @RegisterForReflection
    public record Sent(String component, String body, Map<String, Object> values) {
    }

    /** A message as it was and as it would be; before is {@code null} where it was not known. */
    @RegisterForReflection
    public record Difference(String messageId, @Nullable Map<String, Object> before,
            @Nullable Map<String, Object> after) {
    }

    private record Key(String chat, String messageId) {
    }

    Rehearsal(CamelRuntime runtime, CamelContext camel, HandOver handOver, Provider<Database> database,
            Provider<LedgerReader> reader, Provider<Accounts> accounts,
            @ConfigProperty(name = "redline.routes") Path routes) {
        this.runtime = runtime;
        this.camel = camel;
        this.handOver = handOver;
        this.database = database;
        this.reader = reader;
        this.accounts = accounts;
        this.routes = routes;
    }

    private Bundle bundle() {
        return new Bundle(BundleFiles.read(routes).routes(), new Placeholders(ConfigProvider.getConfig()), finding -> {
            // Camel itself has loaded them by now.
        });
    }

    /** The branches that a notification could take: {@code when} and {@code otherwise} from the gateways' routes on. */
    public Set<String> branches() {
        var bundle = bundle();
        var names = new LinkedHashSet<String>();
        var seen = new LinkedHashSet<Route>();
        for (var gateway : Gateway.values()) {
            bundle.direct(gateway.word()).ifPresent(route -> branches(route, bundle, seen, names));
        }
        return names;
    }

    private static void branches(Route route, Bundle bundle, Set<Route> seen, Set<String> names) {
        if (!seen.add(route)) {
            return;
        }
        route.allSteps().forEach(step -> {
            if (step.kind().equals("when") || step.kind().equals("otherwise")) {
                names.add(step.id());
            }
            var target = bundle.target(step);
            if (target != null && target.is("direct")) {
                bundle.direct(target.target()).ifPresent(next -> branches(next, bundle, seen, names));
            }
        });
    }

    /** The account of a name, or for a gateway one that is configured, or a stand-in. */
    public Optional<Account> account(String gateway, @Nullable String name) {
        return name != null
                ? accounts.get().find(name).filter(one -> one.gateway().equals(gateway))
                : accounts.get().all().stream().filter(one -> one.gateway().equals(gateway))
                        .min((one, other) -> Boolean.compare(one.name().startsWith(STAND_IN),
                                other.name().startsWith(STAND_IN)));
    }

    /** The stand-in of a gateway, with the instance that a notification says it is of. */
    public Account standIn(Gateway gateway, String instance) {
        return new Account(STAND_IN + gateway.word(), gateway, instance);
    }

    /** The gateway of a word. */
    public static Optional<Gateway> gateway(String word) {
        for (var gateway : Gateway.values()) {
            if (gateway.word().equals(word)) {
                return Optional.of(gateway);
            }
        }
        return Optional.empty();
    }

    /** Forget all that was rehearsed. */
    public void forget() throws SQLException {
        database.get().write(connection -> {
            for (var table : FORGOTTEN_BETWEEN) {
                Rows.update(connection, "delete from " + table);
            }
            return null;
        });
    }

    /**
     * Take a notification with what the service's own store knows of its messages, which is read and left alone.
     *
     * @param known the service's store, if it can be read
     */
    public Outcome explain(Account account, byte[] notification, @Nullable ServiceStore known) throws Exception {
        var first = take(account, notification);
        if (known == null) {
            return first;
        }
        forget();
        var chats = new LinkedHashSet<String>();
        var ids = new LinkedHashSet<String>();
        keys(first).forEach(key -> {
            chats.add(key.chat());
            ids.add(key.messageId());
        });
        database.get().write(connection -> {
            known.copyTo(connection, account, chats, ids);
            return null;
        });
        return take(account, notification);
    }

    private static Set<Key> keys(Outcome outcome) {
        return outcome.changes().stream().filter(change -> change.get("messageId") instanceof String
                && change.get("chatId") instanceof String)
                .map(change -> new Key((String) change.get("chatId"), (String) change.get("messageId")))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Take a notification, as a webhook would bring it. */
    public Outcome take(Account account, byte[] notification) throws Exception {
        begin();
        recorder.clear();
        var before = views(account);
        var last = database.get().read(connection -> Rows.query(connection,
                "select coalesce(max(id), 0) from change", row -> row.getLong(1))).get(0);
        var intake = new Intake(account, Source.WEBHOOK, clock.millis(), notification);
        var failure = handOver.to(new DefaultExchange(camel, ExchangePattern.InOut), intake);
        var reason = intake.isKept() ? null : HandOver.reason(failure);
        if (reason != null) {
            handOver.keep(intake, reason);
        }
        awaitDeliveries();
        var bundle = bundle();
        var changes = database.get().read(connection -> Rows.query(connection,
                "select data from change where id > ? and told order by id",
                row -> EventJson.readObject(row.getString(1)), last));
        var deliveries = deliveries(last, bundle);
        var visits = visits(bundle);
        var channels = bundle.routes().stream().filter(route -> route.steps().stream().anyMatch(step -> {
            var target = bundle.target(step);
            return target != null && target.is("outbox")
                    && visits.getOrDefault(route.id(), List.of()).contains(step.id());
        })).map(Route::id).collect(Collectors.toCollection(LinkedHashSet::new));
        var after = views(account);
        var outcome = new Outcome(visits, channels, intake.isRecognised(),
                intake.isRecognised() ? null : reason == null ? parkedReason() : reason, changes, deliveries,
                List.of());
        var messages = keys(outcome).stream().map(key -> new Difference(key.messageId(), before.get(key),
                after.get(key))).toList();
        return new Outcome(visits, channels, outcome.recognised(), outcome.reason(), changes, deliveries, messages);
    }

    private @Nullable String parkedReason() {
        return database.get()
                .read(connection -> Rows.query(connection, "select last_error from delivery where endpoint = ?"
                        + " order by id desc limit 1", row -> row.getString(1), Deliveries.TRANSLATOR))
                .stream().findFirst()
                .orElse(null);
    }

    /** Every message that this small store knows, as it stands. */
    private Map<Key, Map<String, Object>> views(Account account) {
        var keys = database.get().read(connection -> Rows.query(connection,
                "select chat, message_id from message where not hidden",
                row -> new Key(row.getString(1), row.getString(2))));
        Map<Key, Map<String, Object>> views = new LinkedHashMap<>();
        keys.forEach(key -> reader.get().message(account, key.chat(), key.messageId())
                .ifPresent(view -> views.put(key, view)));
        return views;
    }

    private void begin() throws Exception {
        if (begun) {
            return;
        }
        begun = true;
        var extension = camel.getCamelContextExtension();
        extension.addInterceptStrategy(recorder);
        extension.registerEndpointCallback(recorder);
        // Without the arguments, which are ours.
        runtime.start();
        for (var route : camel.getRoutes()) {
            var uri = route.getEndpoint().getEndpointUri();
            if (uri.startsWith("direct:") || uri.startsWith("direct://")
                    || uri.startsWith("outbox:") && !uri.contains(Deliveries.TRANSLATOR)) {
                camel.getRouteController().startRoute(route.getRouteId());
            }
        }
    }

    /** Until each that an endpoint's route serves was tried once. */
    private void awaitDeliveries() {
        var served = bundle().routes().stream().filter(Route::active).map(Route::endpoint).filter(name -> name != null)
                .collect(Collectors.toSet());
        var end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            var open = database.get().read(connection -> Rows.query(connection,
                    "select endpoint from delivery where state = 'owed' and attempts = 0 and last_error is null",
                    row -> row.getString(1)));
            if (open.stream().noneMatch(served::contains)) {
                return;
            }
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
    }

    private List<Delivery> deliveries(long last, Bundle bundle) {
        record Row(String endpoint, String state, @Nullable String error, Map<String, Object> change) {
        }
        var rows = database.get().read(connection -> Rows.query(connection,
                "select d.endpoint, d.state, d.last_error, c.data from delivery d"
                        + " left join change c on c.id = d.change_id where (d.change_id is null or d.change_id > ?)"
                        + " and d.endpoint <> ? order by d.id",
                row -> new Row(row.getString(1), row.getString(2), row.getString(3),
                        row.getString(4) == null ? Map.of() : EventJson.readObject(row.getString(4))),
                last, Deliveries.TRANSLATOR));
        var begins = bundle.routes().stream().filter(route -> route.endpoint() != null)
                .collect(Collectors.toMap(Route::id, route -> String.valueOf(route.endpoint()), (one, other) -> one));
        var all = new ArrayList<Delivery>();
        var told = new LinkedHashSet<String>();
        for (var row : rows) {
            // What left is shown once for each endpoint, with its first delivery.
            var sent = told.add(row.endpoint())
                    ? recorder.leavings().stream()
                            .filter(leaving -> row.endpoint().equals(begins.get(leaving.route())))
                            .map(Rehearsal::sent).toList()
                    : List.<Sent>of();
            all.add(new Delivery(row.endpoint(), row.state().equals("done") ? "delivered" : row.state(), row.error(),
                    row.change(), sent));
        }
        return all;
    }

    private static Sent sent(Recorder.Leaving leaving) {
        var values = new TreeMap<String, Object>();
        if (leaving.headers().get("CamelJdbcParameters") instanceof Map<?, ?> parameters) {
            parameters.forEach((name, value) -> {
                if (leaving.body().matches("(?s).*:\\?" + name + "\\b.*")) {
                    values.put(String.valueOf(name), value == null ? "null" : value);
                }
            });
        }
        return new Sent(leaving.component(), String.valueOf(leaving.body()), values);
    }

    /** The steps by route, each branch before the first of its own. */
    private Map<String, List<String>> visits(Bundle bundle) {
        var steps = new LinkedHashSet<String>();
        recorder.visits().forEach(visit -> steps.add(visit.step()));
        Map<String, List<String>> visits = new LinkedHashMap<>();
        recorder.visits().forEach(visit -> bundle.routes().stream()
                .filter(route -> route.allSteps().anyMatch(step -> step.id().equals(visit.step()))).findFirst()
                .ifPresent(route -> visits.computeIfAbsent(route.id(), id -> route.allSteps()
                        .filter(step -> steps.contains(step.id())
                                || step.steps().stream().findFirst().map(Step::id).filter(steps::contains).isPresent())
                        .map(Step::id).filter(name -> !name.isEmpty()).toList())));
        return visits;
    }

    /** The service's own store, read and left alone. */
    public interface ServiceStore {

        /** Copy what is known of chats and messages of an account. */
        void copyTo(Connection scratch, Account account, Set<String> chats, Set<String> ids) throws SQLException;
    }
}
