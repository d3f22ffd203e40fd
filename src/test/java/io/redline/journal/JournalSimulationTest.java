package io.redline.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

import org.jspecify.annotations.Nullable;

import io.redline.Tries;
import io.redline.database.Database;
import io.redline.database.Stores;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * Whatever is lost, repeated, late or out of order: once the journals have been read after all of it, the ledger is what the
 * gateway's conversation truly is, and the gateway was asked no faster than it allows.
 */
class JournalSimulationTest {

    private static final List<String> CHATS = List.of("71234567890@c.us", "120363000000000001@g.us");
    private static Path folder;
    private static Database sqlite;
    private static EmbeddedPostgres server;
    private static Database postgresql;

    private enum What {
        RECEIVE, SEND, SEND_BY_API, EDIT, DELETE, COME, OVERWRITE_TIME
    }

    /**
     * Something happens.
     *
     * @param pick which message it happens to
     * @param after how long after the last
     * @param comes how long after that its notification comes, {@code null} for never
     * @param repeated how long after that it comes again
     */
    record Step(What what, int pick, String text, Duration after, @Nullable Duration comes,
            @Nullable Duration repeated) {
    }

    @Property(tries = 25)
    @AddLifecycleHook(Tries.class)
    void ledgerBecomesWhatTheGatewayKnows(@ForAll("conversations") List<Step> steps,
            @ForAll("messengers") String messenger, @ForAll("textLags") Duration textLag, @ForAll Random random)
            throws IOException {
        if (sqlite == null) {
            folder = Files.createTempDirectory("redline");
            sqlite = Stores.sqlite(folder.resolve("redline.db"));
        }
        converges(sqlite, steps, messenger, textLag, random);
    }

    @Property(tries = 3)
    @AddLifecycleHook(Tries.class)
    void soOnPostgresql(@ForAll("conversations") List<Step> steps, @ForAll("messengers") String messenger,
            @ForAll("textLags") Duration textLag, @ForAll Random random) throws IOException {
        if (postgresql == null) {
            server = EmbeddedPostgres.start();
            postgresql = Stores.postgresql(server.getPostgresDatabase());
        }
        converges(postgresql, steps, messenger, textLag, random);
    }

    @AfterContainer
    static void stop() throws IOException {
        if (server != null) {
            server.close();
        }
        if (folder != null) {
            try (var files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
            }
        }
    }

    private static void converges(Database database, List<Step> steps, String messenger, Duration textLag,
            Random random) {
        var simulation = new Simulation(database, messenger, Simulation.settings(Duration.ofHours(24)))
                .lagging(random, textLag);
        for (var step : steps) {
            simulation.pass(step.after());
            happen(simulation, step);
            for (var notification : simulation.gateway.announced()) {
                simulation.announce(notification, step.comes());
                if (step.comes() != null && step.repeated() != null) {
                    simulation.announce(notification, step.comes().plus(step.repeated()));
                }
            }
        }
        // Until all has come, all is in the journals, and what was in doubt was read twice.
        simulation.pass(Duration.ofMinutes(11));
        assertThat(simulation.isQuiet()).isTrue();

        assertThat(simulation.known()).isEqualTo(simulation.truth());
        assertThat(simulation.read()).returns(0L, AccountJournal.Pass::repaired).returns(0L,
                AccountJournal.Pass::drift);
        assertThat(simulation.gateway.tooFast()).isEmpty();
    }

    private static void happen(Simulation simulation, Step step) {
        var gateway = simulation.gateway;
        var chat = chat(simulation, step.pick());
        switch (step.what()) {
            case RECEIVE -> gateway.receive(chat, step.text());
            case SEND -> gateway.send(chat, step.text());
            case SEND_BY_API -> gateway.sendByApi(chat, step.text());
            default -> {
                var living = gateway.truth().stream().filter(message -> !message.deleted()).toList();
                if (living.isEmpty()) {
                    return;
                }
                var message = living.get(step.pick() % living.size());
                switch (step.what()) {
                    case EDIT -> gateway.edit(message.chat(), message.id(), step.text());
                    case DELETE -> gateway.delete(message.chat(), message.id());
                    case OVERWRITE_TIME -> gateway.overwriteTime(message.chat(), message.id(),
                            message.sentAt() / 1000 + step.pick());
                    default -> {
                        if (!message.incoming()) {
                            var next = switch (String.valueOf(message.status())) {
                                case "pending" -> "sent";
                                case "sent" -> "delivered";
                                default -> "read";
                            };
                            gateway.come(message.chat(), message.id(), next);
                        }
                    }
                }
            }
        }
    }

    private static String chat(Simulation simulation, int pick) {
        var chat = CHATS.get(pick % CHATS.size());
        return simulation.account.instance().startsWith("1101") ? chat : chat.replaceAll("\\D", "");
    }

    @Provide
    Arbitrary<List<Step>> conversations() {
        var what = Arbitraries.frequency(Tuple.of(3, What.RECEIVE), Tuple.of(2, What.SEND), Tuple.of(2,
                What.SEND_BY_API), Tuple.of(8, What.EDIT), Tuple.of(2, What.DELETE), Tuple.of(4, What.COME),
                Tuple.of(1, What.OVERWRITE_TIME));
        var after = Arbitraries.of(0, 200, 900, 3_000, 20_000, 70_000).map(Duration::ofMillis);
        var comes = Arbitraries.of(0, 0, 500, 15_000, 130_000, 240_000).map(Duration::ofMillis).injectNull(0.4);
        var repeated = Arbitraries.of(0, 1_000, 60_000).map(Duration::ofMillis).injectNull(0.6);
        return Combinators.combine(what, Arbitraries.integers().between(0, 20), Arbitraries.of("x", "y", "z"), after,
                comes, repeated).as(Step::new).list().ofMinSize(2).ofMaxSize(14);
    }

    @Provide
    Arbitrary<String> messengers() {
        return Arbitraries.of("whatsapp", "whatsapp", "v3", "telegram");
    }

    @Provide
    Arbitrary<Duration> textLags() {
        return Arbitraries.of(0, 0, 30, 110).map(Duration::ofSeconds);
    }
}
