package io.redline.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * What happens in one chat, step by step, and what becomes of each notification of it: all that chance decides of it, so that
 * the same happens again, also with fewer steps.
 *
 * @param at where it happens
 */
record ChatHistory(Gate at, List<ChatHistory.Step> steps) {

    private static final List<String> TEXTS = List.of("x", "y", "z");

    /** An account of the service, and how its gateway behaves. */
    enum Gate {
        WHATSAPP("sales", "green-api", "whatsapp"), MAX("max", "green-api", "v3"), TELEGRAM("telegram", "green-api",
                "telegram"), WEBJS("waha", "waha", "WEBJS"), NOWEB("waha-mine", "waha", "NOWEB"), GOWS("waha-old",
                        "waha", "GOWS"), WPP("waha-carried", "waha", "WPP"), AITU("aitu", "aitu", "");

        final String account;
        final String gateway;
        /** The messenger of an instance, or the engine of a session. */
        final String kind;

        Gate(String account, String gateway, String kind) {
            this.account = account;
            this.gateway = gateway;
            this.kind = kind;
        }

        /** Whether what was lost is found in a journal. */
        boolean hasJournal() {
            return this != AITU;
        }
    }

    enum What {
        RECEIVE, SEND, SEND_BY_API, EDIT, DELETE, COME
    }

    /**
     * Something happens.
     *
     * @param pick which message it happens to
     * @param after milliseconds since the last step
     * @param comes milliseconds until it is announced; {@code null} for never
     * @param again milliseconds from then until that comes again; {@code null} for never
     * @param lag milliseconds until the journal shows it, where it lags
     * @param misdated whether the notification has a time that cannot be
     * @param seed of what the gateway does by chance
     */
    record Step(What what, int pick, String text, long after, @Nullable Long comes, @Nullable Long again, long lag,
            boolean misdated, long seed) {
    }

    /** One of them, by its number. */
    static ChatHistory of(long seed, int number) {
        var random = new Random(seed * 1_000_003 + number);
        random.nextInt();
        var at = Gate.values()[number % Gate.values().length];
        List<Step> steps = new ArrayList<>();
        for (int left = 2 + random.nextInt(9); left > 0; left--) {
            steps.add(step(at, steps.isEmpty(), random));
        }
        return new ChatHistory(at, List.copyOf(steps));
    }

    private static Step step(Gate at, boolean first, Random random) {
        var what = first
                ? pick(random, What.RECEIVE, What.SEND, What.SEND_BY_API)
                : pick(random, What.RECEIVE, What.SEND, What.SEND_BY_API, What.EDIT, What.EDIT, What.EDIT, What.EDIT,
                        What.DELETE, What.COME, What.COME);
        // What nobody tells again must not be lost: Aitu has no journal, and what GOWS lists says nothing of edits.
        var losable = at.hasJournal() && !(at == Gate.GOWS && what == What.EDIT);
        var lost = random.nextInt(10) < 3 && losable;
        // The same holds for the time of an edit; and by the time of a posting Telegram's are known again under new ids.
        var misdated = random.nextInt(25) == 0 && losable
                && (at != Gate.TELEGRAM || what.ordinal() >= What.EDIT.ordinal());
        return new Step(what, random.nextInt(20), TEXTS.get(random.nextInt(TEXTS.size())),
                pick(random, 0L, 200L, 900L, 3_000L, 20_000L, 70_000L),
                lost ? null : pick(random, 0L, 0L, 0L, 500L, 15_000L, 130_000L),
                random.nextInt(3) == 0 ? pick(random, 0L, 1_000L, 60_000L) : null, random.nextInt(121) * 1_000L,
                misdated, random.nextLong());
    }

    @SafeVarargs
    private static <T> T pick(Random random, T... some) {
        return some[random.nextInt(some.length)];
    }

    /** The fewest of its steps, or nearly, with which something is still wrong. */
    ChatHistory shrunk(Predicate<ChatHistory> isWrong) {
        var least = this;
        for (int i = 0; i < least.steps.size();) {
            var fewer = new ArrayList<>(least.steps);
            fewer.remove(i);
            var without = new ChatHistory(at, List.copyOf(fewer));
            if (isWrong.test(without)) {
                least = without;
            } else {
                i++;
            }
        }
        return least;
    }

    @Override
    public String toString() {
        var text = new StringBuilder(at.name());
        steps.forEach(step -> text.append("\n  ").append(step));
        return text.toString();
    }
}
