package io.redline.account;

/** How an account's notifications come in. */
public enum Way {
    /** The gateway posts them to us. */
    WEBHOOK,
    /** We fetch them from the gateway's queue. */
    QUEUE,
    /** Not at all. */
    NONE
}
