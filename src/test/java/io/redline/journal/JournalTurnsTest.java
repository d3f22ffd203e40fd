package io.redline.journal;

import static org.assertj.core.api.Assertions.assertThat;

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

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.redline.VirtualClock;
import io.redline.account.Account;
import io.redline.account.ConfiguredAccounts;
import io.redline.database.Stores;
import io.redline.ledger.TestLedger;

/** When which account's journals are read. */
class JournalTurnsTest {

    private final VirtualClock clock = new VirtualClock();
    private final LinkedBlockingQueue<String> asked = new LinkedBlockingQueue<>();
    private final CountDownLatch answer = new CountDownLatch(1);

    /** A gateway that never answers one account, and the others that it cannot. */
    private final class Calls implements JournalCalls {

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

    @Test
    void accountsAreSpreadOverThePeriodAndOneThatHangsNeitherOverlapsNorDelays(@TempDir Path folder) throws Exception {
        var accounts = ConfiguredAccounts.of("a", "b", "c", "d");
        var database = Stores.sqlite(folder.resolve("redline.db"));
        var ledger = new TestLedger(database, accounts);
        var settings = new JournalSettings(Duration.ofSeconds(12), Duration.ofMinutes(20), Duration.ofMinutes(10),
                Duration.ofHours(72), Duration.ZERO, Duration.ofDays(14));
        var journals = new Journals(accounts, account -> !"d".equals(account.name()), settings,
                account -> new GreenApiHistory(account, new Calls()),
                ledger.comparison(),
                (account, notification, readAt, backfill) -> CompletableFuture.completedFuture(true),
                new JournalStore(database, ledger.ledger(), Stores.leases(database)), new SimpleMeterRegistry(), clock);

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
