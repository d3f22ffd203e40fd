package io.redline.console;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;

import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import io.redline.account.Account;
import io.redline.account.Accounts;
import io.redline.database.StoreUnavailable;
import io.redline.event.EventJson;
import io.redline.http.Problem;
import io.redline.ledger.Ledger;
import io.redline.ledger.LedgerReader;
import io.redline.ledger.LedgerReader.Changed;
import io.redline.ledger.LedgerReader.Changes;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/**
 * Tells open pages what changed, as server-sent events. What happened is read from the ledger, after the last event that a page
 * knows of: so it does not matter which process took the notification, nor how long a page was out of reach. While no page is
 * open, nothing is read. Threadsafe.
 */
@Singleton
class Feed {

    private static final Logger LOG = Logger.getLogger(Feed.class);
    private static final long EVERY_MILLIS = 500;
    /** So many looks, and pages are told that we are still there, and how far. */
    private static final int HEARTBEAT = 30;
    /** Of so many events a page is told one by one; whoever missed more had better load it anew. */
    private static final int BATCH = 500;
    private static final int MOST_PAGES = 200;
    /** So much may be on its way to a page that takes nothing. */
    private static final int MOST_BEHIND = 50;

    /** Not before they are needed: a store or a configuration that cannot work has to be told when Camel starts. */
    private final Instance<Accounts> accounts;
    private final Instance<Ledger> ledger;
    private final Instance<LedgerReader> reader;
    private final Set<Page> pages = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
        var made = new Thread(work, "redline-console-feed");
        made.setDaemon(true);
        return made;
    });
    private int looks;

    /** An open page: of an account, or of one of its chats. */
    private static final class Page {
        final HttpServerResponse response;
        final Account account;
        final long accountId;
        final @Nullable String chat;
        volatile long after;
        private int behind;

        Page(HttpServerResponse response, Account account, long accountId, @Nullable String chat, long after) {
            this.response = response;
            this.account = account;
            this.accountId = accountId;
            this.chat = chat;
            this.after = after;
        }

        void tell(String event, Map<String, Object> data) {
            write("event: " + event + "\ndata: " + EventJson.writeInOrder(data) + "\n\n");
        }

        /** The number it has to come back with. */
        void tellPosition() {
            write("id: " + after + "\n\n");
        }

        private void write(String text) {
            if (response.ended() || response.closed()) {
                return;
            }
            behind = response.writeQueueFull() ? behind + 1 : 0;
            if (behind > MOST_BEHIND) {
                // It does not keep up: it comes back, and says how far it got.
                response.close();
                return;
            }
            response.write(text);
        }
    }

    Feed(Instance<Accounts> accounts, Instance<Ledger> ledger, Instance<LedgerReader> reader) {
        this.accounts = accounts;
        this.ledger = ledger;
        this.reader = reader;
    }

    void serve(@Observes Router router) {
        router.get("/console/live").blockingHandler(this::open, false);
        thread.scheduleWithFixedDelay(this::look, EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void open(RoutingContext context) {
        var request = context.request();
        var response = context.response();
        var account = accounts.get().find(String.valueOf(request.getParam("account")));
        var after = number(request.getHeader("Last-Event-ID") == null
                ? request.getParam("after")
                : request.getHeader("Last-Event-ID"));
        if (account.isEmpty() || after < 0) {
            Problem.badRequest("Name an account, and the number of the event after which to begin.").send(response);
            return;
        }
        if (pages.size() >= MOST_PAGES) {
            Problem.unavailable("Too many pages are open already.").send(response);
            return;
        }
        try {
            var chat = request.getParam("chat");
            var page = new Page(response, account.get(), ledger.get().idOf(account.get()),
                    chat == null ? null : reader.get().canonical(account.get(), chat), after);
            response.setChunked(true).putHeader("Content-Type", "text/event-stream;charset=UTF-8")
                    .putHeader("X-Accel-Buffering", "no").write("retry: 2000\n\n");
            response.closeHandler(closed -> pages.remove(page));
            var newest = reader.get().newest();
            if (reader.get().changes(after, BATCH).last() < newest) {
                page.after = newest;
                page.tell("reload", Map.of());
            }
            page.tellPosition();
            pages.add(page);
            if (response.closed()) {
                pages.remove(page);
            }
        } catch (StoreUnavailable e) {
            if (!response.headWritten()) {
                Problem.unavailable(e.getMessage()).send(response);
            } else {
                response.close();
            }
        }
    }

    private static long number(@Nullable String text) {
        return text != null && text.matches("\\d{1,18}") ? Long.parseLong(text) : -1;
    }

    private void look() {
        if (pages.isEmpty()) {
            return;
        }
        try {
            Changes changes;
            do {
                changes = reader.get().changes(
                        pages.stream().mapToLong(page -> page.after).min().orElse(Long.MAX_VALUE - 1),
                        BATCH);
                tell(changes);
            } while (!changes.messages().isEmpty() && !pages.isEmpty());
            if (++looks % HEARTBEAT == 0) {
                pages.forEach(Page::tellPosition);
            }
        } catch (StoreUnavailable e) {
            LOG.debugf("Open pages are told later: %s", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("Telling open pages of what changed met an error of our own.", e);
        }
    }

    private void tell(Changes changes) {
        for (var page : pages) {
            List<Changed> news = new ArrayList<>();
            for (var changed : changes.messages()) {
                if (changed.event() > page.after && changed.accountId() == page.accountId) {
                    news.add(changed);
                }
            }
            if (changes.last() > page.after) {
                page.after = changes.last();
            }
            if (!news.isEmpty()) {
                tell(page, news);
                page.tellPosition();
            }
        }
    }

    private void tell(Page page, List<Changed> news) {
        if (page.chat != null) {
            Map<String, Changed> messages = new LinkedHashMap<>();
            news.stream().filter(one -> one.chat().equals(page.chat))
                    .forEach(one -> messages.put(one.messageId(), one));
            for (var message : messages.keySet()) {
                tell(page, page.chat, message);
            }
        }
        page.tell("chats", Map.of());
    }

    private void tell(Page page, String chat, String message) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("dom", Bubble.dom(message));
        var placed = reader.get().placed(page.account, chat, message);
        if (placed.isPresent()) {
            var bubble = Bubble.of(placed.get());
            data.put("at", placed.get().place().at());
            data.put("cursor", bubble.cursor());
            data.put("day", bubble.sent().day());
            data.put("html", Templates.bubble(bubble).render());
            page.tell("message", data);
        } else {
            page.tell("gone", data);
        }
    }

    @PreDestroy
    void stop() {
        thread.shutdownNow();
        pages.forEach(page -> page.response.close());
    }
}
