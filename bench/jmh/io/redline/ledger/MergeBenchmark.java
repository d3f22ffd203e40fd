package io.redline.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

import io.redline.account.Account;
import io.redline.event.Chat;
import io.redline.event.Direction;
import io.redline.event.Event;
import io.redline.event.EventJson;
import io.redline.event.Source;

/** The views of what is known around a message, as it is derived twice for each event: before it and after it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MergeBenchmark {

    private static final Chat CHAT = new Chat("71234567890@c.us", "John", "71234567890");
    private static final long AT = 1_738_566_656_000L;

    private final List<Fact> posted = List.of(post());
    private final List<Fact> edited = List.of(post(), edit(1));
    private final List<Fact> lively = lively();
    private final MessageView view = Merge.of(edited, false).messages().values().iterator().next();
    private final Account account = new Account("sales", "green-api", "1101000001");

    private static Fact fact(Event event) {
        return Fact.of(event.key(), new Telling(Source.WEBHOOK, AT + 1_000, event));
    }

    private static Fact post() {
        return fact(new Event.Posted("1101000001", "whatsapp", AT, CHAT, "3PEAD8EDB7A9D438FF5E", Direction.OUTGOING, null,
                "text", "Three tickets, 30 euro each.", null, null, true, null));
    }

    private static Fact edit(int number) {
        return fact(new Event.Edited("1101000001", "whatsapp", AT + 1_000L * number, CHAT, "3PEAD8EDB7A9D438FF5E",
                "3U28ABACVPDF65C8B2" + number, Direction.OUTGOING, null, "Three tickets, 2" + number + " euro each.", null,
                null));
    }

    private static Fact status(String status) {
        return fact(new Event.Status("1101000001", "whatsapp", AT + 2_000L, CHAT, "3PEAD8EDB7A9D438FF5E", status, null,
                null, true));
    }

    /** Posted, sent, delivered, read, edited five times, deleted. */
    private static List<Fact> lively() {
        var facts = new ArrayList<>(List.of(post(), status("sent"), status("delivered"), status("read")));
        for (int i = 1; i <= 5; i++) {
            facts.add(edit(i));
        }
        facts.add(fact(new Event.Deleted("1101000001", "whatsapp", AT + 9_000, CHAT, "3PEAD8EDB7A9D438FF5E",
                "10ECA1E0D26FAB972C24C56C8285ACAB", Direction.OUTGOING, null)));
        return facts;
    }

    @Benchmark
    public Object mergePosted() {
        return Merge.of(posted, false);
    }

    @Benchmark
    public Object mergeEditedOnce() {
        return Merge.of(edited, false);
    }

    @Benchmark
    public Object mergeTenFacts() {
        return Merge.of(lively, false);
    }

    @Benchmark
    public Object writeChange() {
        return EventJson.writeInOrder(MessageJson.of(account, view, 2, false));
    }
}
