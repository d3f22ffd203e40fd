package io.redline.outbox;

import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

import io.redline.account.Account;
import io.redline.event.Source;

/**
 * A notification on its way from a gateway into the outbox. It travels as an exchange property, shared by all copies of the
 * exchange, so that whoever took it in learns whether it was kept, whatever the routes between do.
 */
public final class Intake {

    /** The exchange property that holds it. */
    public static final String PROPERTY = "RedlineIntake";

    private final Account account;
    private final Source source;
    private final long receivedAt;
    private final byte[] notification;
    private final boolean backfill;
    private volatile boolean kept;
    private volatile boolean recognised;
    private volatile boolean unavailable;
    private volatile boolean waitedFor = true;
    private volatile boolean submitted;

    /**
     * @param receivedAt UNIX milliseconds
     * @param notification what the gateway sent, verbatim
     */
    public Intake(Account account, Source source, long receivedAt, byte[] notification) {
        this(account, source, receivedAt, notification, false);
    }

    /**
     * The same.
     *
     * @param backfill whether it was found in old history, so that nobody has to be told as if it were news
     */
    public Intake(Account account, Source source, long receivedAt, byte[] notification, boolean backfill) {
        this.account = account;
        this.source = source;
        this.receivedAt = receivedAt;
        this.notification = notification;
        this.backfill = backfill;
    }

    static @Nullable Intake of(Exchange exchange) {
        return exchange.getProperty(PROPERTY, Intake.class);
    }

    public Account account() {
        return account;
    }

    public Source source() {
        return source;
    }

    public long receivedAt() {
        return receivedAt;
    }

    public byte[] notification() {
        return notification;
    }

    public boolean isBackfill() {
        return backfill;
    }

    /**
     * Say that no thread waits for its end: whoever sent it is answered by whichever thread knows. Then the one that brings it
     * to the outbox may commit it, although that can take longer than the longest wait.
     */
    public void doNotWait() {
        waitedFor = false;
    }

    boolean isWaitedFor() {
        return waitedFor;
    }

    void submit() {
        submitted = true;
    }

    /** Whether it is to be committed before all that reaches the outbox from now on. */
    public boolean isSubmitted() {
        return submitted;
    }

    void keep() {
        kept = true;
    }

    void recognise() {
        recognised = true;
    }

    void missStore() {
        unavailable = true;
    }

    /** The receipt: whether the outbox has committed it, or knows it as committed before. */
    public boolean isKept() {
        return kept;
    }

    /** Whether it was kept as something that is known, and not only verbatim. */
    public boolean isRecognised() {
        return recognised;
    }

    /** Whether the store failed, so that nothing is known and the gateway should say it again. */
    public boolean isStoreUnavailable() {
        return unavailable;
    }
}
