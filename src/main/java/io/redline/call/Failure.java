package io.redline.call;

import java.util.Locale;

/** Why a gateway did not do what it was asked. */
public enum Failure {
    /** It says so itself: with 200 and a {@code status}, {@code result} or {@code saveSettings} of false, or by what it forbids. */
    REFUSED,
    /** The account is not authorised at the messenger. */
    NOT_AUTHORIZED,
    /** The instance starts, for instance after SetSettings. */
    STARTING,
    /** There is no queue while the gateway has a webhookUrl. */
    WEBHOOK_SET,
    /** Somebody else fetches from the same queue. */
    ASKED_ELSEWHERE,
    /** It will not be understood however often it is asked. */
    INVALID,
    /** More than it allows in a second; it is not asked for a while. */
    TOO_FAST,
    /** What the plan has is used up. Not asked any more, but for one call an hour. */
    QUOTA,
    /** It does not know us. Not asked any more, but for one call an hour, and at once with another token. */
    DENIED,
    /** It was not asked: there is no connection to it. */
    UNREACHABLE,
    /** It has trouble, or its answer did not come: it may have done it. */
    UNAVAILABLE,
    /** It answered what is no JSON. */
    UNREADABLE,
    /** It was not asked: its rate has no turn within the caller's patience. */
    NOT_NOW,
    /** It was not asked: the account has no token, or one that cannot be. */
    NO_TOKEN;

    /** Nothing comes of asking again before somebody does something. */
    public boolean isStop() {
        return this == QUOTA || this == DENIED || this == NO_TOKEN;
    }

    /** The word in routes and metrics. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
