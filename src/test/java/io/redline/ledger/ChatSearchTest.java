package io.redline.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.redline.account.Account;
import io.redline.account.ConfiguredAccounts;
import io.redline.database.Stores;
import io.redline.event.Chat;
import io.redline.event.Direction;
import io.redline.event.Event;
import io.redline.ledger.LedgerReader.Found;

/** Chats are found however many there are, with a bound on what one question costs. */
class ChatSearchTest {

    private static final int CHATS = 1_100;
    private static final int LIMIT = 50;

    @TempDir
    Path folder;

    private Account account;
    private LedgerReader reader;

    @BeforeEach
    void record() {
        var database = Stores.sqlite(folder.resolve("redline.db"));
        var accounts = ConfiguredAccounts.of("a");
        account = accounts.find("a").orElseThrow();
        var ledger = new TestLedger(database, accounts);
        reader = new LedgerReader(database, ledger.ledger(), accounts);
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < CHATS; i++) {
            // The oldest one and every hundredth.
            var name = i == 0 ? "Zoë" : i % 100 == 0 ? "Hundred " + i : "Somebody";
            events.add(
                    new Event.Posted(null, null, 1_738_566_600_000L + i, new Chat((70_000 + i) + "@c.us", name, null),
                            "M" + i, Direction.INCOMING, null, "text", "hello", null, null, null, null));
        }
        ledger.record(account, events, 1_738_566_700_000L);
    }

    private Found find(String search, int looked) {
        return reader.chats(account, search, LIMIT, looked);
    }

    private static List<Object> names(Found found) {
        return found.chats().stream().map(chat -> chat.get("name")).toList();
    }

    @Test
    void whoIsNotAmongTheNewestIsFoundFurtherOn() {
        var first = find("zoë", 0);
        assertThat(first).isEqualTo(new Found(List.of(), 500, true));
        var second = find("zoë", first.looked());
        assertThat(second).isEqualTo(new Found(List.of(), 1_000, true));
        var third = find("zoë", second.looked());
        assertThat(names(third)).containsExactly("Zoë");
        assertThat(third.more()).isFalse();
    }

    @Test
    void nobodyIsLeftOutNorTwice() {
        List<Object> all = new ArrayList<>();
        var looked = 0;
        Found found;
        do {
            found = find("HUNDRED", looked);
            all.addAll(names(found));
            looked = found.looked();
        } while (found.more());
        assertThat(all).containsExactly("Hundred 1000", "Hundred 900", "Hundred 800", "Hundred 700", "Hundred 600",
                "Hundred 500", "Hundred 400", "Hundred 300", "Hundred 200", "Hundred 100");

        List<Object> ids = new ArrayList<>();
        looked = 0;
        do {
            found = find("@c.us", looked);
            found.chats().forEach(chat -> ids.add(chat.get("id")));
            looked = found.looked();
        } while (found.more());
        assertThat(ids).hasSize(CHATS).doesNotHaveDuplicates();
    }

    @Test
    void anIdIsFoundAtOnce() {
        assertThat(names(find("70000@", 0))).containsExactly("Zoë");
        assertThat(names(find("70000@", 500))).isEmpty();
    }
}
