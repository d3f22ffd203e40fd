package io.redline.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.redline.VirtualClock;
import io.redline.account.Account;
import io.redline.account.Accounts;
import io.redline.account.ConfiguredAccounts;
import io.redline.database.Stores;
import io.redline.ledger.TestLedger;

/** When which account's journals are read. */
class JournalTurnsTest {

    private final VirtualClock clock = new VirtualClock();
    private final LinkedBlockingQueue<String> asked = new LinkedBlockingQueue<>();
    private final CountDownLatch answer = new CountDownLatch(1);

    /** A gateway that never answers one account, and the others that it cannot. */
    private class Calls implements JournalCalls {

        @Override
        public @Nullable Object lastIncomingMessages(Account account, long minutes) throws CallFailed {
            asked.add(account.name());
            if ("b".equals(account.name())) {
                try {
                    answer.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            throw new CallFailed(CallFailed.Kind.STOPPED, "It does not.");
        }

        @Override
        public @Nullable Object lastOutgoingMessages(Account account, long minutes) {
            throw new AssertionError();
        }

        @Override
        public @Nullable Object getMessage(Account account, String chat, String messageId) {
            throw new AssertionError();
        }

        @Override
        public @Nullable Object getChatHistory(Account account, String chat, int count) {
            throw new AssertionError();
        }
    }

    private Journals journals(Path folder, Accounts accounts, JournalCalls calls, MeterRegistry metrics) {
        var database = Stores.sqlite(folder.resolve("redline.db"));
        var ledger = new TestLedger(database, accounts);
        var settings = new JournalSettings(Duration.ofSeconds(12), Duration.ofMinutes(20), Duration.ofMinutes(10),
                Duration.ofHours(72), Duration.ZERO, Duration.ofDays(14));
        return new Journals(accounts, account -> !"d".equals(account.name()), settings,
                account -> new GreenApiHistory(account, calls), ledger.comparison(),
                (account, notification, readAt, backfill) -> CompletableFuture.completedFuture(true),
                new JournalStore(database, ledger.ledger(), Stores.leases(database)), metrics, clock);
    }

    @Test
    void anAnswerThatDoesNotFitInTheMemoryIsSaid_andAskedForAgain(@TempDir Path folder) throws Exception {
        var tooLarge = new Calls() {
            @Override
            public @Nullable Object lastIncomingMessages(Account account, long minutes) {
                asked.add(account.name());
                throw new OutOfMemoryError("As the virtual machine says it.");
            }
        };
        var metrics = new SimpleMeterRegistry();
        var accounts = ConfiguredAccounts.of("a");
        var journals = journals(folder, accounts, tooLarge, metrics);
        for (int pass = 0; pass < 3; pass++) {
            await().until(() -> {
                journals.begin();
                clock.pass(Duration.ofSeconds(1));
                return asked.poll() != null;
            });
        }

        await().untilAsserted(() -> assertThat(metrics.get("redline.journal.age").gauge().value()).isGreaterThan(12));
        assertThat(journals.of(accounts.find("a").orElseThrow()).orElseThrow().problem()).contains("OutOfMemoryError");
    }

    @Test
    void accountsAreSpreadOverThePeriodAndOneThatHangsNeitherOverlapsNorDelays(@TempDir Path folder) throws Exception {
        var journals = journals(folder, ConfiguredAccounts.of("a", "b", "c", "d"), new Calls(),
                new SimpleMeterRegistry());

        var expected = List.of("a", "b", "c", "", "a", "", "c", "", "a", "", "c", "");
        for (int second = 0; second < 36; second++) {
            journals.begin();
            if (second % 3 == 0 && !expected.get(second / 3).isEmpty()) {
                var next = asked.poll(1, TimeUnit.SECONDS);
                for (int more = 0; next == null && more < 20; more++) {
                    // The thread of its last pass may not have come to its end yet.
                    journals.begin();
                    next = asked.poll(1, TimeUnit.SECONDS);
                }
                assertThat(next).as("second %d", second).isEqualTo(expected.get(second / 3));
            }
            assertThat(asked).as("second %d", second).isEmpty();
            clock.pass(Duration.ofSeconds(1));
        }
        answer.countDown();
    }
}
