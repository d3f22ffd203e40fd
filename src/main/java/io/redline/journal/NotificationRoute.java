package io.redline.journal;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import jakarta.inject.Singleton;

import io.redline.account.Account;
import io.redline.database.StoreUnavailable;
import io.redline.event.EventJson;
import io.redline.event.Source;
import io.redline.outbox.HandOver;
import io.redline.outbox.Intake;

/** The gateway's route, which decides about what a journal told as it does about what a webhook told. */
@Singleton
class NotificationRoute implements HandsOver {

    private final HandOver handOver;

    NotificationRoute(HandOver handOver) {
        this.handOver = handOver;
    }

    @Override
    public CompletableFuture<Boolean> handOver(Account account, Map<String, Object> notification, long readAt,
            boolean backfill) {
        var intake = new Intake(account, Source.JOURNAL, readAt,
                EventJson.writeInOrder(notification).getBytes(StandardCharsets.UTF_8), backfill);
        var kept = new CompletableFuture<Boolean>();
        if (!handOver.isPossible()) {
            kept.completeExceptionally(new StoreUnavailable("The service stops."));
            return kept;
        }
        handOver.to(intake, failure -> handOver.keep(intake, HandOver.reason(failure), () -> {
            if (intake.isKept()) {
                kept.complete(intake.isRecognised());
            } else {
                kept.completeExceptionally(new StoreUnavailable("The store did not take what a journal told."));
            }
        }));
        if (!intake.isSubmitted()) {
            // A route that goes on in another thread: what comes after it must not overtake it.
            kept.exceptionally(refused -> false).join();
        }
        return kept;
    }
}
