package io.redline.journal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

import io.redline.VirtualClock;
import io.redline.account.Account;
import io.redline.account.ConfiguredAccounts;
import io.redline.database.Database;
import io.redline.database.Leases;
import io.redline.database.Stores;
import io.redline.event.Event;
import io.redline.event.Source;
import io.redline.gateway.greenapi.GreenApiInstance;
import io.redline.gateway.greenapi.GreenApiTranslator;
import io.redline.journal.AccountJournal.Pass;
import io.redline.ledger.TestLedger;

/** An account, its gateway and its ledger, in which time passes when it is told to. */
final class Simulation {

    static final Duration PERIOD = Duration.ofSeconds(20);
    static final String TOKEN = "dontsaythis4711";
    private static final AtomicInteger NUMBER = new AtomicInteger(1000);
    private static final GreenApiTranslator TRANSLATOR = new GreenApiTranslator();
    private static final Map<String, String> POOLS = Map.of("whatsapp", "1101", "v3", "3100", "telegram", "4100");

    final VirtualClock clock = new VirtualClock();
    final GreenApiInstance gateway;
    final Account account;
    final TestLedger ledger;
    final AccountJournal journal;
    final Leases leases;
    final JournalStore store;
    final InstanceCalls calls;
    private final List<Late> late = new ArrayList<>();
    private long nextPass;
    Pass last = new Pass(0, 0, 0);
    final List<Boolean> backfills = new ArrayList<>();

    private record Late(long at, Map<String, Object> notification) {
    }

    Simulation(Database database, String typeInstance, JournalSettings settings) {
        this(database, typeInstance, settings, "keep");
    }

    Simulation(Database database, String typeInstance, JournalSettings settings, String onDelete) {
        var instance = POOLS.get(typeInstance) + String.format("%06d", NUMBER.incrementAndGet());
        var accounts = ConfiguredAccounts.of(instance);
        account = accounts.find(instance).orElseThrow();
        gateway = new GreenApiInstance(instance, TOKEN, typeInstance, clock);
        calls = new InstanceCalls(gateway, TOKEN, clock);
        ledger = new TestLedger(database, accounts, onDelete);
        leases = Stores.leases(database);
        store = new JournalStore(database, ledger.ledger(), leases);
        journal = new AccountJournal(account, settings, new GreenApiHistory(account, calls), ledger.comparison(),
                this::handOver, store,
                clock);
    }

    static JournalSettings settings(@Nullable Duration first) {
        return new JournalSettings(PERIOD, Duration.ofMinutes(20), Duration.ofMinutes(10), Duration.ofHours(72), first,
                Duration.ofMinutes(20_160));
    }

    CompletableFuture<Boolean> handOver(Account of, Map<String, Object> notification, long readAt, boolean backfill) {
        backfills.add(backfill);
        ledger.record(of, event(notification), Source.JOURNAL, readAt);
        return CompletableFuture.completedFuture(true);
    }

    /** As routes/gateways/green-api.camel.yaml decides. */
    private static Event event(Map<String, Object> notification) {
        return switch ((String) notification.get("typeWebhook")) {
            case "outgoingMessageStatus" -> TRANSLATOR.status(notification);
            case "stateInstanceChanged" -> TRANSLATOR.accountState(notification);
            default -> switch (String.valueOf(((Map<?, ?>) notification.get("messageData")).get("typeMessage"))) {
                case "editedMessage" -> TRANSLATOR.edited(notification);
                case "deletedMessage" -> TRANSLATOR.deleted(notification);
                default -> TRANSLATOR.posted(notification);
            };
        };
    }

    /** A notification comes after a time, or never. */
    void announce(Map<String, Object> notification, @Nullable Duration after) {
        if (after != null) {
            late.add(new Late(clock.millis() + after.toMillis(), notification));
        }
    }

    /** All that is announced from now on comes at once. */
    void hear() {
        gateway.announced().forEach(notification -> announce(notification, Duration.ZERO));
        deliver();
    }

    /** The same for very much of it. */
    void hearAll() {
        ledger.record(account, gateway.announced().stream().map(Simulation::event).toList(), clock.millis());
    }

    private void deliver() {
        late.sort(Comparator.comparingLong(Late::at));
        while (!late.isEmpty() && late.get(0).at() <= clock.millis()) {
            ledger.record(account, event(late.remove(0).notification()), Source.WEBHOOK, clock.millis());
        }
    }

    boolean isQuiet() {
        return late.isEmpty();
    }

    /** Time passes; notifications come and journals are read meanwhile. */
    void pass(Duration time) {
        var end = clock.millis() + time.toMillis();
        while (clock.millis() < end) {
            deliver();
            if (clock.millis() >= nextPass) {
                nextPass = clock.millis() + PERIOD.toMillis();
                read();
            }
            clock.pass(Duration.ofMillis(Math.min(5_000, Math.max(1, end - clock.millis()))));
        }
        deliver();
    }

    @Nullable
    Pass read() {
        try {
            var pass = journal.read(false);
            last = pass == null ? last : pass;
            return pass;
        } catch (CallFailed e) {
            return null;
        }
    }

    /** What matters of a message. */
    record State(@Nullable String text, boolean edited, boolean deleted, @Nullable String status) {
    }

    Map<String, State> truth() {
        Map<String, State> truth = new TreeMap<>();
        gateway.truth().forEach(message -> truth.put(message.chat() + " " + message.id(), new State(message.text(),
                message.edited(), message.deleted(), message.status())));
        return truth;
    }

    Map<String, State> known() {
        Map<String, State> known = new TreeMap<>();
        ledger.messages(account).forEach(message -> known.put(message.get("chatId") + " " + message.get("messageId"),
                new State((String) message.get("text"), (Boolean) message.get("edited"),
                        (Boolean) message.get("deleted"), (String) message.get("status"))));
        return known;
    }

    /** Lags by chance, from a seed. */
    Simulation lagging(Random random, Duration textLag) {
        gateway.lagging(() -> Duration.ofSeconds(random.nextInt(121))).showingOldTextsFor(textLag);
        return this;
    }

}
